"""Captions, which are lines in brackets: a snippet shows one only if nothing else matches."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress

from searchkit.model import Span
from searchkit.snippets.matching import Match

_LEADING_CAPTIONS = re.compile(r"(?>(?:\s*+\[[^\n]*+(?<=\])\n)+)")


def prose_first(captions: Sequence[Span], matches: Sequence[Match]) -> list[Match]:
    """The matches without those in captions whose needles occur in prose, too.

    >>> prose_first([(0, 4)], [(1, 3, 0), (7, 9, 0)])
    [(7, 9, 0)]
    """
    if not matches or not captions:
        return list(matches)
    starts, ends = ([-1, *places] for places in zip(*captions, strict=True))
    captioned = [match[0] < ends[bisect_right(starts, match[0]) - 1] for match in matches]
    if True not in captioned:
        return list(matches)
    in_prose = {match[2] for match, is_captioned in zip(matches, captioned, strict=True) if not is_captioned}
    shown = (
        not is_captioned or match[2] not in in_prose for match, is_captioned in zip(matches, captioned, strict=True)
    )
    return list(compress(matches, shown))


def captions(text: str) -> Iterator[Span]:
    """The spans of the captions of a text.

    >>> list(captions("[荷花]\\n去看荷花"))
    [(0, 4)]
    """
    at = 0 if text.startswith("[") else text.find("\n[") + 1 or -1
    while at >= 0:
        stop = text.find("\n", at)
        end = stop if stop >= 0 else len(text)
        if text[end - 1] == "]":
            yield at, end
        at = text.find("\n[", end) + 1 or -1


def end_of_captions(text: str, start: int) -> int:
    """The end of the captions at an offset where a line begins, if prose follows; else the offset.

    >>> end_of_captions("[荷花]\\n去看荷花", 0)
    5
    """
    captions = _LEADING_CAPTIONS.match(text, start)
    return captions.end() if captions and text[captions.end() :].strip() else start
