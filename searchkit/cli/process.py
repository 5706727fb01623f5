"""Here is a process that answers once and ends: what can it do without?

None of this changes an answer. It is done for the command line only, whose process is its own.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

_UNUSED_BY_A_SEARCH = ("asyncio", "html", "urllib.request", "whoosh.lang.morph_en")
"""What Whoosh's queries import for functions that no search calls; half of their time."""


def begin() -> None:
    """Before numpy is imported: it would start a thread a core for matrices, of which there are none."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def end() -> None:
    """Leave what is in memory to the operating system: looking through it for garbage takes 30 ms."""
    gc.freeze()


def import_queries() -> None:
    """Import Whoosh's queries without what a search does not use."""
    with deferred(*_UNUSED_BY_A_SEARCH):
        import whoosh.query  # noqa: F401


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Within, modules that are not loaded yet are imported as stand-ins, whose functions load them when called.

    Afterwards an import finds the modules themselves again. Meant for modules of which only functions are used.

    >>> with deferred("colorsys"):
    ...     from colorsys import rgb_to_hls
    >>> rgb_to_hls(0, 0, 0)
    (0.0, 0.0, 0.0)
    """
    stand_ins = {name: _StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


class _StandIn(ModuleType):
    """Any name of it is a function of the module that it stands for."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # what the import system asks a module
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*arguments, **named)

        return call
