"""Writes segment files. docs/format.md says what is in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s, Integers
from searchkit.engines.suggesting.protocol import TITLE_STARTS
from searchkit.engines.whoosh.codec.api import segment_file
from searchkit.engines.whoosh.codec.completion_rows import encode_rows
from searchkit.engines.whoosh.codec.compression import CompressionDictionary
from searchkit.engines.whoosh.codec.container import BlockWriter
from searchkit.engines.whoosh.codec.elias_fano import encode_lists
from searchkit.engines.whoosh.codec.positions import encode_positions
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.split import write_split
from searchkit.engines.whoosh.codec.stored import CompressedWriter, Entry, StoredWriter
from searchkit.engines.whoosh.codec.term_block import whole_blocks
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTermDict, BigramTerms, TermDict
from searchkit.engines.whoosh.codec.terms.pairs import EncodedTermInfos
from searchkit.engines.whoosh.numeric.bitpack import bit_widths
from searchkit.engines.whoosh.schema import DOC_VALUES_DTYPE, LENGTH_FIELD, DocValues

_SPOOLED_BYTES = 1 << 20
"""Positions wait in memory, beyond this in a temporary file, until the postings of their field are written."""


class FieldsWriter:
    """Writes fields into a file. ``close`` or ``abort`` ends it.

    Args:
        path: the file.
        doc_values: structured[documents], of the whole segment.
    """

    def __init__(self, path: Path, doc_values: DocValues) -> None:
        self._file = BlockWriter(open(path, "wb"))  # noqa: SIM115 - ``close`` closes it
        self._folder = path.parent
        self.doc_values = doc_values

    def add_terms(self, name: str, terms: Iterable[list[bytes]] | BigramTerms, infos: EncodedTermInfos) -> None:
        """Write terms, ascending; ``infos`` is what ``add_lists`` gave for them. Unigrams come before their bigrams.

        Terms that are texts come stretch after stretch.
        """
        if isinstance(terms, BigramTerms):
            BigramTermDict.write(self._file, name, terms, infos)
        else:
            TermDict.write(self._file, name, terms, infos)

    def add_lists(self, name: str, chunks: Iterable[PostingLists]) -> EncodedTermInfos:
        """Write the posting lists of a field's terms, chunk after chunk."""
        widths = None
        if name in LENGTH_FIELD:
            widths = bit_widths(self.doc_values[LENGTH_FIELD[name]].astype(np.int64))
        documents = len(self.doc_values)
        rows, starts = [np.zeros((0, 3), np.uint32)], [np.zeros((0, 2), np.int64)]

        def postings(positions: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
            end = np.zeros(2, np.int64)
            for lists in whole_blocks(chunks):
                doc_freqs = np.diff(lists.starts)
                total = np.add.reduceat(lists.freqs, lists.starts[:-1], dtype=np.int64)
                encoded, block_starts = encode_lists(lists, total, documents)
                position_bits, position_starts = np.zeros_like(total), np.zeros_like(block_starts)
                if widths is not None:
                    packed = encode_positions(lists, total, widths)
                    positions.write(packed.packed.tobytes())
                    position_bits, position_starts = packed.bits, packed.block_starts
                rows.append(np.column_stack([doc_freqs, total - doc_freqs, position_bits]).astype(np.uint32))
                ends = np.column_stack([block_starts, position_starts]) + end
                starts.append(ends[:-1])
                end = ends[-1]
                yield encoded.tobytes()

        with SpooledTemporaryFile(_SPOOLED_BYTES, "w+b", dir=str(self._folder)) as positions:
            self._file.add_parts(f"{name}.postings", postings(positions))
            positions.seek(0)
            self._file.add_parts(f"{name}.positions", iter(partial(positions.read, _SPOOLED_BYTES), b""))
        return EncodedTermInfos(documents, np.concatenate(rows), np.concatenate(starts))

    def add_path_order(self, order: Integers) -> None:
        """integer[documents], the place of each one's path among all paths."""
        self._file.add("path.order", order.astype("<u4"))

    def add_titles(self, codes: npt.NDArray[np.uint16], boundaries: Bools) -> None:
        """Write the folded titles of all documents, see ``CompletionReader``."""
        self._file.add("suggest.titles", codes.astype("<u2", copy=False))
        self._file.add("suggest.titles.boundaries", np.packbits(boundaries, bitorder="little"))

    def add_readings(self, syllables: Sequence[str], rows: npt.NDArray[np.void]) -> None:
        """Write the pinyin of characters, see ``CompletionReader``."""
        self._file.add("suggest.syllables", "\0".join(syllables).encode("ascii"))
        self._file.add("suggest.readings", rows)

    def add_completions(self, name: str, rows: npt.NDArray[Any], buckets: Int64s) -> None:
        """Write the rows of a field, and where each bucket begins."""
        for column, block in encode_rows(rows, buckets).items():
            self._file.add(f"suggest.{name}.{column}", block)

    def add_title_starts(self, places: Int64s, buckets: Int64s, titles: int) -> None:
        """Write where words begin in titles of so many characters, and where each bucket begins."""
        write_split(self._file, f"suggest.{TITLE_STARTS}", places, titles)
        self._file.add(f"suggest.{TITLE_STARTS}.buckets", buckets.astype("<u4"))

    def close(self) -> None:
        """Finish the file."""
        self._file.finish()

    def abort(self) -> None:
        """Close the file unfinished."""
        self._file.abort()


class DocumentsWriter(FieldsWriter):
    """Writes a file of documents and their fields: the documents in parts, then the fields, each once.

    Args:
        path: the file.
    """

    _stored: StoredWriter

    def __init__(self, path: Path) -> None:
        super().__init__(path, np.zeros(0, DOC_VALUES_DTYPE))
        self._doc_values: list[DocValues] = []

    def end_documents(self) -> None:
        """After the last document, and before the first field."""
        self._stored.end_documents()
        self.doc_values = np.concatenate([self.doc_values, *self._doc_values])

    def close(self) -> None:
        """Write the doc values, and finish the file."""
        self._file.add("doc_values", self.doc_values)
        self._file.finish()


class SegmentWriter(DocumentsWriter):
    """Writes a segment's file.

    Args:
        folder: the index folder.
        segment_id: see ``new_segment_id``.
    """

    def __init__(self, folder: Path, segment_id: str) -> None:
        super().__init__(segment_file(folder, segment_id))
        self._stored: CompressedWriter = CompressedWriter(self._file)

    def train(self, sample: Sequence[Entry]) -> None:
        """Before ``add_entries``: make a dictionary for documents like these."""
        self._stored.train(sample)

    def add_entries(self, entries: Iterable[Entry], doc_values: DocValues) -> None:
        """Append documents, with a row each."""
        self._stored.add(entries)
        self._doc_values.append(doc_values)

    def add_dictionaries(self, dictionaries: Iterable[CompressionDictionary]) -> int:
        """Keep dictionaries of documents that are copied; the number of the first."""
        return self._stored.add_dictionaries(dictionaries)

    def copy_documents(self, source: SegmentReader, first: int, last: int, first_dictionary: int) -> None:
        """Append the documents ``first`` to ``last`` (excluded) of another segment as they are compressed there.

        ``first_dictionary`` is what ``add_dictionaries`` gave for those of the other segment.
        """
        self._stored.copy(source.stored, first, last, first_dictionary)
        self._doc_values.append(source.doc_values[first:last])
