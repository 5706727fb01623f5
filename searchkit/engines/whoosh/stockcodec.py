"""Whoosh's own codec, written to and read from by whole posting arrays, and without trust in its pickles.

Whoosh pickles blocks of plain numbers and bytes. A pickle may name code to run, so everything here is read by
an unpickler that knows no names at all: an index that somebody sent you is data, never code.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import tempfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3PostingsWriter, W3TermsReader
from whoosh.filedb.filestore import FileStorage, Storage
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

from searchkit.engines.whoosh.dictionaries import PairTerms
from searchkit.engines.whoosh.inversion import FieldPostings
from searchkit.engines.whoosh.postings import Postings, spread
from searchkit.engines.whoosh.varints import Numbers
from searchkit.errors import IndexCorrupt

_POSITION_BYTES = 4
_WORTH_COMPRESSING = 8  # postings; most terms are rare, and zlib costs more than all the rest of them


class _PlainUnpickler(pickle.Unpickler):
    """Numbers, bytes, strings, tuples, lists and dicts; nothing that has a name."""

    def find_class(self, module: str, name: str) -> Any:
        raise IndexCorrupt(f"the index names code to run: {module}.{name}", "run: searchkit rebuild-index --full")


class PlainFile(StructFile):  # type: ignore[misc]
    """A file of the index, whose pickles hold plain data only."""

    def read_pickle(self) -> Any:
        return _PlainUnpickler(self.file).load()

    def __del__(self) -> None:
        """Let go of a file that a failure left open; what could not be written to it is of no use."""
        with contextlib.suppress(Exception):
            self.file.close()


class _UnnamedFiles(Storage):  # type: ignore[misc]
    """Whoosh's place for temporary files; these have no name, so a killed process leaves none behind."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def create_file(self, name: str, mode: str = "w+b", **options: Any) -> PlainFile:
        return PlainFile(tempfile.TemporaryFile(mode, dir=self._folder), name=name, **options)

    def delete_file(self, name: str) -> None:
        """Nothing to do: a file without a name is gone when it is closed."""


class PlainStorage(FileStorage):  # type: ignore[misc]
    """A folder of such files."""

    def create_file(self, name: str, **options: Any) -> PlainFile:
        return PlainFile(open(self._fpath(name), "wb"), name=name)

    def open_file(self, name: str, **options: Any) -> PlainFile:
        return PlainFile(open(self._fpath(name), "rb"), name=name, **options)

    def temp_storage(self, name: str | None = None) -> _UnnamedFiles:
        return _UnnamedFiles(self.folder)


class _BlockWriter(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's writer of posting blocks, fed with a whole posting list."""

    def add_list(self, ids: Sequence[int], weights: Sequence[float], positions: bytes) -> None:
        size = self._blocklimit
        self._compression = int(len(ids) >= _WORTH_COMPRESSING)
        start = 0
        for at in range(0, len(ids), size):
            if at:
                self._write_block()
            self._ids = array("I", ids[at : at + size])
            self._weights = array("f", weights[at : at + size])
            end = start + _POSITION_BYTES * int(sum(self._weights))
            self._values = [positions[start:end]]
            self._maxweight = max(self._weights)
            start = end

    def _mini_values(self) -> str:
        # Whoosh pickles with a protocol that writes bytes as a call of a named function; a string is plain data
        return self._values[0].decode("latin-1")


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_field(self, postings: FieldPostings) -> None:
        """All terms of the field that ``start_field`` began."""
        terms, lists = postings.terms, postings.lists
        starts = lists.starts.tolist()
        documents, frequencies = lists.documents.tolist(), lists.frequencies.tolist()
        positions = memoryview(lists.positions.astype("<u4").tobytes())
        borders = np.zeros(0, np.int64)
        if len(positions):
            borders = _POSITION_BYTES * np.append(0, np.cumsum(lists.frequencies))[lists.starts]
        place = borders.tolist() or [0] * len(starts)
        for number, term in enumerate(terms.texts() if isinstance(terms, PairTerms) else terms):
            start, end = starts[number], starts[number + 1]
            self.start_term(term)
            self._postwriter.add_list(
                documents[start:end], frequencies[start:end], bytes(positions[place[number] : place[number + 1]])
            )
            self.finish_term()


@contextlib.contextmanager
def _reading_postings() -> Iterator[None]:
    """Whatever a damaged posting list does to those who decode it is the damage's fault."""
    try:
        yield
    except (IndexCorrupt, TermNotFound):
        raise
    except Exception as error:
        raise IndexCorrupt("the postings are damaged", "run: searchkit rebuild-index --full") from error


class _ArrayMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher of one posting list, that can also hand over the whole list as arrays."""

    segment_documents = 0  # how many the segment holds; set by the terms reader

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
        size = _POSITION_BYTES if encoded else 0
        borders = [0, *accumulate(size * int(weight) for weight in self._weights)]
        self._values = [encoded[a:b] for a, b in pairwise(borders)]

    def _blocks(self) -> Iterator[tuple[tuple[int, ...], Any, str]]:
        while self.is_active():
            self._read_ids()
            self._read_weights()
            yield self._ids, self._weights, self._data[2]
            self._next_block()

    def postings(self) -> Postings:
        """The whole list.

        Raises:
            IndexCorrupt: it cannot be decoded, or names documents that are not there.
        """
        ids: list[int] = []
        weights: list[float] = []
        values: list[str] = []
        with _reading_postings():
            for block_ids, block_weights, block_values in self._blocks():
                ids.extend(block_ids)
                weights.extend(block_weights)
                values.append(block_values)
            positions = np.frombuffer("".join(values).encode("latin-1"), "<u4").astype(np.int64)
            some = partial(_some_positions, positions)
            found = Postings(np.array(ids, np.int64), np.array(weights).astype(np.int64), some)
            if not 0 <= ids[0] <= ids[-1] < self.segment_documents or (np.diff(found.documents) <= 0).any():
                raise ValueError("documents that are not there")
            if len(positions) not in (0, found.frequencies.sum()):
                raise ValueError("not a position for each occurrence")
        return found


def _some_positions(positions: Numbers, postings: Postings, places: Numbers) -> Numbers:
    """Of all positions those of some of the documents; see ``Postings``."""
    if not len(positions):
        return positions
    starts = np.cumsum(postings.frequencies) - postings.frequencies
    return positions[spread(starts[places], postings.frequencies[places])]


class _PlainTermsReader(W3TermsReader):  # type: ignore[misc]
    segment_documents = 0

    def term_info(self, field: str, term: bytes) -> Any:
        try:
            start = self._range_for_key(field, term)[0]
        except KeyError:
            raise TermNotFound(f"No term {field}:{term!r}") from None
        if self._dbfile.get_byte(start):  # any flag but 0 lets Whoosh unpickle what follows; we never write one
            raise IndexCorrupt("the index holds inlined postings", "run: searchkit rebuild-index --full")
        return super().term_info(field, term)

    def matcher(self, field: str, term: bytes, format_: Any, scorer: Any = None) -> _ArrayMatcher:
        with _reading_postings():
            matcher: _ArrayMatcher = super().matcher(field, term, format_, scorer)
        matcher.segment_documents = self.segment_documents
        return matcher


class PlainCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's default codec with the writers and readers above."""

    def field_writer(self, storage: PlainStorage, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)

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
        reader = _PlainTermsReader(self, storage.open_file(name), storage.file_length(name), posts)
        reader.segment_documents = segment.doc_count_all()
        return reader
