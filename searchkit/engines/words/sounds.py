"""Here is a pinyin: which words of a commit point read so?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from searchkit.query.ast import Pinyin
from searchkit.query.compiled import Needle
from searchkit.query.needles import needle_of

if TYPE_CHECKING:
    from searchkit.language.pinyin import PinyinIndex

MAX_READINGS = 64
"""Texts that one reading in pinyin stands for."""


class Sounds:
    """How the words of live documents read. A commit point has one, so that all of its parts mean the same.

    Args:
        words: gives how many documents have each word of title and body; called for the first pinyin.
        title_words: the same of titles.
    """

    def __init__(self, words: Callable[[], Mapping[str, int]], title_words: Callable[[], Mapping[str, int]]) -> None:
        self._doc_freqs = words
        self._title_doc_freqs = title_words

    def readings(self, pattern: Pinyin) -> list[Needle]:
        """The texts that read as a pinyin says: beginnings of words; or, by initials, whole words of titles.

        Raises:
            MissingDependency: pypinyin is not installed.
        """
        texts = self._words.prefixes(pattern.text)
        by_initials = not texts
        if by_initials:
            texts = self._title_words.with_initials(pattern.text)
        return [needle for text in texts[:MAX_READINGS] if (needle := needle_of(text, by_initials))]

    @cached_property
    def _words(self) -> PinyinIndex:
        return _index(self._doc_freqs())

    @cached_property
    def _title_words(self) -> PinyinIndex:
        return _index(self._title_doc_freqs())


def _index(doc_freqs: Mapping[str, int]) -> PinyinIndex:
    from searchkit.language.pinyin import PinyinIndex  # readings of characters, for pinyin queries only

    return PinyinIndex(doc_freqs)
