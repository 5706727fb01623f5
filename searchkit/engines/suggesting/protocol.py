"""What an engine keeps for suggestions: texts in buckets by the initials of their first two characters.

A character's initial is the first letter of its pinyin, or the letter itself. What somebody typed, be it Han,
pinyin, initials or a mixture, names the initials of the first two characters of what is meant, so that one bucket
is compared with it, column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s
from searchkit.model import Document

COMPLETED_FIELDS = ("words", "source", "tag")
"""Fields whose terms are suggested."""

INITIALS = 32
"""Kinds of initials: 1 to 26 are letters, 27 digits, 0 is all else."""

BUCKETS = INITIALS * INITIALS

MAX_READINGS = 3

ROW_CHARS = 6

ROW = np.dtype([("term", "<u4"), ("doc_freq", "<u4"), ("chars", "<u2", ROW_CHARS)])
"""A term: its place among the field's terms, its doc freq, its first characters, padded with zeros."""

READING = np.dtype([("char", "<u2"), ("syllables", "<u2", MAX_READINGS)])
"""A Han character, and its readings as numbers of syllables, from 1; padded with zeros."""

TITLE_STARTS = "titles.starts"
"""The table of the words in titles."""


class Completions(Protocol):
    """The titles and the bucketed tables of some documents, which are numbered from 0."""

    @property
    def syllables(self) -> list[str]:
        """The syllables that the characters have, ascending; number 1 is the first."""

    @property
    def readings(self) -> npt.NDArray[np.uint16]:
        """uint16[65536, 3], the numbers of each character's syllables."""

    def rows(self, field: str, terms: int, first: int, last: int) -> npt.NDArray[Any]:
        """ROW[n]: the terms of a field, which has so many, in the buckets ``first`` to ``last`` (excluded)."""

    def title_starts(self, first: int, last: int) -> Int64s:
        """int64[n]: where in ``codes`` words begin whose initials are in these buckets."""

    @property
    def codes(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: the folded titles in UTF-16 code units without surrogates, each ended by a zero."""

    @property
    def boundaries(self) -> Bools:
        """bool[n]: whether a word or symbol begins at each place of ``codes``."""

    @property
    def doc_ids(self) -> npt.NDArray[np.int32]:
        """int32[n]: whose title each place of ``codes`` belongs to."""


class Part(Protocol):
    """A part of an index that keeps completions of its own, such as a segment."""

    @property
    def completions(self) -> Completions: ...

    @property
    def live(self) -> Bools:
        """bool[documents], False where deleted."""

    @property
    def doc_base(self) -> int:
        """The number of its first document among those of all parts."""

    def term_count(self, field: str) -> int:
        """How many terms a field has."""

    def term(self, field: str, term_ord: int) -> str:
        """A term by its place among those of a field, which has it."""


class Asked(NamedTuple):
    """A term of a physical field."""

    field: str
    term: str


class Posts(Protocol):
    """The posts of a commit point, numbered through all its parts."""

    @property
    def parts(self) -> Sequence[Part]: ...

    @property
    def dates(self) -> Int64s:
        """int64[documents], microseconds since 1970 or ``NO_DATE``."""

    def path_ranks(self, doc_ids: Int64s) -> Int64s:
        """int64[n], in the order of the documents' paths."""

    def title(self, doc_id: int) -> str:
        """The title of a post as it is written."""

    def path(self, doc_id: int) -> str: ...

    def doc_freq(self, field: str, term: str) -> int:
        """How many live posts have a term."""

    def newest_with(self, asked: Sequence[Asked]) -> list[Document | None]:
        """For each term the newest live post that has it, of equally old ones the first by path; None where none has.

        The body is there where the term is one of ``words``. One call for all, since an index may be far away.
        """
