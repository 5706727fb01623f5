"""From documents to posting lists: the terms of a whole segment, sorted once a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.dictionaries import PairTerms
from searchkit.engines.whoosh.postings import Lists, no_numbers
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.language.batch import FoldedBatch, Vocabulary, unit_arrays, word_arrays
from searchkit.language.units import JOINED, TEXT_END, break_term
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS, Streams

Numbers = npt.NDArray[np.int64]

_WORD_BITS = 63
_GAP_BITS = 2
_GAP = (1 << _GAP_BITS) - 1
_SECOND_BITS = 32
_SECOND = (1 << _SECOND_BITS) - 1
_PAIR_FIELDS = (BODY_STREAMS.pairs, TITLE_STREAMS.pairs)
_BREAK_FIELDS = (BODY_STREAMS.breaks, TITLE_STREAMS.breaks)


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """All posting lists of a field.

    Attributes:
        terms: UTF-8, ascending; those of a field of pairs as numbers of the units.
        lists: of each term.
    """

    terms: list[bytes] | PairTerms
    lists: Lists


@dataclass(slots=True)
class _Field:
    """The terms of one field as they come, a part of the segment after the other."""

    terms: list[Numbers] = field(default_factory=list)
    documents: list[npt.NDArray[np.uint32]] = field(default_factory=list)
    positions: list[npt.NDArray[np.uint32]] = field(default_factory=list)

    def add(self, terms: Numbers, documents: Numbers, positions: Numbers) -> None:
        self.terms.append(terms)
        self.documents.append(documents.astype(np.uint32))
        self.positions.append(positions.astype(np.uint32))


class Inversion:
    """The terms of a segment's documents, added in parts of any size."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._fields = {name: _Field() for name in FIELD_ORDER}
        self._documents = 0

    def add(self, titles: Sequence[str], bodies: Sequence[str]) -> list[Numbers]:
        """The folded titles and bodies of the next documents.

        Returns:
            int64[documents] a ranked field: how many terms each document has in it, in the order of the fields.
        """
        texts = [f"{title}{TEXT_END}{body}" for title, body in zip(titles, bodies, strict=True)]
        lengths = self._add_streams(BODY_STREAMS, texts) + self._add_streams(TITLE_STREAMS, titles)
        self._documents += len(titles)
        return lengths

    def add_values(self, name: str, values: Sequence[Sequence[str]]) -> None:
        """Whole values of a filter field, for the documents that ``add`` took last."""
        first = self._documents - len(values)
        documents = np.repeat(np.arange(first, self._documents), [len(part) for part in values])
        terms = np.array([self._vocabulary[value] for part in values for value in part], np.int64)
        self._fields[name].add(terms, documents, no_numbers())

    def _add_streams(self, streams: Streams, texts: Sequence[str]) -> list[Numbers]:
        batch = FoldedBatch.of(texts)
        units = unit_arrays(batch, self._vocabulary)
        words = word_arrays(batch, units, self._vocabulary)
        documents, positions = units.texts + self._documents, units.positions
        joined = units.gaps == JOINED
        pairs = (units.terms[joined] << _SECOND_BITS) | units.terms[1:][joined[:-1]]
        breaks = (units.terms << _GAP_BITS | units.gaps)[~joined]
        self._fields[streams.units].add(units.terms, documents, no_numbers())
        self._fields[streams.pairs].add(pairs, documents[joined], positions[joined])
        self._fields[streams.breaks].add(breaks, documents[~joined], positions[~joined])
        self._fields[streams.words].add(words.terms, words.texts + self._documents, no_numbers())
        counted = (units.texts, units.texts[joined], words.texts)
        return [np.bincount(texts_of, minlength=len(texts)) for texts_of in counted]

    def postings(self, name: str) -> FieldPostings:
        """The posting lists of a field; its terms are let go. Nothing can be added afterwards."""
        unit_names, number = self._units
        collected = self._fields.pop(name)
        terms = np.concatenate([no_numbers(), *collected.terms])
        documents = np.concatenate([no_numbers(), *collected.documents])
        positions = np.concatenate([no_numbers(), *collected.positions])
        if name in _PAIR_FIELDS:
            codes = number[terms >> _SECOND_BITS] * len(unit_names) + number[terms & _SECOND]
            codes, lists = inverted(codes, documents, positions)
            return FieldPostings(PairTerms.of(unit_names, codes), lists)
        if name in _BREAK_FIELDS:
            codes = (number[terms >> _GAP_BITS] << _GAP_BITS) | (terms & _GAP)
            codes, lists = inverted(codes, documents, positions)
            return FieldPostings(_break_names(unit_names, codes), lists)
        names, rank = self._ranked
        found, lists = inverted(rank[terms], documents, positions)
        return FieldPostings([names[number] for number in found.tolist()], lists)

    @cached_property
    def _ranked(self) -> tuple[list[bytes], Numbers]:
        """Every term of the vocabulary, ascending, and each one's place among them."""
        names = [term.encode("utf-8", "surrogatepass") for term in self._vocabulary]
        by_text = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.int64)
        rank[by_text] = np.arange(len(names))
        return [names[number] for number in by_text], rank

    @cached_property
    def _units(self) -> tuple[list[bytes], Numbers]:
        """Every unit, ascending, and the number of each term of the vocabulary that is one among them."""
        names, rank = self._ranked
        is_unit = np.zeros(len(names), bool)
        for terms in self._fields[BODY_STREAMS.units].terms:
            is_unit[rank[terms]] = True
        number = np.cumsum(is_unit) - 1
        return [names[place] for place in np.flatnonzero(is_unit).tolist()], number[rank]


