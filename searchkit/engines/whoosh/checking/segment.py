"""One segment: its checksums, its fields, and whether these agree with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from searchkit.engines.arrays import Bools, Int64s, UInt64s
from searchkit.engines.whoosh.checking.completions import completion_problems
from searchkit.engines.whoosh.checking.digests import (
    add_lists,
    add_positions,
    add_terms,
    digests_of_lengths,
)
from searchkit.engines.whoosh.checking.documents import document_problems
from searchkit.engines.whoosh.checking.fields import Bigrams, Terms, fault_of, stretches
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.indexing.merge_sources import field_source
from searchkit.engines.whoosh.schema import (
    BIGRAM_FIELDS,
    CONTENT,
    FIELD_ORDER,
    LENGTH_FIELD,
    RANKED_FIELDS,
    TEXT_FIELDS,
    TextFields,
)
from searchkit.messages import _


class FieldDigests:
    """What each document of a segment has in each field; see ``digests``.

    Args:
        documents: how many there are.

    Attributes:
        whole: by field uint64[documents], its terms with their frequencies and positions.
        counts: by field int64[documents], how many occurrences it has.
        unigrams: by text uint64[documents], its unigrams as the unigrams' field has them.
        begun: by text uint64[documents], its unigrams as bigrams and boundaries have them.
        positions: by text uint64[documents], the positions that bigrams and boundaries take.
    """

    def __init__(self, documents: int) -> None:
        self.whole = {name: np.zeros(documents, np.uint64) for name in FIELD_ORDER}
        self.counts = {name: np.zeros(documents, np.int64) for name in FIELD_ORDER}
        self.unigrams = {text: np.zeros(documents, np.uint64) for text in TEXT_FIELDS}
        self.begun = {text: np.zeros(documents, np.uint64) for text in TEXT_FIELDS}
        self.positions = {text: np.zeros(documents, np.uint64) for text in TEXT_FIELDS}

    def add(self, terms: Terms | Bigrams, begun: UInt64s, first: int, last: int, lists: PostingLists) -> None:
        """Add the terms ``first`` to ``last`` (excluded) of a field.

        ``begun`` has, of bigrams and boundaries, the hash of the unigram that each begins with.
        """
        name = terms.field
        add_lists(self.whole[name], terms.hashes[first:last], lists)
        np.add.at(self.counts[name], lists.doc_ids, lists.freqs.astype(np.int64))
        for text in TEXT_FIELDS:
            if name == text.unigrams:
                add_terms(self.unigrams[text], terms.hashes[first:last], lists)
            elif name in (text.bigrams, text.boundaries):
                add_terms(self.begun[text], begun[first:last], lists)
                add_positions(self.positions[text], lists)


class SegmentCheck:
    """Checks a segment, and keeps the digests of its documents.

    Args:
        reader: the segment.
        done: called with the number of bytes that were read.

    Attributes:
        digests: of its documents; of no use where a field has a problem.
    """

    def __init__(self, reader: SegmentReader, done: Callable[[int], None]) -> None:
        self._reader = reader
        self._done = done
        self.digests = FieldDigests(reader.info.documents)
        self._unigrams: Terms | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong; only the checksums where one of these is."""
        try:
            self._reader.verify()
        except Damaged as error:
            yield error.reason
            return
        of_fields = [problem for name in FIELD_ORDER for problem in self._within(partial(self._field, name))]
        yield from of_fields or self._disagreements()
        yield from self._within(partial(document_problems, self._reader))
        if not of_fields:
            yield from self._within(partial(completion_problems, self._reader))

    def _within(self, check: Callable[[], Iterator[str]]) -> list[str]:
        """The problems that a check finds; the first that keeps it from reading on is the last."""
        found: list[str] = []
        try:
            found.extend(check())
        except Damaged as error:
            found.append(error.reason)
        return found

    def _field(self, name: str) -> Iterator[str]:
        reader = self._reader
        source = field_source(reader, name)
        terms: Terms | Bigrams
        if name not in BIGRAM_FIELDS:
            terms = Terms.of(name, source)
        elif self._unigrams is not None:
            terms = Bigrams.of(name, source, self._unigrams, reader.file)
        else:
            return
        if not terms.are_in_order:
            yield _("the terms of field {name} are not in order", name=name)
            return
        field = reader.field(name)
        if field is None or not field.terms.is_consistent():
            yield _("the blocks of field {name} are not those of its terms", name=name)
            return
        if name == CONTENT.unigrams:
            assert isinstance(terms, Terms)
            self._unigrams = terms
        begun = terms.unigram_hashes() if name in LENGTH_FIELD else terms.hashes
        lengths = reader.doc_values[LENGTH_FIELD[name]].astype(np.int64) if name in LENGTH_FIELD else None
        size = reader.bytes_of(name)
        for first, last, lists in stretches(source):
            fault = fault_of(lists, reader.info.documents, lengths)
            if fault is not None:
                place, reason = fault
                term = terms.text(first + place)
                yield _("field {name}, term {term!r}: {reason}", name=name, term=term, reason=reason)
                return
            self.digests.add(terms, begun, first, last, lists)
            self._done(size * last // len(begun) - size * first // len(begun))

    def _disagreements(self) -> Iterator[str]:
        """Where fields, or a field and the doc values, say different things of a document."""
        digests, values = self.digests, self._reader.doc_values
        for name in RANKED_FIELDS:
            yield from self._at(
                digests.counts[name] != values[name].astype(np.int64),
                _("another number of terms in {name} than its doc values say", name=name),
            )
        for text in TEXT_FIELDS:
            yield from self._of_text(text, values[text.unigrams].astype(np.int64))

    def _of_text(self, text: TextFields, lengths: Int64s) -> Iterator[str]:
        digests = self.digests
        yield from self._at(
            digests.positions[text] != digests_of_lengths(lengths),
            _("positions that neither or both of {bigrams} and {boundaries} have", **_names(text)),
        )
        yield from self._at(
            digests.begun[text] != digests.unigrams[text],
            _("other terms in {unigrams} than in {bigrams} and {boundaries}", **_names(text)),
        )

    def _at(self, wrong: Bools, what: str) -> Iterator[str]:
        if wrong.any():
            yield f"{self._reader.path(int(np.argmax(wrong)))}: {what}"


def _names(text: TextFields) -> dict[str, str]:
    return {"unigrams": text.unigrams, "bigrams": text.bigrams, "boundaries": text.boundaries}
