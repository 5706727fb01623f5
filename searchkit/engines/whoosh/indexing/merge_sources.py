"""Where the posting lists of a merge come from: a field of a segment or of a run, read a stretch of terms at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.field_reader import FieldReader
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.codec.run import RunReader
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTermDict, TermDict
from searchkit.engines.whoosh.codec.terms.joined import JoinedTerms
from searchkit.messages import _


class FieldSource(Protocol):
    """The terms of a field in one segment or run, ascending, and their posting lists."""

    def terms(self) -> JoinedTerms:
        """Its terms, where it is no bigram field."""

    def codes(self) -> Int64s:
        """Its terms as ``BigramTerms.codes``, where it is one."""

    def total_term_freqs(self) -> Int64s:
        """int64[terms], how often each term occurs."""

    def lists(self, first: int, last: int) -> PostingLists:
        """The posting lists of the terms ``first`` to ``last`` (excluded)."""


@dataclass(frozen=True, slots=True)
class _SegmentField:
    """A field of a segment."""

    field: FieldReader

    def terms(self) -> JoinedTerms:
        assert isinstance(self.field.terms, TermDict)
        return JoinedTerms.of(self.field.terms.all())

    def codes(self) -> Int64s:
        assert isinstance(self.field.terms, BigramTermDict)
        return self.field.terms.codes()

    def total_term_freqs(self) -> Int64s:
        return self.field.terms.total_term_freqs()

    def lists(self, first: int, last: int) -> PostingLists:
        return self.field.lists(self.field.terms.infos(first, last))


def field_source(segment: SegmentReader, name: str) -> FieldSource:
    """A field of a segment or a run.

    Raises:
        Damaged: it does not have the field.
    """
    if isinstance(segment, RunReader) and name != PATH_FIELD:
        return segment.run_field(name)
    field = segment.field(name)
    if field is None:
        raise Damaged(segment.file, _("it has no field {name}", name=name))
    return _SegmentField(field)
