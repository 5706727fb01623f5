"""Instants of a request to a cluster at which something can go wrong: before it is sent, and before its answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from urllib3.connection import HTTPConnection


@contextlib.contextmanager
def at_each_instant(action: Callable[[int], object]) -> Iterator[None]:
    """Call ``action`` with 1, 2, 3, … at each instant of this process and of those that it forks, which go on counting.

    >>> with at_each_instant(print):  # doctest: +SKIP
    ...     client.get("news/_count")
    1
    2
    """
    count = 0

    def first(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            action(count)
            return function(*arguments, **options)

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnection, "request", first(HTTPConnection.request))
        patch.setattr(HTTPConnection, "getresponse", first(HTTPConnection.getresponse))
        yield
