"""The segmentation of many Han runs in one call; those that hold own words of a lexicon are cut with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from searchkit.language.batch.points import CodePoints, Int64s
from searchkit.language.lexicon import Lexicon
from searchkit.language.words import segmenter

_CHAR_BITS = 16  # a Han character of jieba's
_NO_PAIR = (1 << 2 * _CHAR_BITS) - 1


class Segmenter:
    """Cuts Han runs into words.

    Args:
        lexicon: own words, which count beside those of jieba.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words: defaultdict[str, list[str]] = defaultdict(list)  # by their first two characters
        for word in lexicon.frequencies:
            self._words[word[:2]].append(word)
        firsts = [ord(beginning[0]) for beginning in self._words]
        self._begins_word = np.zeros(1 << _CHAR_BITS, bool)
        self._begins_word[firsts] = True
        self._is_word = np.zeros(1 << _CHAR_BITS, bool)
        self._is_word[[ord(beginning) for beginning in self._words if len(beginning) == 1]] = True
        pairs = sorted(ord(pair[0]) << _CHAR_BITS | ord(pair[1]) for pair in self._words if len(pair) == 2)
        self._pairs = np.array([*pairs, _NO_PAIR], np.uint32)

    def cut(self, text: str, points: CodePoints) -> list[str]:
        """The words of Han runs with a line feed between two of them; in the list it stands there, too.

        Args:
            text: the runs.
            points: its code points.
        """
        words: list[str] = []
        done = 0
        for start, end in self._runs_with_own_words(text, points):
            words += _cut_by_jieba(text[done:start])
            words += self._lexicon.cut(text[start:end])
            done = end
        rest = _cut_by_jieba(text[done:])
        return words + rest if words else rest

    def _runs_with_own_words(self, text: str, points: CodePoints) -> Iterator[tuple[int, int]]:
        """Where the runs begin and end that hold an own word, in order."""
        end = 0
        for at in self._candidates(points).tolist():
            if at < end:
                continue
            beginning = text[at : at + 2]
            words = (*self._words.get(beginning, ()), *self._words.get(beginning[0], ()))
            if any(text.startswith(word, at) for word in words):
                start = text.rfind("\n", 0, at) + 1
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                yield start, end

    def _candidates(self, points: CodePoints) -> Int64s:
        """Where own words may begin, ascending: by their first two characters, or their only one."""
        if not self._words:
            return np.zeros(0, np.int64)
        at = np.flatnonzero(self._begins_word[points])
        pairs = points[at].astype(np.uint32) << np.uint32(_CHAR_BITS) | points.take(at + 1, mode="clip")
        is_pair = self._pairs[np.searchsorted(self._pairs, pairs)] == pairs
        found: Int64s = at[is_pair | self._is_word[points[at]]]
        return found


def _cut_by_jieba(text: str) -> list[str]:
    return segmenter()(text)
