"""How many requests a client may make: a bucket of tokens that fills at a steady rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

_MAX_CLIENTS = 4_096


@dataclass(slots=True)
class RateLimit:
    """Allows each client ``burst`` requests at once and ``per_second`` in the long run.

    Attributes:
        per_second: requests that a client gets back each second.
        burst: requests that a client has at most.
        clock: seconds that never run backwards.

    >>> limit = RateLimit(per_second=1, burst=2, clock=lambda: 0.0)
    >>> [limit.wait("192.0.2.1") for request in range(3)]
    [0.0, 0.0, 1.0]
    """

    per_second: float = 100.0
    burst: float = 300.0
    clock: Callable[[], float] = time.monotonic
    _clients: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, client: str) -> float:
        """Seconds until the client may ask again; 0 if it may now, which takes one of its requests."""
        now = self.clock()
        left, at = self._clients.pop(client, (self.burst, now))
        left = min(left + (now - at) * self.per_second, self.burst)
        allowed = left >= 1
        self._clients[client] = (left - allowed, now)
        if len(self._clients) > _MAX_CLIENTS:
            self._clients.popitem(last=False)  # who was away longest; its bucket is full again, or nearly
        return 0.0 if allowed else (1 - left) / self.per_second
