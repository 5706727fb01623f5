"""Whoosh's own codec, written to and read from by whole posting arrays, and without trust in its pickles.

Whoosh pickles blocks of plain numbers and bytes. A pickle may name code to run, so everything here is read by
an unpickler that knows no names at all: an index that somebody sent you is data, never code.
"""

from __future__ import annotations

import io
import pickle
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3PostingsWriter, W3TermsReader
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

from searchkit.errors import IndexCorrupt

_INLINED = 1  # the flag of a term whose postings Whoosh would unpickle from its term info; ours never are


class _PlainUnpickler(pickle.Unpickler):
    """Numbers, bytes, strings, tuples, lists and dicts; nothing that has a name."""

    def find_class(self, module: str, name: str) -> Any:
        raise IndexCorrupt(f"the index names code to run: {module}.{name}", "run: searchkit rebuild-index --full")


class PlainFile(StructFile):  # type: ignore[misc]
    """A file of the index, whose pickles hold plain data only."""

    def read_pickle(self) -> Any:
        return _PlainUnpickler(self.file).load()


class PlainStorage(FileStorage):  # type: ignore[misc]
    """A folder of such files."""

    def open_file(self, name: str, **options: Any) -> PlainFile:
        return PlainFile(open(self._fpath(name), "rb"), name=name, **options)


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one term in one segment.

    Attributes:
        documents: int64[n], document numbers, ascending.
        frequencies: float64[n], how often the term occurs in each.
        positions: int64[sum of frequencies], the positions, document after document; empty where none are kept.
    """

    documents: npt.NDArray[np.int64]
    frequencies: npt.NDArray[np.float64]
    positions: npt.NDArray[np.int64]


NO_POSTINGS = Postings(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.int64))


class _BlockWriter(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's writer of posting blocks, fed with a whole posting list."""

    def add_list(self, ids: list[int], weights: list[float], values: list[bytes]) -> None:
        size = self._blocklimit
        for at in range(0, len(ids), size):
            if at:
                self._write_block()
            self._ids = array("I", ids[at : at + size])
            self._weights = array("f", weights[at : at + size])
            self._values = values[at : at + size]
            self._maxweight = max(self._weights)

    def _mini_values(self) -> str:
        # Whoosh pickles with a protocol that writes bytes as a call of a named function; a string is plain data
        return b"".join(self._values).decode("latin-1")


class _ListFieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_list(self, ids: list[int], weights: list[float], values: list[bytes]) -> None:
        """All postings of the term that ``start_term`` began; ``values`` is empty where the field keeps none."""
        self._postwriter.add_list(ids, weights, values)


class _ArrayMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher of one posting list, that can also hand over the whole list as arrays."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        if self._compression:
            data = zlib.decompress(data)
        self._data = _PlainUnpickler(io.BytesIO(data)).load()

    def _read_values(self) -> None:
        if self._data is None:
            self._read_data()
        self._read_weights()
        encoded = self._data[2].encode("latin-1")
        size = 4 if encoded else 0
        borders = [0, *accumulate(size * int(weight) for weight in self._weights)]
        self._values = [encoded[a:b] for a, b in pairwise(borders)]

    def _blocks(self) -> Iterator[tuple[tuple[int, ...], Any, str]]:
        while self.is_active():
            self._read_ids()
            self._read_weights()
            yield self._ids, self._weights, self._data[2]
            self._next_block()

    def postings(self) -> Postings:
        ids: list[int] = []
        weights: list[float] = []
        values: list[str] = []
        for block_ids, block_weights, block_values in self._blocks():
            ids.extend(block_ids)
            weights.extend(block_weights)
            values.append(block_values)
        positions = np.frombuffer("".join(values).encode("latin-1"), "<u4").astype(np.int64)
        return Postings(np.array(ids, np.int64), np.array(weights, np.float64), positions)


class _PlainTermsReader(W3TermsReader):  # type: ignore[misc]
    def term_info(self, field: str, term: bytes) -> Any:
        try:
            start = self._range_for_key(field, term)[0]
        except KeyError:
            raise TermNotFound(f"No term {field}:{term!r}") from None
        if self._dbfile.get_byte(start) == _INLINED:
            raise IndexCorrupt("the index holds inlined postings", "run: searchkit rebuild-index --full")
        return super().term_info(field, term)


class PlainCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's default codec with the writers and readers above."""

    def field_writer(self, storage: PlainStorage, segment: Any) -> _ListFieldWriter:
        return _ListFieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _BlockWriter:
        return _BlockWriter(
            dbfile,
            blocklimit=self._blocklimit,
            byteids=byteids,
            compression=self._compression,
            inlinelimit=self._inlinelimit,
        )

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        return _ArrayMatcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def terms_reader(self, storage: PlainStorage, segment: Any) -> _PlainTermsReader:
        name = segment.make_filename(self.TERMS_EXT)
        posts = segment.open_file(storage, self.POSTS_EXT)
        return _PlainTermsReader(self, storage.open_file(name), storage.file_length(name), posts)
