"""How long does a call go on trying?"""

from __future__ import annotations

import random
import time

_FIRST_SECONDS = 0.05


class Patience:
    """Growing waits between attempts, until a time has passed.

    Half of each wait is random, so that clients that were refused together do not come back together.

    Args:
        seconds: how long in all.
        longest: the longest wait.
    """

    def __init__(self, seconds: float, longest: float) -> None:
        self._seconds = seconds
        self._longest = longest
        self.renew()

    def renew(self) -> None:
        """Begin again: something was achieved."""
        self._end = time.monotonic() + self._seconds
        self._next = _FIRST_SECONDS

    def wait(self, at_least: float = 0.0) -> bool:
        """Wait before the next attempt.

        Args:
            at_least: what the server asks for, in seconds; no more than ``longest`` is granted.

        Returns:
            Whether there is time for another attempt; if not, it did not wait.
        """
        seconds = max(self._next * random.uniform(0.5, 1), min(at_least, self._longest))
        if time.monotonic() + seconds > self._end:
            return False
        time.sleep(seconds)
        self._next = min(2 * self._next, self._longest)
        return True
