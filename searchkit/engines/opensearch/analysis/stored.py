"""What is stored of a document: its head, a JSON text, and its body. Neither has characters that UTF-8 lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from searchkit.engines.dates import date_of, microseconds, offset_seconds
from searchkit.engines.opensearch.schema import BODY, HEAD, escaped, unescaped
from searchkit.model import Document


def stored(document: Document) -> dict[str, str]:
    """The stored fields of a document."""
    head = [
        document.path,
        document.title,
        microseconds(document.date),
        offset_seconds(document.date),
        document.source,
        document.url,
        document.tags,
        document.description,
        microseconds(document.added),
    ]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return {HEAD: escaped(text), BODY: escaped(document.body)}


def read_document(source: Mapping[str, Any]) -> Document:
    """The document of which ``stored`` made these; its body is empty where only the head was asked for.

    Raises:
        ValueError: these are no such fields.
    """
    try:
        path, title, date, offset, post_source, url, tags, description, added = json.loads(unescaped(source[HEAD]))
        body = unescaped(source.get(BODY, ""))
        for text in (path, title, post_source, url, description, *tags):
            if type(text) is not str:
                raise TypeError(f"{text!r} is no text")
        return Document(
            path=path,
            title=title,
            date=date_of(date, offset),
            source=post_source,
            url=url,
            tags=tuple(tags),
            body=body,
            description=description,
            added=date_of(added, 0),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(str(error)) from error
