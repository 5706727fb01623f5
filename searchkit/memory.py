"""How a process gets its memory and gives it back, where the system lets it choose."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 1 << 27
_LARGEST_BYTES = 1 << 25
"""glibc takes no more."""


@contextlib.contextmanager
def kept_memory() -> Iterator[None]:
    """Within the block, memory of large arrays is kept for the next ones, and no cycles are looked for.

    glibc gives such memory back at once and has it anew, page by page; Python's collector looks again and again at
    millions of objects that a batch needs, which together is a tenth of the time to index. What few cycles there are is
    left until after the block.
    """
    glibc = _glibc()
    if glibc is not None:
        glibc.mallopt(_M_MMAP_THRESHOLD, _LARGEST_BYTES)
        glibc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
            gc.collect(0)  # what came within the block is young; to look through all else takes 20 ms
        trim_memory()


def trim_memory() -> None:
    """Give back what was kept and is not needed at the moment."""
    glibc = _glibc()
    if glibc is not None:
        glibc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # 6 ms, which a rebuild that finds nothing new does without

    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
