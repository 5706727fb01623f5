"""What was decoded is kept for the next searches, up to a number of bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

OVERHEAD = 500
"""Bytes of the objects around an entry's arrays."""


class _Entry(Generic[_Value]):
    """A value, its bytes, and whether it was used since the last eviction passed by."""

    __slots__ = ("size", "used", "value")

    def __init__(self, value: _Value, size: int) -> None:
        self.value = value
        self.size = size
        self.used = False


class ByteCache(Generic[_Key, _Value]):
    """Values by key, of at most so many bytes together; the oldest go first, those in use get a second chance.

    Safe to use from several threads. A hit takes no lock, and nobody waits while another computes a value: two threads
    that miss the same key both compute it. Eviction is Corbato's second-chance rule (A Paging Experiment with the
    Multics System, 1968).

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
        self._entries: dict[_Key, _Entry[_Value]] = {}
        self._bytes = 0

    def peek(self, key: _Key) -> _Value | None:
        """The value of a key; None if it is not there."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        entry.used = True
        return entry.value

    def get(self, key: _Key, compute: Callable[[], _Value]) -> _Value:
        """The value of a key, computed if it is not there."""
        value = self.peek(key)
        return self.add(key, compute()) if value is None else value

    def add(self, key: _Key, value: _Value) -> _Value:
        """Keep a value, unless another thread was quicker: then that one's is given."""
        entry = _Entry(value, self._size_of(value) + OVERHEAD)
        with self._lock:
            kept = self._entries.setdefault(key, entry)
            if kept is entry:
                self._bytes += entry.size
                self._evict()
        return kept.value

    def _evict(self) -> None:
        while self._bytes > self._budget and len(self._entries) > 1:
            oldest = next(iter(self._entries))
            entry = self._entries.pop(oldest)
            if entry.used:
                entry.used = False
                self._entries[oldest] = entry
            else:
                self._bytes -= entry.size
