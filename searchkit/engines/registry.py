"""Which engine keeps an index? One in a folder is searchkit's own; the scheme of an address names another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from searchkit.engines.protocol import Engine
from searchkit.errors import SettingsError
from searchkit.messages import _
from searchkit.paths import expanded, is_address


class Remote(NamedTuple):
    """An engine whose indexes have addresses.

    Attributes:
        address: an address in full: two texts that name the same index become one.
        engine: the engine of the index at such an address.
    """

    address: Callable[[str], str]
    engine: Callable[[str], Engine]


def _opensearch_address(index: str) -> str:
    from searchkit.engines.opensearch.address import Address  # as the next

    return str(Address.parse(index))


def _opensearch_engine(index: str) -> Engine:
    from searchkit.engines.opensearch.address import Address  # an index in a folder does without
    from searchkit.engines.opensearch.engine import OpenSearchEngine  # the same

    return OpenSearchEngine(Address.parse(index))


REMOTES: dict[str, Remote] = {"opensearch": Remote(_opensearch_address, _opensearch_engine)}
"""By the scheme of their addresses, up to its ``+``."""


def located(index: str | os.PathLike[str]) -> Path | str:
    """Where an index is, as results, messages and other processes name it: the path of its folder, or its address.

    Args:
        index: as somebody wrote it.

    Raises:
        SearchkitError: it is no path; no engine has such addresses; or the address is wrong, or has a password in it.

    >>> located("opensearch+https://search.example.org/news")  # doctest: +SKIP
    'opensearch+https://search.example.org:9200/news'
    """
    return _remote(index).address(str(index).strip()) if is_address(index) else expanded(index)


def engine_of(index: str | os.PathLike[str]) -> Engine:
    """The engine of an index, whether it was built yet or not.

    Args:
        index: the index folder, or an address such as ``opensearch+https://search.example.org:9200/news``.

    Raises:
        SearchkitError: as ``located``.
        MissingDependency: what speaks to this engine is not installed.
    """
    place = located(index)
    if isinstance(place, str):
        return _remote(place).engine(place)
    from searchkit.engines.whoosh.engine import WhooshEngine  # an index at an address does without

    return WhooshEngine(place)


def _remote(index: str | os.PathLike[str]) -> Remote:
    """The engine that the scheme of an address names. An address is not quoted: it may have a password in it."""
    scheme = str(index).strip().partition(":")[0]
    found = REMOTES.get(scheme.partition("+")[0].lower())
    if found is None:
        raise SettingsError(
            _("no index has an address that begins with {scheme}", scheme=f"{scheme}:"),
            _("write it as {example}, or name a folder", example="opensearch+https://search.example.org:9200/news"),
        )
    return found
