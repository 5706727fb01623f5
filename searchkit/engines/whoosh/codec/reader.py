"""A segment, open for reading: one memory-mapped file of sorted arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np

from searchkit.engines.arrays import Bools, Int32s, Int64s, no_int64s
from searchkit.engines.dates import NO_DATE, date_of
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.api import Damaged, FileKind, SegmentInfo, segment_file
from searchkit.engines.whoosh.codec.completions import CompletionReader
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.doc_values import clocks_of, position_widths
from searchkit.engines.whoosh.codec.elias_fano import NO_LIST, ListBits, decode_together
from searchkit.engines.whoosh.codec.field_reader import FieldReader
from searchkit.engines.whoosh.codec.occurrences import FieldTerm, Occurrences, ShortList
from searchkit.engines.whoosh.codec.postings import LONG_LIST, NO_POSTING_LISTS, NO_POSTINGS, PostingLists, Postings
from searchkit.engines.whoosh.codec.stored import StoredReader
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTermDict, TermDict
from searchkit.engines.whoosh.numeric.errors import Undecodable
from searchkit.engines.whoosh.schema import BIGRAM_FIELDS, CONTENT, DOC_VALUES_DTYPE, LENGTH_FIELD, DocValues
from searchkit.messages import _
from searchkit.model import Document

PATH_FIELD = "path"
"""The field with one term per document: where it comes from."""

_POSTINGS_BYTES = 128_000_000
"""Budget for decoded posting lists per segment."""


class SegmentReader:
    """Reads one segment; safe to use from several threads.

    Args:
        folder: the index folder.
        info: which segment.

    Attributes:
        info: as given.
        file: the segment's one file.
        doc_values: structured[documents], see ``DOC_VALUES_DTYPE``.
        live: bool[documents], False where deleted.
        stored: the compressed documents.
        completions: what it keeps for suggestions.

    Raises:
        Damaged: by the constructor and every method: the file is not what was written.
        OSError: by the constructor: it cannot be opened.
    """

    _kind: ClassVar[FileKind] = "seg"

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self.info = info
        self.file = segment_file(folder, info.id, self._kind)
        self._blocks = BlockFile(self.file)
        self.doc_values: DocValues = self._blocks.array("doc_values", DOC_VALUES_DTYPE)
        if len(self.doc_values) != info.documents:
            raise Damaged(
                self.file,
                _(
                    "it has {found} documents, the index lists {listed}",
                    found=len(self.doc_values),
                    listed=info.documents,
                ),
            )
        self.live: Bools = np.ones(info.documents, bool)
        self.live[list(info.deleted)] = False
        self.stored = StoredReader(self._blocks, info.documents)
        self.completions = CompletionReader(self._blocks, info.documents)
        self._fields: dict[str, FieldReader] = {}
        self._lexicons: dict[str, str] = {}
        self._postings: ByteCache[tuple[str, str], Postings] = ByteCache(_POSTINGS_BYTES, _max_bytes)
        self._position_widths = lru_cache(len(LENGTH_FIELD))(partial(_position_widths, self._blocks, self.doc_values))

    def check_length(self) -> None:
        """Whether the file is still whole; see ``BlockFile.check_length``."""
        self._blocks.check_length()

    def is_unchanged(self) -> bool:
        """Whether the file is as it was; see ``BlockFile.is_unchanged``."""
        return self._blocks.is_unchanged()

    def postings(self, field: str, term: str) -> Postings:
        """The posting list of a term, cached; empty where the field does not have it."""
        return self._postings.get((field, term), lambda: self._decode(field, term))

    def decode_postings(self, field: str, term: str) -> Postings:
        """Like ``postings``, bypassing the cache: for callers that keep what they derive from the list."""
        cached = self._postings.peek((field, term))
        return self._decode(field, term) if cached is None else cached

    def encoded_lists(self, terms: Iterable[FieldTerm]) -> list[ListBits]:
        """Where the posting list of each of some terms is, given by field and text."""
        return [self._encoded_list(field, term) for field, term in terms]

    def _encoded_list(self, field: str, term: str) -> ListBits:
        reader = self.field(field)
        term_ord = reader.terms.term_ord(term) if reader else None
        return NO_LIST if reader is None or term_ord is None else reader.encoded(term_ord)

    def decode_lists(self, lists: Sequence[ListBits]) -> PostingLists:
        """Some lists, without positions: of many short ones that takes a fraction of the time of one by one."""
        try:
            return decode_together(lists, self.info.documents)
        except Undecodable as error:
            raise Damaged(self.file, _("posting lists cannot be decoded")) from error

    def occurrences(self, terms: Iterable[FieldTerm]) -> Occurrences:
        """Where those of some terms are that this segment has; all of fields with the positions of the same text."""
        short: list[ShortList] = []
        long: dict[FieldTerm, Postings] = {}
        for field, term in sorted(set(terms)):
            reader = self.field(field)
            term_ord = reader.terms.term_ord(term) if reader else None
            if reader is not None and term_ord is not None:
                encoded = reader.encoded(term_ord)
                if encoded.doc_freq < LONG_LIST:
                    short.append(ShortList((field, term), reader, term_ord, encoded))
                else:
                    long[field, term] = self.postings(field, term)
        return Occurrences(short, long, self.info.documents, self._lists_of)

    def _lists_of(self, terms: Sequence[ShortList]) -> PostingLists:
        """The lists of some terms, without positions; those that are cached are not decoded again."""
        cached = [self._postings.peek(term.name) for term in terms]
        decoded = self.decode_lists(
            [term.encoded for term, postings in zip(terms, cached, strict=True) if postings is None]
        )
        if len(decoded) == len(terms):
            return decoded
        rows = iter(pairwise(decoded.starts.tolist()))
        parts = []
        for postings in cached:
            if postings is None:
                here = slice(*next(rows))
                parts.append((decoded.doc_ids[here], decoded.freqs[here]))
            else:
                parts.append((postings.doc_ids, postings.freqs))
        starts = np.append(0, np.cumsum([len(doc_ids) for doc_ids, _ in parts]))
        doc_ids, freqs = (np.concatenate(column) for column in zip(*parts, strict=True))
        return PostingLists(starts, doc_ids, freqs, no_int64s())

    def _decode(self, field: str, term: str) -> Postings:
        reader = self.field(field)
        term_ord = reader.terms.term_ord(term) if reader else None
        return NO_POSTINGS if reader is None or term_ord is None else reader.postings(term_ord)

    def terms(self, field: str, start: str = "") -> Iterator[str]:
        """The terms of a field from ``start`` on, in the order of their UTF-8."""
        reader = self.field(field)
        if reader is None:
            return iter(())
        if not start and field not in BIGRAM_FIELDS:
            return iter(self.lexicon(field).split("\0")[1:-1])
        terms = reader.terms
        return (self._text(terms.term(term_ord)) for term_ord in range(terms.seek_ceil(_encode(start)), len(terms)))

    def posting_lists_with_prefix(self, field: str, prefix: str) -> PostingLists:
        """The posting lists of all terms that begin so, in order."""
        reader = self.field(field)
        if reader is None:
            return NO_POSTING_LISTS
        first = reader.terms.seek_ceil(_encode(prefix))
        last = reader.terms.seek_ceil(_encode(prefix) + b"\xff")  # no UTF-8 has this byte
        return reader.lists(reader.terms.infos(first, last)) if first < last else NO_POSTING_LISTS

    def posting_lists_at(self, field: str, term_ords: Int64s) -> PostingLists:
        """The posting lists of the terms at these places among all terms of a field: int64[n], ascending."""
        reader = self.field(field)
        return NO_POSTING_LISTS if reader is None else reader.lists_at(term_ords)

    def lexicon(self, field: str) -> str:
        """All terms of a field, ascending, with a NUL before and after each."""
        found = self._lexicons.get(field)
        if found is None:
            reader = self.field(field)
            found = self._lexicons.setdefault(field, self._text(reader.lexicon() if reader else b"\0"))
        return found

    def doc_freqs(self, field: str) -> Int64s:
        """int64[terms], how many documents have each term of a field, deleted ones included."""
        reader = self.field(field)
        return no_int64s() if reader is None else reader.terms.doc_freqs()

    def field(self, name: str) -> FieldReader | None:
        """The terms and posting lists of a field; None where the segment does not have it."""
        reader = self._fields.get(name)
        if reader is None and f"{name}.pairs" in self._blocks:
            documents = self.info.documents
            terms = self._bigrams(name) if name in BIGRAM_FIELDS else TermDict(self._blocks, name, documents)
            length = LENGTH_FIELD.get(name)
            widths = partial(self._position_widths, length) if length else None
            reader = self._fields.setdefault(name, FieldReader(self._blocks, name, terms, documents, widths))
        return reader

    def _bigrams(self, name: str) -> BigramTermDict:
        unigrams = self.field(CONTENT.unigrams)
        if unigrams is None or not isinstance(unigrams.terms, TermDict):
            raise Damaged(self.file, _("field {name} without {unigrams}", name=name, unigrams=CONTENT.unigrams))
        return BigramTermDict(self._blocks, name, unigrams.terms, self.info.documents)

    @cached_property
    def deleted(self) -> Int64s:
        """int64[n], the deleted documents, ascending."""
        return np.array(self.info.deleted, np.int64)

    @cached_property
    def clocks(self) -> Int64s:
        """int64[documents], what its author's clock showed at each one's date, in microseconds, or ``NO_DATE``."""
        try:
            return clocks_of(self.doc_values)
        except Undecodable as error:
            raise self._blocks.damaged("doc_values") from error

    @cached_property
    def dates(self) -> Int64s:
        """int64[documents], the date of each in microseconds since 1970, or ``NO_DATE``."""
        dates = self.doc_values["date"].astype(np.int64)
        return np.where(self.clocks == NO_DATE, NO_DATE, dates)  # those are possible, so these are

    @cached_property
    def _path_terms(self) -> TermDict:
        paths = TermDict(self._blocks, PATH_FIELD, self.info.documents)
        if len(paths) != self.info.documents:
            raise self._blocks.damaged(f"{PATH_FIELD}.pairs")
        return paths

    @cached_property
    def path_order(self) -> Int64s:
        """int64[documents], the place of each one's path among all paths: a permutation."""
        documents = self.info.documents
        order = self._blocks.array("path.order", "<u4", documents).astype(np.int64)
        is_place = np.zeros(documents, bool)
        is_place[order[order < documents]] = True
        if not is_place.all():
            raise self._blocks.damaged("path.order")
        return order

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        return self.read_paths()

    def read_paths(self) -> list[str]:
        """The path of each document, for one who needs them once."""
        paths = self._path_terms.all()
        return [self._text(paths[place]) for place in self.path_order.tolist()]

    def path(self, doc_id: int) -> str:
        """The path of one document."""
        return self._text(self._path_terms.term(int(self.path_order[doc_id])))

    def doc_id_of(self, path: str) -> int | None:
        """The document with a path; None where the segment has none."""
        term_ord = self._path_terms.term_ord(path)
        return None if term_ord is None else int(np.flatnonzero(self.path_order == term_ord)[0])

    def doc_ids_of(self, paths: Iterable[str]) -> Int64s:
        """int64[n]: the documents with these paths, of those that the segment has."""
        ords = [term_ord for path in paths if (term_ord := self._path_terms.term_ord(path)) is not None]
        return np.argsort(self.path_order)[ords]

    def stored_fields(self, doc_id: int, twins: Sequence[str] | None = None) -> Document:
        """A document without its body.

        Args:
            doc_id: its number.
            twins: the paths of all others with the same text; None if they are not known.
        """
        return self._document(doc_id, "", twins)

    def body(self, doc_id: int) -> str:
        """The body of a document."""
        return self.stored.body(doc_id)

    def document(self, doc_id: int) -> Document:
        """A document."""
        return self._document(doc_id, self.stored.body(doc_id))

    def _document(self, doc_id: int, body: str, twins: Sequence[str] | None = None) -> Document:
        path = self.path(doc_id)
        title, source, url, tags, description = self.stored.fields(doc_id, path)
        dates, offsets, added = self._dates
        try:
            came, written = date_of(added.item(doc_id), 0), date_of(dates.item(doc_id), offsets.item(doc_id))
        except ValueError as error:
            raise Damaged(self.file, _("date of document {doc_id}: {error}", doc_id=doc_id, error=error)) from error
        paths = () if twins is None else (path, *twins)
        return Document(path, title, written, source, url, tags, body, paths, description, came)

    @cached_property
    def _dates(self) -> tuple[Int64s, Int32s, Int64s]:
        """Of all documents: their dates, the offsets of these, when they came into the index."""
        return self.doc_values["date"], self.doc_values["offset"], self.doc_values["added"]

    def _text(self, encoded: bytes) -> str:
        try:
            return encoded.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise Damaged(self.file, _("a term is not UTF-8: {error}", error=error)) from error

    def bytes_of(self, field: str) -> int:
        """How many bytes the posting lists of a field take."""
        return self._blocks.length(f"{field}.postings") + self._blocks.length(f"{field}.positions")

    def verify(self) -> None:
        """Verify every checksum. Raises Damaged."""
        self._blocks.verify()

    def release_pages(self) -> None:
        """Drop what was read of the file from this process' memory."""
        self._blocks.release_pages()

    def close(self) -> None:
        """Give up the file; arrays that were handed out stay readable."""
        self._blocks.close()


def _encode(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def _max_bytes(postings: Postings) -> int:
    return postings.max_bytes


def _position_widths(blocks: BlockFile, doc_values: DocValues, length_field: str) -> Int64s:
    try:
        return position_widths(doc_values, length_field)
    except Undecodable as error:
        raise blocks.damaged("doc_values") from error
