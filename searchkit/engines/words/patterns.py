"""Here is a pattern: which words does it stand for?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from searchkit.query.ast import Fuzzy

MAX_HIGHLIGHTED = 64
"""Terms of a pattern that are highlighted."""


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
