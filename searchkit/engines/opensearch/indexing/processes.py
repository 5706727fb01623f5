"""Other processes: do they run on this system, and do they still?"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from socket import gethostname


@cache
def machine() -> str:
    """Tells the running system, and in it the space of process numbers: containers may share a host's name."""
    parts = [gethostname()]
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        parts.append(file.read().strip())
    with contextlib.suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


def has_ended(process: object) -> bool:
    """Whether no process of this system has a number; False where that cannot be known."""
    if not isinstance(process, int) or process < 1 or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
