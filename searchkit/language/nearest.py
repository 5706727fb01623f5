"""Near terms: what somebody may have meant by a word that occurs nowhere.

For a word of an alphabet those at a small edit distance; for a Chinese one those that read the same, and those that
differ in one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from searchkit.language.pinyin import Sounds
from searchkit.language.units import is_run

_HAN_WORD = re.compile("[㐀-\u9fff〇]{2,}")
_SAME_READING, _ONE_CHARACTER = 1, 2


def nearest(word: str, vocabulary: Mapping[str, int], limit: int = 3) -> tuple[str, ...]:
    """The terms that are nearest to a word, by distance, then by how many documents have them, then by text.

    Args:
        word: a folded word; a single character and a number have nothing near.
        vocabulary: terms with the number of documents that have each.
        limit: how many at most.

    >>> nearest("北惊", {"北京": 10, "背景": 3, "上海": 20})
    ('北京', '背景')
    >>> nearest("pyhton", {"python": 7, "java": 9})
    ('python',)
    """
    if _HAN_WORD.fullmatch(word):
        distances = _chinese(word, vocabulary)
    elif is_run(word):
        distances = _alphabetic(word, vocabulary)
    else:
        return ()
    distances.pop(word, None)
    return tuple(sorted(distances, key=lambda term: (distances[term], -vocabulary[term], term))[:limit])


def _chinese(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    terms = list(vocabulary)
    found = dict.fromkeys(_one_character_off(word, terms), _ONE_CHARACTER)
    return found | dict.fromkeys(Sounds(terms).like(word), _SAME_READING)


def _one_character_off(word: str, terms: Iterable[str]) -> list[str]:
    """The terms with one character changed, added or left out; none for a word of two, which so many are near to."""
    if len(word) < 3:
        return []
    changed = [f"{word[:at]}.{word[at + 1 :]}" for at in range(len(word))]
    added = [f"{word[:at]}.{word[at:]}" for at in range(len(word) + 1)]
    left_out = [f"{word[:at]}{word[at + 1 :]}" for at in range(len(word))]
    pattern = re.compile(f"^(?:{'|'.join((*changed, *added, *left_out))})$", re.MULTILINE)
    return pattern.findall("\n".join(terms))


def _alphabetic(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    """The terms at edit distance 1, or 2 for five letters and more; two letters that changed places are one edit."""
    from rapidfuzz import process  # 20 ms, and only a word that is not found needs it
    from rapidfuzz.distance import OSA  # the same

    most = 2 if len(word) >= 5 else 1 if len(word) >= 3 else 0
    terms = [term for term in vocabulary if abs(len(term) - len(word)) <= most and is_run(term)]
    close = process.extract(word, terms, scorer=OSA.distance, score_cutoff=most, limit=None)
    return {term: int(distance) for term, distance, _ in close}
