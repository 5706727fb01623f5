"""From documents to posting lists: the terms of a whole segment, sorted once a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.postings import FieldPostings
from searchkit.engines.whoosh.schema import RANKED_FIELDS
from searchkit.language.batch import (
    FoldedBatch,
    TermArrays,
    Vocabulary,
    pairs_of,
    unit_arrays,
    word_arrays,
)
from searchkit.language.units import TEXT_END
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS, Streams

Numbers = npt.NDArray[np.int64]

_PAIR_BITS = 32
_SECOND = 2**_PAIR_BITS - 1
_WORD_BITS = 63
_PAIR_FIELDS = (BODY_STREAMS.pairs, TITLE_STREAMS.pairs)


@dataclass(slots=True)
class _Field:
    """The terms of one field as they come, a part of the segment after the other."""

    terms: list[npt.NDArray[np.int64]] = field(default_factory=list)
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
        self._fields = {name: _Field() for name in RANKED_FIELDS}
        self._values: dict[str, _Field] = {}
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
        self._values.setdefault(name, _Field()).add(terms, documents, np.zeros(0, np.int64))

    def _add_streams(self, streams: Streams, texts: Sequence[str]) -> list[Numbers]:
        batch = FoldedBatch.of(texts)
        units = unit_arrays(batch, self._vocabulary)
        first = pairs_of(units)
        pairs = TermArrays(
            (units.terms[first] << _PAIR_BITS) | units.terms[1:][first[:-1]], units.texts[first], units.positions[first]
        )
        words = word_arrays(batch, units, self._vocabulary)
        lengths = []
        for name, arrays in ((streams.units, units), (streams.pairs, pairs), (streams.words, words)):
            self._fields[name].add(arrays.terms, arrays.texts + self._documents, arrays.positions)
            lengths.append(np.bincount(arrays.texts, minlength=len(texts)))
        return lengths

    def postings(self, name: str) -> FieldPostings:
        """The posting lists of a field; its terms are let go. Nothing can be added afterwards."""
        collected = self._fields.pop(name, None) or self._values.pop(name, _Field())
        if not collected.terms:
            return FieldPostings([], np.zeros(1, np.int64), *(np.zeros(0, np.int64) for _ in range(3)))
        names, rank = self._ranked
        terms = np.concatenate(collected.terms)
        documents = np.concatenate(collected.documents).astype(np.int64)
        positions = np.concatenate(collected.positions).astype(np.int64)
        # a space is less than any unit's first character: pairs in this order are in the order of their texts
        pairs = name in _PAIR_FIELDS
        terms = rank[terms >> _PAIR_BITS] * len(rank) + rank[terms & _SECOND] if pairs else rank[terms]
        order = stable_order(terms)
        terms, documents = terms[order], documents[order]
        new_term = np.diff(terms, prepend=-1) != 0
        first = np.flatnonzero(new_term | (np.diff(documents, prepend=-1) != 0))
        found = terms[first[new_term[first]]]
        return FieldPostings(
            terms=_pair_names(names, found) if pairs else [names[number] for number in found.tolist()],
            starts=np.append(np.flatnonzero(new_term[first]), len(first)),
            documents=documents[first],
            frequencies=np.diff(np.append(first, len(terms))),
            positions=positions[order] if len(positions) else positions,
        )

    @cached_property
    def _ranked(self) -> tuple[list[bytes], Numbers]:
        """Every term of the vocabulary, ascending, and each one's place among them."""
        names = [term.encode("utf-8", "surrogatepass") for term in self._vocabulary]
        by_text = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.int64)
        rank[by_text] = np.arange(len(names))
        return [names[number] for number in by_text], rank


def stable_order(keys: Numbers) -> Numbers:
    """``np.argsort(keys, kind="stable")``, by one sort of the keys with their places packed in, which is faster."""
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > _WORD_BITS:
        return np.argsort(keys, kind="stable")
    packed = (keys << bits) | np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def _pair_names(names: list[bytes], pairs: Numbers) -> list[bytes]:
    firsts, seconds = (pairs // len(names)).tolist(), (pairs % len(names)).tolist()
    return [b"%b %b" % (names[a], names[b]) for a, b in zip(firsts, seconds, strict=True)]
