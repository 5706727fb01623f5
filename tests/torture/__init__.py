"""Attacks on an index, without end: each module is one kind of attack, and its docstring says what must hold.

A kind is a module with

    def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:

It goes on for ever, one attempt an item: None where what must hold held, else what did not, with what reproduces it.
All its randomness comes from ``chance``, so that a seed gives the same attempts. ``folder`` is empty and its own.
It raises ``Unavailable`` where this computer lacks what it needs. ``make torture`` runs all kinds for an hour,
``test_torture.py`` the first ``FEW`` attempts of each.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

FEW = 3
"""Attempts of a kind in ``make test``, where its module does not say otherwise."""


class Unavailable(Exception):
    """This computer lacks what a kind needs, such as a C compiler; the message says what."""


class Kind(Protocol):
    """What a module of this package is that has ``attempts``."""

    def attempts(self, chance: random.Random, folder: Path) -> Iterator[str | None]:
        """One attempt an item, without end: None, or what did not hold."""


def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith(("_", "test_"))]
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: cast(Kind, module) for name, module in modules.items() if hasattr(module, "attempts")}
