"""Unigrams and gaps of many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.language.batch.classes import (
    APOSTROPHE,
    DIGIT,
    DOT,
    GAP_OF_CLASS,
    HYPHEN,
    LETTER,
    LINE,
    OTHER_SPACE,
    SINGLE,
    SPACE,
    Classes,
    class_table,
)
from searchkit.language.batch.points import CODE_SPACE, Bools, CodePoints, Int64s, code_points
from searchkit.language.unigrams import (
    DOT_GAP,
    HYPHEN_GAP,
    JOINED,
    PUNCTUATION_GAP,
    SENTENCE_GAP,
    TEXT_GAP,
    is_leading_sign,
)

TermIds = npt.NDArray[np.uint32]
"""A code point, for a term of one character; a number of the vocabulary, from ``VOCABULARY_START`` on, for others."""

VOCABULARY_START = CODE_SPACE
"""The first term id of a vocabulary; smaller ids are code points."""

_PACKED_CHARS = 8  # ASCII characters of a run in 64 bits
_ASCII = 128


class Vocabulary(dict[str, int]):
    """Ids of terms that are not a single character, assigned in the order of first occurrence."""

    def __missing__(self, term: str) -> int:
        term_id = self[term] = VOCABULARY_START + len(self)
        return term_id


@dataclass(frozen=True, slots=True)
class UnigramArrays:
    """The unigrams of many texts, in order.

    Attributes:
        terms: uint32[n], term ids.
        gaps: uint8[n], the gap after each unigram; ``TEXT_GAP`` after the last of a text.
        counts: int64[texts], the number of unigrams of each text.
    """

    terms: TermIds
    gaps: npt.NDArray[np.uint8]
    counts: Int64s


@dataclass(frozen=True, slots=True)
class FoldedBatch:
    """Folded texts as one array, with a line feed after each.

    Attributes:
        text: the concatenated texts.
        points: uint32[len(text)], its code points.
        starts: int64[texts], the offset where each text begins.
    """

    text: str
    points: CodePoints
    starts: Int64s

    @classmethod
    def of(cls, folded: Sequence[str]) -> FoldedBatch:
        text = "".join(f"{part}\n" for part in folded)
        starts = np.cumsum([0, *(len(part) + 1 for part in folded)])[:-1]
        return cls(text, code_points(text), starts.astype(np.int64))

    def counts(self, offsets: Int64s) -> Int64s:
        """The number of offsets within each text, int64[texts].

        Args:
            offsets: int64[n], ascending.
        """
        return count_by_start(offsets, self.starts)


def unigram_arrays(batch: FoldedBatch, vocabulary: Vocabulary) -> UnigramArrays:
    """The unigrams of each text with their gaps, as ``unigrams`` returns them.

    Args:
        batch: folded texts.
        vocabulary: assigns ids to runs of several letters or digits.
    """
    classes = _classes(batch)
    is_start, is_last = _edges(classes)
    starts = np.flatnonzero(is_start)
    terms = batch.points[starts]
    firsts, lasts = np.flatnonzero(is_start & ~is_last), np.flatnonzero(is_last & ~is_start)
    terms[~is_last[starts]] = _run_ids(batch, firsts, lasts, vocabulary)
    gaps = _gaps(classes, starts)
    counts = batch.counts(starts)
    gaps[(np.cumsum(counts) - 1)[counts > 0]] = TEXT_GAP
    return UnigramArrays(terms, gaps, counts)


def _run_ids(batch: FoldedBatch, firsts: Int64s, lasts: Int64s, vocabulary: Vocabulary) -> TermIds:
    """The ids of runs of letters or digits, by their first and last characters.

    Each distinct short run of ASCII is looked up once.
    """
    lengths = lasts - firsts + 1
    points = batch.points
    packed = np.zeros((len(firsts), _PACKED_CHARS), np.uint8)
    is_packed = lengths <= _PACKED_CHARS
    for place in range(_PACKED_CHARS):
        here = np.flatnonzero(lengths > place)
        chars = points[firsts[here] + place]
        is_packed[here[chars >= _ASCII]] = False
        packed[here, place] = chars
    ids = np.empty(len(firsts), np.uint32)
    names, which = np.unique(packed[is_packed].view(np.uint64).reshape(-1), return_inverse=True)
    found = [vocabulary[name.decode()] for name in names.view(f"S{_PACKED_CHARS}").tolist()]
    ids[is_packed] = np.array(found, np.uint32)[which]
    others = np.flatnonzero(~is_packed)
    texts = map(batch.text.__getitem__, map(slice, firsts[others].tolist(), (lasts[others] + 1).tolist()))
    ids[others] = np.fromiter(map(vocabulary.__getitem__, texts), np.uint32, len(others))
    return ids


def unigram_bounds(batch: FoldedBatch) -> tuple[Int64s, Int64s]:
    """Where unigrams start and end, int64[n] each, ascending."""
    is_start, is_last = _edges(_classes(batch))
    return np.flatnonzero(is_start), np.flatnonzero(is_last) + 1


def _classes(batch: FoldedBatch) -> Classes:
    table = class_table()
    table.add(batch.points)
    classes = table.classes[batch.points]
    classes[_leading_signs(batch.text, classes)] = SINGLE
    return classes


def _leading_signs(text: str, classes: Classes) -> list[int]:
    """Where the dots of .net and the minuses of -5 are."""
    following = classes[1:]
    is_sign = ((classes[:-1] == DOT) & (following == LETTER)) | ((classes[:-1] == HYPHEN) & (following == DIGIT))
    is_sign[1:] &= classes[:-2] <= SINGLE  # most stand within names and numbers
    return [at for at in np.flatnonzero(is_sign).tolist() if is_leading_sign(text, at)]


def _edges(classes: Classes) -> tuple[Bools, Bools]:
    """Whether each character begins a unigram, and whether it ends one.

    One does at each change of class, and at each character that is a unigram by itself.
    """
    is_start = classes >= SINGLE
    is_last = is_start.copy()
    bound = (classes[1:] != classes[:-1]) | (classes[1:] <= SINGLE)
    is_start[1:] &= bound
    is_last[:-1] &= bound
    return is_start, is_last


def _gaps(classes: Classes, starts: Int64s) -> npt.NDArray[np.uint8]:
    """The gap after each unigram, as if the batch were one text."""
    gaps = np.full(len(starts), JOINED, np.uint8)
    is_separator = classes < SINGLE
    separated = np.flatnonzero(is_separator[starts[1:] - 1])
    if not len(separated):
        return gaps
    # where the separator after each of these begins and ends; no unigram stands after the last line feed of the batch
    first = np.flatnonzero(is_separator[1:] > is_separator[:-1])[: len(separated)] + 1
    last = starts[separated + 1]
    char_gaps = GAP_OF_CLASS[classes]
    dots = np.flatnonzero(classes == DOT)
    after_dots = classes[dots + 1]  # the batch ends with a line feed, so something follows each dot
    dot_ends_sentence = (after_dots >= SINGLE) | np.isin(after_dots, (SPACE, LINE, OTHER_SPACE))
    char_gaps[dots] = np.where(dot_ends_sentence, SENTENCE_GAP, PUNCTUATION_GAP)
    # The gap of a separator is the largest gap of its characters, unless it is a single dot or apostrophe.
    separator_gaps = np.maximum.reduceat(char_gaps, np.column_stack([first, last]).reshape(-1))[::2]
    first_class = classes[first]
    between_letters = (classes[first - 1] == LETTER) & (classes[last] == LETTER)
    joins = (first_class == DOT) | ((first_class == APOSTROPHE) & between_letters)
    separator_gaps[(last - first == 1) & joins] = JOINED
    are_digits = (classes[first - 1] == DIGIT) & (classes[last] == DIGIT)
    between_digits = np.flatnonzero(are_digits & (separator_gaps == JOINED))
    separator_gaps[between_digits] = _number_gaps(classes, first[between_digits], last[between_digits])
    gaps[separated] = separator_gaps
    return gaps


def _number_gaps(classes: Classes, first: Int64s, last: Int64s) -> npt.NDArray[np.uint8]:
    """The gaps of separators between numbers, by where each begins and ends, that are a single dot or joiners."""
    hyphens = np.flatnonzero(classes == HYPHEN)
    gaps = np.where(hyphens.searchsorted(last) > hyphens.searchsorted(first), HYPHEN_GAP, JOINED)
    return np.where(classes[first] == DOT, DOT_GAP, gaps).astype(np.uint8)


def count_by_start(offsets: Int64s, starts: Int64s) -> Int64s:
    """The number of offsets, ascending, from each start up to the next."""
    return np.diff(np.append(np.searchsorted(offsets, starts), len(offsets)))
