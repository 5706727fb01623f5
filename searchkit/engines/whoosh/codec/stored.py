"""A document as it is stored: its head and its body, each as bytes; path and date have a place of their own.

GB18030 holds all of Unicode, a Han character in two bytes, and is compressed to three quarters of what UTF-8 is.
"""

from __future__ import annotations

import datetime as dt
import json

from searchkit.model import Document

_GB18030, _UTF8 = b"\0", b"\1"


def encode_head(document: Document) -> bytes:
    """Title, source, URL and tags, as bytes."""
    parts = [document.title, document.source, document.url, document.tags]
    return encode_text(json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


def encode_text(text: str) -> bytes:
    """A text as bytes."""
    try:
        return _GB18030 + text.encode("gb18030")
    except UnicodeEncodeError:  # an unpaired surrogate
        return _UTF8 + text.encode("utf-8", "surrogatepass")


def decode_text(stored: bytes) -> str:
    """A text from its bytes."""
    return stored[1:].decode("gb18030") if stored[:1] == _GB18030 else stored[1:].decode("utf-8", "surrogatepass")


def decode_document(head: bytes, path: str, date: dt.datetime | None, body: str) -> Document:
    """A document from the bytes of its head, and what is kept elsewhere."""
    title, source, url, tags = json.loads(decode_text(head))
    return Document(path, title, date, source, url, tuple(tags), body)
