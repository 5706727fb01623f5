"""Here is a pinyin: which texts of a commit point read so?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.schema import CONTENT, TITLE
from searchkit.query.ast import Pinyin
from searchkit.query.compiled import Needle
from searchkit.query.needles import needle_of

if TYPE_CHECKING:
    from searchkit.language.pinyin import PinyinIndex

MAX_READINGS = 64
"""Texts that one reading in pinyin stands for."""


class Sounds:
    """How the words of live documents read. All segments of a commit point share one, so that all mean the same.

    Args:
        readers: of all segments.
    """

    def __init__(self, readers: Sequence[SegmentReader]) -> None:
        self._readers = readers

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
        return self._index(CONTENT.words)

    @cached_property
    def _title_words(self) -> PinyinIndex:
        return self._index(TITLE.words)

    def _index(self, field: str) -> PinyinIndex:
        from searchkit.engines.whoosh.search.match.live_terms import live_doc_freqs  # for pinyin queries only
        from searchkit.language.pinyin import PinyinIndex  # the same, and readings of characters

        return PinyinIndex(live_doc_freqs(self._readers, field))
