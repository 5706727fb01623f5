"""Needles: the texts that a query highlights."""

from __future__ import annotations

import re
from collections.abc import Iterable

from searchkit.language.unigrams import JOINED, is_alnum_run
from searchkit.query.ast import Phrase
from searchkit.query.compiled import Needle
from searchkit.query.segmentation import unigrams_of

_HAN_RUN = re.compile("[\u4e00-\u9fd5]+")


def needle_of(text: str, title_only: bool = False) -> Needle | None:
    """The whole of a folded text; None if it has no unigram.

    >>> needle_of("香港")
    Needle(unigrams=('香', '港'), gaps=(0,), title_only=False, open_start=False, open_end=False)
    """
    if _HAN_RUN.fullmatch(text):  # most words, and twenty times as fast
        return Needle(tuple(text), (JOINED,) * (len(text) - 1), title_only)
    found = unigrams_of(text)
    return Needle(tuple(found.texts), tuple(found.gaps[:-1]), title_only) if found.texts else None


def run_needles(phrases: Iterable[Phrase]) -> tuple[Needle, ...]:
    """Texts that were typed in one piece and are looked for in bodies, too."""
    needles = (needle_of(phrase.text) for phrase in phrases if phrase.field != "title")
    return tuple(needle for needle in needles if needle)


def open_needle(text: str, title_only: bool = False) -> Needle | None:
    """The stem of a folded word with stars; Latin and digit runs go on where a star is.

    >>> open_needle("kube*")
    Needle(unigrams=('kube',), gaps=(), title_only=False, open_start=False, open_end=True)
    """
    found = unigrams_of(text.strip("*"))
    if not found.texts:
        return None
    open_start = text[0] == "*" and is_alnum_run(found.texts[0])
    open_end = text[-1] == "*" and is_alnum_run(found.texts[-1])
    return Needle(tuple(found.texts), tuple(found.gaps[:-1]), title_only, open_start, open_end)