def _break_names(units: list[bytes], codes: Numbers) -> list[bytes]:
    both = zip((codes >> _GAP_BITS).tolist(), (codes & _GAP).tolist(), strict=True)
    return [units[unit] + break_term("", gap).encode() for unit, gap in both]


def inverted(terms: Numbers, documents: Numbers, positions: Numbers) -> tuple[Numbers, Lists]:
    """The distinct terms, ascending, and the posting list of each.

    Args:
        terms: int64[n], the numbers of terms as they come.
        documents: int64[n], where each is.
        positions: int64[n], at which place; empty where none are kept.
    """
    with_positions = bool(len(positions))
    terms, documents, positions = _sorted(terms, documents, positions)
    first = np.flatnonzero(_changes(terms) | _changes(documents))
    of_posting = terms[first]
    new_term = _changes(of_posting)
    lists = Lists(
        starts=np.append(np.flatnonzero(new_term), len(first)),
        documents=documents[first],
        frequencies=np.diff(np.append(first, len(terms))),
        positions=positions if with_positions else no_numbers(),
    )
    return of_posting[new_term], lists


def _sorted(terms: Numbers, documents: Numbers, positions: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """By term, document and position: all three packed into one number, which sorts without a look at the others."""
    positions = positions if len(positions) else np.zeros(1, np.int64)
    term_bits, document_bits, position_bits = (
        int(column.max(initial=0)).bit_length() for column in (terms, documents, positions)
    )
    if term_bits + document_bits + position_bits > _WORD_BITS:
        order = np.lexsort((np.broadcast_to(positions, terms.shape), documents, terms))
        return terms[order], documents[order], np.broadcast_to(positions, terms.shape)[order]
    keys = (terms << (document_bits + position_bits)) | (documents << position_bits) | positions
    keys.sort()
    return (
        keys >> (document_bits + position_bits),
        (keys >> position_bits) & ((1 << document_bits) - 1),
        keys & ((1 << position_bits) - 1),
    )


def _changes(values: Numbers) -> npt.NDArray[np.bool_]:
    """bool[n]: whether each differs from the one before it."""
    changes = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def stable_order(keys: Numbers) -> Numbers:
    """``np.argsort(keys, kind="stable")``, by one sort of the keys with their places packed in, which is faster."""
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > _WORD_BITS:
        return np.argsort(keys, kind="stable")
    packed = (keys.astype(np.int64, copy=False) << bits) | np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed
