"""The posts of a commit point as suggestions are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Bools, Int64s, no_int64s
from searchkit.engines.suggesting.protocol import Asked
from searchkit.engines.whoosh.codec.completions import CompletionReader
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.model import Document


@dataclass(frozen=True, slots=True, eq=False)
class SegmentPart:
    """See ``searchkit.engines.suggesting.protocol.Part``."""

    reader: SegmentReader
    doc_base: int

    @property
    def completions(self) -> CompletionReader:
        return self.reader.completions

    @property
    def live(self) -> Bools:
        return self.reader.live

    def term_count(self, field: str) -> int:
        reader = self.reader.field(field)
        return len(reader.terms) if reader else 0

    def term(self, field: str, term_ord: int) -> str:
        reader = self.reader.field(field)
        return "" if reader is None else reader.terms.term(term_ord).decode("utf-8", "replace")


class SegmentPosts:
    """See ``searchkit.engines.suggesting.protocol.Posts``."""

    def __init__(self, segments: Sequence[SegmentContext], docs: DocStore) -> None:
        self.parts = [SegmentPart(s.reader, s.doc_base) for s in segments if s.reader.completions]
        self._docs = docs

    @property
    def dates(self) -> Int64s:
        return self._docs.dates

    def path_ranks(self, doc_ids: Int64s) -> Int64s:
        return self._docs.path_ranks(doc_ids)

    def title(self, doc_id: int) -> str:
        return self._docs.stored_fields(doc_id).title

    def path(self, doc_id: int) -> str:
        return self._docs.stored_fields(doc_id).path

    def doc_freq(self, field: str, term: str) -> int:
        total = 0
        for part in self.parts:
            reader = part.reader
            if not reader.live.all():
                total += int(reader.live[reader.postings(field, term).doc_ids].sum())
            elif known := reader.field(field):
                term_ord = known.terms.term_ord(term)
                total += 0 if term_ord is None else known.terms.info(term_ord).doc_freq
        return total

    def newest_with(self, asked: Sequence[Asked]) -> list[Document | None]:
        return [self._newest_with(each) for each in asked]

    def _newest_with(self, asked: Asked) -> Document | None:
        doc_ids = self._live_documents(asked)
        if not len(doc_ids):
            return None
        dates = self._docs.dates[doc_ids]
        newest = doc_ids[dates == dates.max()]
        first = int(newest[np.argmin(self._docs.path_ranks(newest))] if len(newest) > 1 else newest[0])
        return self._docs.document(first) if asked.field == "words" else self._docs.stored_fields(first)

    def _live_documents(self, asked: Asked) -> Int64s:
        """int64[n]: the live documents that have a term."""
        parts = [no_int64s()]
        for part in self.parts:
            doc_ids = part.reader.postings(asked.field, asked.term).doc_ids
            parts.append(doc_ids[part.reader.live[doc_ids]].astype(np.int64) + part.doc_base)
        return np.concatenate(parts)
