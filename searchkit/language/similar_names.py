"""Similar names: the sources or tags that somebody may mean by a name that no post has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from searchkit.language.nearest import nearest

_SAME, _LONGER, _SHORTER, _NEAR, _ABBREVIATED = range(5)
_MIN_LIKENESS = 0.6
_NO_SIGN = re.compile(r"[\W_]+")
_MAX_NAME = 60  # characters


def similar_names(name: str, names: Mapping[str, int]) -> dict[str, int]:
    """The names that are similar to one that does not exist, each with a number: the smaller, the more similar.

    The same letters come first, then names that contain it, names that it contains, near spellings, and names that it
    may abbreviate.

    Args:
        name: folded.
        names: how many posts have each of the folded names.

    >>> similar_names("美国之音", {"美国之音中文网": 9, "德国之声": 5})
    {'美国之音中文网': 1}
    """
    letters = _letters(name)
    if not letters or len(letters) > _MAX_NAME:
        return {}
    abbreviated = re.compile(".*".join(map(re.escape, letters)))
    distances = dict.fromkeys(_near(name, letters, names), _NEAR)
    for other in names:
        if (other_letters := _letters(other)) == letters:
            distances[other] = _SAME
        elif len(letters) > 1 and letters in other_letters:
            distances[other] = _LONGER
        elif len(other_letters) > 1 and other_letters in letters:
            distances[other] = _SHORTER
        elif len(letters) > 1 and not letters.isascii() and abbreviated.search(other_letters):
            distances.setdefault(other, _ABBREVIATED)
    return distances


def _near(name: str, letters: str, names: Mapping[str, int]) -> list[str]:
    from rapidfuzz import process  # 20 ms, and only a name without posts needs it
    from rapidfuzz.distance import Indel  # loaded with rapidfuzz

    close = process.extract(
        letters, {other: _letters(other) for other in names},
        scorer=Indel.normalized_similarity, score_cutoff=_MIN_LIKENESS, limit=None,
    )
    return [*nearest(name, names), *(other for _, _, other in close)]


def _letters(name: str) -> str:
    """A name without spaces and signs."""
    return _NO_SIGN.sub("", name)
