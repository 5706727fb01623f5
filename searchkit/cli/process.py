"""A process that runs one command and ends: what it can do without.

None of this changes an answer. Only the command line does it, whose process is its own.
"""

from __future__ import annotations

import gc
import os


def begin() -> None:
    """Before numpy is imported: it would start one thread per core for matrices, and nothing multiplies any."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def end() -> None:
    """Leave memory to the operating system: a last garbage collection takes 30 ms."""
    gc.freeze()
