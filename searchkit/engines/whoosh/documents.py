"""A document as it is stored, without its path, which has a place of its own: a line of JSON, then the body."""

from __future__ import annotations

import datetime as dt
import json

from searchkit.model import Document

_GB18030, _UTF8 = b"\0", b"\1"


def encode_document(document: Document) -> bytes:
    """A document as bytes.

    GB18030 holds all of Unicode, a Han character in two bytes, and deflates to three quarters of what UTF-8 does.
    """
    date = document.date.isoformat() if document.date else None
    parts = [document.title, date, document.source, document.url, document.tags]
    text = f"{json.dumps(parts, ensure_ascii=False)}\n{document.body}"
    try:
        return _GB18030 + text.encode("gb18030")
    except UnicodeEncodeError:  # an unpaired surrogate
        return _UTF8 + text.encode("utf-8", "surrogatepass")


def decode_document(stored: bytes, path: str) -> Document:
    """A document from its bytes and its path."""
    text = stored[1:].decode("gb18030") if stored[:1] == _GB18030 else stored[1:].decode("utf-8", "surrogatepass")
    head, body = text.split("\n", 1)
    title, date, source, url, tags = json.loads(head)
    return Document(path, title, dt.datetime.fromisoformat(date) if date else None, source, url, tuple(tags), body)
