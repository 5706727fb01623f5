"""The texts of fields: tokens with a space behind each, made for many documents at once on arrays of code points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Int64s
from searchkit.engines.opensearch.schema import FREQUENCY_MARK, LONGEST_TOKEN, MARKS, token
from searchkit.language.batch.points import CodePoints, code_points, text_of
from searchkit.language.unigrams import TEXT_GAP


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How often each term occurs in each of some texts, by text.

    Attributes:
        texts: int64[n], ascending.
        terms: int64[n], the place of each term in ``names``; ascending within a text.
        freqs: int64[n].
        names: the terms.
    """

    texts: Int64s
    terms: Int64s
    freqs: Int64s
    names: Sequence[str]

    @classmethod
    def of(cls, texts: Int64s, terms: Int64s, names: Sequence[str]) -> Counts:
        """Count occurrences in any order, given the text and the term of each."""
        keys, freqs = np.unique(texts * len(names) + terms, return_counts=True)
        return cls(*np.divmod(keys, max(len(names), 1)), freqs.astype(np.int64), names)

    def without(self, others: Counts) -> Counts:
        """Only the terms that occur more often than in others of the same names."""
        surplus = self.freqs.copy()
        surplus[np.searchsorted(self._keys, others._keys)] -= others.freqs
        kept = surplus > 0
        return Counts(self.texts[kept], self.terms[kept], surplus[kept], self.names)

    @property
    def _keys(self) -> Int64s:
        keys: Int64s = self.texts * len(self.names) + self.terms
        return keys

    def counted_tokens(self, texts: int) -> list[str]:
        """Of each text its tokens with their frequencies."""
        freqs, places = np.unique(self.freqs, return_inverse=True)
        marks = [f"{FREQUENCY_MARK}{freq} " for freq in freqs.tolist()]
        pool = _Pool([*_tokens(self.names), *marks])
        return pool.rows(np.column_stack([self.terms, places + len(self.names)]), self._bounds(texts))

    def tokens(self, texts: int) -> list[str]:
        """Of each text its tokens, each once."""
        pool = _Pool([f"{name} " for name in _tokens(self.names)])
        return pool.rows(self.terms[:, None], self._bounds(texts))

    def _bounds(self, texts: int) -> Int64s:
        return np.searchsorted(self.texts, np.arange(texts + 1))


def link_tokens(terms: Int64s, gaps: npt.NDArray[np.uint8], names: Sequence[str], bounds: Int64s) -> list[str]:
    """Of each text its links.

    Args:
        terms: int64[n], the place of each unigram in ``names``.
        gaps: uint8[n], the gap after each.
        names: the unigrams.
        bounds: int64[texts + 1], where the unigrams of each text begin.
    """
    units = _tokens(names)
    pool = _Pool([*units, *(f"{unit} " for unit in units), *MARKS, " "])
    count = len(units)
    following = np.append(terms, 0)[1:] + count
    following[gaps == TEXT_GAP] = 2 * count + len(MARKS)
    return pool.rows(np.column_stack([terms, gaps.astype(np.int64) + 2 * count, following]), bounds)


def _tokens(names: Sequence[str]) -> Sequence[str]:
    """The tokens of unigrams or words, which are letters, digits or symbols: only a long one is another text."""
    return list(map(token, names)) if max(map(len, names), default=0) > LONGEST_TOKEN else names


class _Pool:
    """Texts that others are put together of."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self._points: CodePoints = code_points("".join(texts))
        self._lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        self._starts = np.cumsum(self._lengths, dtype=np.int32) - self._lengths

    def rows(self, places: Int64s, bounds: Int64s) -> list[str]:
        """Put texts together.

        Args:
            places: int64[n, m], which texts follow each other; rows follow each other, too.
            bounds: int64[texts + 1], the row where each result begins, and the end.
        """
        flat = places.reshape(-1)
        lengths = self._lengths[flat]
        ends = np.cumsum(lengths, dtype=np.int32)
        shifts = np.repeat(self._starts[flat] - (ends - lengths), lengths)
        text = text_of(self._points[shifts + np.arange(len(shifts), dtype=np.int32)])
        ends_of_rows = np.append(0, ends[places.shape[1] - 1 :: places.shape[1]])
        return [text[start:end] for start, end in pairwise(ends_of_rows[bounds].tolist())]
