"""Runs: what was typed in one piece, which a fragment shows first."""

from __future__ import annotations

import re
from functools import lru_cache

from searchkit.language import fold
from searchkit.query.compiled import Needle
from searchkit.query.needles import needle_of

_MAX_RUNS = 16  # of a query; further ones do not help to choose a fragment
_MAX_CHARS = 1_000  # of a query that are read
_BETWEEN = re.compile(r'[\s"()|]+')
_SIGNS = re.compile(r"[+~]*(?:\w+:)?")


@lru_cache(maxsize=64)
def typed_runs(text: str) -> tuple[Needle, ...]:
    """The pieces of a query that were typed without a space and have two unigrams or more.

    >>> [run.unigrams for run in typed_runs("香港的未来 title:通关 好 -台湾")]
    [('香', '港', '的', '未', '来'), ('通', '关')]
    """
    pieces = (piece for piece in _BETWEEN.split(fold(text[:_MAX_CHARS])) if not piece.startswith("-"))
    needles = (needle_of(_SIGNS.sub("", piece, count=1)) for piece in pieces)
    runs = (needle for needle in needles if needle and len(needle.unigrams) > 1)
    return tuple(dict.fromkeys(runs))[:_MAX_RUNS]
