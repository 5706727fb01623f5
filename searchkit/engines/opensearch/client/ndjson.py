"""Bodies of requests: one JSON text, or several lines of it."""

from __future__ import annotations

import json
from collections.abc import Iterable


def as_json(value: object) -> bytes:
    """A value as JSON in UTF-8. It holds no lone surrogates; bytes are JSON already.

    >>> as_json({"标题": 1}).decode()
    '{"标题":1}'
    """
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def as_lines(values: Iterable[object]) -> bytes:
    """Values as lines, each of which ends (NDJSON)."""
    return b"".join(as_json(value) + b"\n" for value in values)
