"""Writes segments of arrays; ``arrays`` says what is in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.codec.reader import LENGTH_OF, PATH_FIELD, SUFFIX, ArraySegmentReader
from searchkit.engines.whoosh.numeric.bitpack import bit_widths
from searchkit.engines.whoosh.codec.container import BlockWriter, OpenBlock
from searchkit.engines.whoosh.codec.compression import Compressor, Sample
from searchkit.engines.whoosh.codec.termdict import ListRows, BigramTermDict, BigramTerms, Texts
from searchkit.engines.whoosh.codec.stored import encode_head, encode_text
from searchkit.engines.whoosh.codec.elias_fano import encode_lists, in_blocks
from searchkit.engines.whoosh.indexing.inverter import FieldPostings
from searchkit.engines.whoosh.codec.postings import Lists, no_numbers
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE
from searchkit.engines.whoosh.codec.api import segment_name
from searchkit.engines.whoosh.numeric.varint import Numbers
from searchkit.model import Document

_HELD_BYTES = 1 << 20
"""Positions that wait in memory; more wait in a file."""

_SAMPLED_BYTES = 8_000_000
"""Documents wait until there is so much of them, or no more: they share a sample."""


class FieldWriter:
    """Writes fields into a file.

    Attributes:
        numbers: a row of ``NUMBERS_DTYPE`` a document, all of them before the first field.
    """

    def __init__(self, path: Path, numbers: npt.NDArray[Any]) -> None:
        self._file = BlockWriter(open(path, "wb"))  # noqa: SIM115 - ``close`` closes it
        self._folder = path.parent
        self.numbers = numbers

    def add_texts(self, name: str, terms: list[bytes], lists: ListRows) -> None:
        """The terms of a field, and what ``add_lists`` said of their lists."""
        Texts.write(self._file, name, terms, lists)

    def add_bigrams(self, name: str, terms: BigramTerms, lists: ListRows) -> None:
        """The same of a field of bigrams."""
        BigramTermDict.write(self._file, name, terms, lists)

    def add_lists(self, name: str, chunks: Iterable[Lists]) -> ListRows:
        """The posting lists of a field's terms, a chunk after the other."""
        widths = self._position_widths(name)
        documents = len(self.numbers)
        rows, starts = [np.zeros((0, 3), np.uint32)], [np.zeros((0, 2), np.int64)]

        def lists(positions: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
            end = np.zeros(2, np.int64)
            for chunk in in_blocks(chunks):
                encoded = encode_lists(chunk, documents, widths)
                positions.write(encoded.positions.tobytes())
                rows.append(encoded.rows.astype(np.uint32))
                starts.append(encoded.block_starts + end)
                end += (len(encoded.lists), len(encoded.positions))
                yield encoded.lists.tobytes()

        with SpooledTemporaryFile(_HELD_BYTES, "w+b", dir=str(self._folder)) as positions:  # they come with the lists
            self._file.add_parts(f"{name}.lists", lists(positions))
            positions.seek(0)
            self._file.add_parts(f"{name}.positions", iter(partial(positions.read, _HELD_BYTES), b""))
        return ListRows(np.concatenate(rows), np.concatenate(starts))

    def _position_widths(self, name: str) -> Numbers:
        if name not in LENGTH_OF:
            return no_numbers()
        return bit_widths(self.numbers[LENGTH_OF[name]].astype(np.int64))

    def close(self) -> None:
        """Close the file."""
        self._file.finish()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.abandon()


class ArraySegmentWriter(FieldWriter):
    """Writes a segment's file."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        super().__init__(folder / f"{segment_name(info)}{SUFFIX}", np.zeros(0, NUMBERS_DTYPE))
        self._samples: list[Sample] = []
        self._sample_of: list[int] = []
        self._compressor: Compressor | None = None
        self._own_sample = 0
        self._waiting: list[tuple[bytes, bytes]] = []
        self._waiting_bytes = 0
        self._heads: list[bytes] = []
        self._head_lengths: list[int] = []
        self._bodies: OpenBlock | None = self._file.begin("bodies")
        self._body_lengths: list[int] = []
        self._rows: list[npt.NDArray[Any]] = []

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        """The next documents, with a row of ``NUMBERS_DTYPE`` each."""
        for document in documents:
            head, body = encode_head(document), encode_text(document.body)
            self._waiting.append((head, body))
            self._waiting_bytes += len(head) + len(body)
        self._rows.append(numbers)
        if self._compressor is not None or self._waiting_bytes > _SAMPLED_BYTES:
            self._compress()

    def _compress(self) -> None:
        """The documents that waited for others, so that the sample is one of many."""
        if not self._waiting:
            return
        if self._compressor is None:
            sample = Sample.of([head for head, _ in self._waiting], [body for _, body in self._waiting])
            self._own_sample = self.add_samples([sample])
            self._compressor = Compressor(sample)
        for head, body in self._waiting:
            compressed_head, compressed_body = self._compressor.head(head), self._compressor.body(body)
            self._add_compressed(compressed_head, [len(compressed_head)], compressed_body, [len(compressed_body)])
        self._sample_of.extend([self._own_sample] * len(self._waiting))
        self._waiting.clear()

    def add_samples(self, samples: Iterable[Sample]) -> int:
        """What compressed documents look back to; the number of the first of them."""
        first = len(self._samples)
        self._samples.extend(samples)
        return first

    def add_stored(
        self, documents: ArraySegmentReader, first: int, last: int, first_sample: int, numbers: npt.NDArray[Any]
    ) -> None:
        """Some neighbouring documents of another segment as they are; its samples are here from ``first_sample`` on."""
        self._compress()
        self._add_compressed(
            *documents.stored_between("heads", first, last), *documents.stored_between("bodies", first, last)
        )
        self._sample_of.extend((documents.sample_of[first:last] + first_sample).tolist())
        self._rows.append(numbers)

    def _add_compressed(
        self, heads: bytes, head_lengths: Iterable[int], bodies: bytes, body_lengths: Iterable[int]
    ) -> None:
        assert self._bodies is not None
        self._heads.append(heads)
        self._head_lengths.extend(head_lengths)
        self._bodies.write(bodies)
        self._body_lengths.extend(body_lengths)

    def end_documents(self) -> None:
        """After the last document, and before the first field."""
        self._compress()
        if self._bodies is not None:
            self._bodies.end()
            self._bodies = None
            self.numbers = np.concatenate([self.numbers, *self._rows])

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; unigrams before their bigrams."""
        lists = self.add_lists(name, postings.lists.chunks())
        if isinstance(postings.terms, BigramTerms):
            self.add_bigrams(name, postings.terms, lists)
        else:
            self.add_texts(name, postings.terms, lists)
        if name == PATH_FIELD:
            order = np.zeros(len(self.numbers), np.int64)
            order[postings.lists.documents] = np.repeat(np.arange(len(postings.lists)), np.diff(postings.lists.starts))
            self.add_path_order(order)

    def add_path_order(self, order: Numbers) -> None:
        """int64[documents], the place of each one's path among all."""
        self._file.add("path.order", order.astype("<u4"))

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._file.add("bodies.ends", np.cumsum(self._body_lengths).astype("<u4"))
        self._file.add("samples.of", np.array(self._sample_of, "<u2"))
        self._file.add_parts("heads", self._heads)
        self._file.add("heads.ends", np.cumsum(self._head_lengths).astype("<u4"))
        for name, texts in (
            ("heads.samples", [sample.heads for sample in self._samples]),
            ("bodies.samples", [sample.bodies for sample in self._samples]),
        ):
            self._file.add_parts(name, texts)
            self._file.add(f"{name}.ends", np.cumsum([len(text) for text in texts]).astype("<u4"))
        self._file.add("numbers", self.numbers)
        self._file.finish()
