"""What was decoded is kept for the next searches, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

OVERHEAD = 500
"""Bytes of the objects around an entry's arrays."""


class ByteCache(Generic[_Key, _Value]):
    """Values by key, of at most so many bytes together; the least recently used ones go first.

    Safe to use from several threads. None waits while another computes a value: two that miss the same key both
    compute it.

    Args:
        budget: bytes; one value alone may be larger.
        size_of: bytes of a value, without ``OVERHEAD``.

    >>> cache = ByteCache(2_000, len)
    >>> cache.get("a", lambda: b"value"), cache.get("a", lambda: b"another")
    (b'value', b'value')
    """

    def __init__(self, budget: int, size_of: Callable[[_Value], int]) -> None:
        self._budget = budget
        self._size_of = size_of
        self._lock = threading.Lock()
        self._entries: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: _Key, compute: Callable[[], _Value]) -> _Value:
        """The value of a key, computed if it is not there."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                return entry[0]
        value = compute()
        size = self._size_of(value) + OVERHEAD
        with self._lock:
            if key not in self._entries:
                self._entries[key] = value, size
                self._bytes += size
                while self._bytes > self._budget and len(self._entries) > 1:
                    _, (_, evicted) = self._entries.popitem(last=False)
                    self._bytes -= evicted
            return self._entries.get(key, (value, size))[0]

    def peek(self, key: _Key) -> _Value | None:
        """The value of a key if it is there, without counting as a use."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]
