"""A run: one batch of documents before it is merged into a segment.

Doc values and paths are as in a segment. Documents are not compressed and posting lists lie as they do in memory, so
that to write and to read them costs no encoding; all is encoded once, when the runs of a commit are merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchkit.engines.arrays import Int64s, Integers, UInt32s
from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, segment_file
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.codec.stored import RunStoredReader, StoredWriter, entry_of
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTerms, FieldPostings
from searchkit.engines.whoosh.codec.terms.joined import JoinedTerms
from searchkit.engines.whoosh.codec.writer import DocumentsWriter
from searchkit.engines.whoosh.schema import DocValues
from searchkit.messages import _
from searchkit.model import Document

_COLUMNS = ("doc_ids", "freqs", "positions")
_BYTE_WIDTHS = (1, 2, 4)


class RunWriter(DocumentsWriter):
    """Writes a run's file.

    Args:
        folder: the index folder.
        run_id: see ``new_segment_id``.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        super().__init__(segment_file(folder, run_id, "run"))
        self._stored = StoredWriter(self._file)

    def add_documents(self, documents: Iterable[Document], doc_values: DocValues) -> None:
        """Append documents, with a row each."""
        self._stored.add(map(entry_of, documents))
        self._doc_values.append(doc_values)

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """Write a whole field."""
        lists = postings.lists
        if name == PATH_FIELD:
            assert isinstance(postings.terms, list)
            self.add_terms(name, [postings.terms], self.add_lists(name, lists.chunks()))
            order = np.zeros(len(self.doc_values), np.int64)
            order[lists.doc_ids] = np.repeat(np.arange(len(lists)), np.diff(lists.starts))
            self.add_path_order(order)
            return
        if isinstance(postings.terms, BigramTerms):
            self._file.add(f"{name}.codes", postings.terms.codes().astype("<i8", copy=False))
        else:
            joined = JoinedTerms.of(postings.terms)
            self._file.add(f"{name}.terms", joined.whole)
            self._file.add(f"{name}.terms.starts", joined.starts.astype("<u4", copy=False))
        ends = np.append(0, np.cumsum(lists.freqs))[lists.starts]
        self._file.add(f"{name}.starts", np.column_stack([lists.starts, ends]).astype("<u4"))
        for column in _COLUMNS:
            values = getattr(lists, column)
            width = _byte_width(int(values.max(initial=0)))
            self._file.add(f"{name}.{column}.u{width}", values.astype(f"<u{width}"))


def _byte_width(top: int) -> int:
    return next(width for width in _BYTE_WIDTHS if top < 1 << 8 * width)


class RunReader(SegmentReader):
    """Reads a run's file."""

    _kind = "run"

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        super().__init__(folder, info)
        self.stored = RunStoredReader(self._blocks, info.documents)

    def run_field(self, name: str) -> RunField:
        """A field other than the paths."""
        block = f"{name}.starts"
        starts = self._blocks.array(block, "<u4")
        if len(starts) < 2 or len(starts) % 2 or starts[:2].any():
            raise self._blocks.damaged(block)
        starts = starts.reshape(-1, 2)
        if (starts[1:, 0] <= starts[:-1, 0]).any() or (starts[1:, 1] < starts[:-1, 1]).any():
            raise self._blocks.damaged(block)
        widths = [self._byte_width(name, column) for column in _COLUMNS]
        return RunField(self._blocks, name, self.info.documents, starts, widths)

    def _byte_width(self, name: str, column: str) -> int:
        for width in _BYTE_WIDTHS:
            if f"{name}.{column}.u{width}" in self._blocks:
                return width
        raise Damaged(self.file, _("field {name} has no {column}", name=name, column=column))


@dataclass(frozen=True, slots=True)
class RunField:
    """A field of a run.

    Attributes:
        file: the run's.
        name: the field's.
        documents: how many the run has.
        starts: uint32[terms + 1, 2], where each list begins among postings and among occurrences, and the ends.
        widths: bytes of a doc id, of a freq, of a position.
    """

    file: BlockFile
    name: str
    documents: int
    starts: UInt32s
    widths: list[int]

    def terms(self) -> JoinedTerms:
        """The terms of a field of texts, ascending, as they are in the file."""
        block = f"{self.name}.terms"
        terms = JoinedTerms(
            self.file.array(block, "u1"), self.file.array(f"{block}.starts", "<u4", len(self.starts))
        )
        if not terms.is_consistent():
            raise self.file.damaged(block)
        return terms

    def codes(self) -> Int64s:
        """The terms of a bigram field, see ``BigramTerms.codes``."""
        codes: Int64s = self.file.array(f"{self.name}.codes", "<i8", len(self.starts) - 1)
        return codes

    def total_term_freqs(self) -> Int64s:
        """int64[terms], how often each term occurs."""
        ends = self.starts[:, 1].astype(np.int64)
        return ends[1:] - ends[:-1]

    def lists(self, first: int, last: int) -> PostingLists:
        """The posting lists of the terms ``first`` to ``last`` (excluded)."""
        starts = self.starts[first : last + 1, 0].astype(np.int64)
        a, b = self.starts[first].tolist(), self.starts[last].tolist()
        doc_ids, freqs, positions = (
            self._part(column, width, a[kind], b[kind])
            for column, width, kind in zip(_COLUMNS, self.widths, (0, 0, 1), strict=True)
        )
        lists = PostingLists(starts - a[0], doc_ids, freqs, positions)
        occurrences = np.append(0, np.cumsum(freqs, dtype=np.int64))[lists.starts]
        is_counted = np.array_equal(occurrences, self.starts[first : last + 1, 1].astype(np.int64) - a[1])
        if not is_counted or not lists.is_of(self.documents) or (freqs <= 0).any():
            raise self.file.damaged(f"{self.name}.starts")
        return lists

    def _part(self, column: str, width: int, start: int, end: int) -> Integers:
        block = f"{self.name}.{column}.u{width}"
        if column == "positions" and not self.file.length(block):
            return np.zeros(0, np.int32)
        return self.file.read(block, start * width, end * width).view(f"<u{width}").astype(np.int32)
