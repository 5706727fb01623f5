"""Here is a pattern: which words does it stand for?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

from searchkit.query.ast import Fuzzy, Pinyin, Wildcard
from searchkit.query.compiled import ExpandedLeaf, Needle

MAX_HIGHLIGHTED = 64
"""Terms of a pattern that are highlighted."""


def pattern_text(pattern: ExpandedLeaf) -> str:
    """What was typed of a pattern."""
    return pattern.pattern if isinstance(pattern, Wildcard) else pattern.text


def pattern_needles(
    patterns: Iterable[ExpandedLeaf],
    readings: Callable[[Pinyin], Iterable[Needle]],
    words: Callable[[Fuzzy], Iterable[str]],
) -> tuple[Needle, ...]:
    """What to highlight for patterns of which only an index knows the words; nothing where their text tells it.

    Args:
        patterns: of a query.
        readings: the texts that read as a pinyin says.
        words: the words of some document that a fuzzy pattern stands for, ascending.
    """
    found: dict[Needle, None] = {}
    for pattern in patterns:
        if isinstance(pattern, Pinyin):
            found |= dict.fromkeys(readings(pattern))
        elif isinstance(pattern, Fuzzy):
            near = islice(words(pattern), MAX_HIGHLIGHTED)
            found |= dict.fromkeys(Needle((word,), (), pattern.field == "title") for word in near)
    return tuple(found)


def within_edits(pattern: Fuzzy, terms: Iterable[str]) -> list[str]:
    """The terms within a number of edits, of some that begin with the same character; in their order.

    >>> within_edits(Fuzzy("docker", 1), ["dock", "docked", "docker"])
    ['docked', 'docker']
    """
    from rapidfuzz.distance import Levenshtein  # 30 ms, for fuzzy queries only

    text, edits = pattern.text, pattern.edits
    return [term for term in terms if Levenshtein.distance(term, text, score_cutoff=edits) <= edits]


def wildcard_regex(pattern: str) -> str:
    """A word with stars as a regular expression of linear time: each literal matches at its first place only.

    No star stands for a NUL: terms of an index are matched as one text with a NUL between them.

    >>> re.fullmatch(wildcard_regex("a*b*c"), "a-bb-c") is not None
    True
    """
    first, *others = map(re.escape, pattern.split("*"))
    if not others:
        return first
    middle = "".join(rf"(?>[^\0]*?{literal})" for literal in others[:-1] if literal)
    return rf"{first}{middle}[^\0]*{others[-1]}"
