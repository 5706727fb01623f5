"""Merges segments and runs into one segment, without their deleted documents.

Posting lists are moved whole, a stretch of terms at a time, so that memory grows with the terms, not the lists.
Compressed documents are copied with their dictionaries; those of runs and of small segments are compressed with one for
all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int32s, Int64s, no_int64s
from searchkit.engines.protocol import Executor
from searchkit.engines.suggesting.blocks import Titles, completion_blocks, term_codes
from searchkit.engines.suggesting.protocol import COMPLETED_FIELDS, TITLE_STARTS
from searchkit.engines.whoosh.codec.api import FileKind, SegmentInfo, new_segment_id, segment_file
from searchkit.engines.whoosh.codec.container import append_blocks
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.codec.run import RunReader
from searchkit.engines.whoosh.codec.stored import Entry
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTerms, split_codes
from searchkit.engines.whoosh.codec.terms.pairs import EncodedTermInfos
from searchkit.engines.whoosh.codec.writer import FieldsWriter, SegmentWriter
from searchkit.engines.whoosh.indexing.merge_fields import FieldMerge, Stretch
from searchkit.engines.whoosh.indexing.merge_policy import Merge
from searchkit.engines.whoosh.indexing.merge_terms import (
    MergedField,
    MergedTexts,
    damaged,
    merged_bigrams,
    merged_texts,
)
from searchkit.engines.whoosh.schema import BIGRAM_FIELDS, CONTENT, FIELD_ORDER, TEXT_FIELDS, DocValues
from searchkit.memory import trim_memory

_Writer = TypeVar("_Writer", bound=FieldsWriter)

_UNIGRAM_FIELDS = tuple(name for text in TEXT_FIELDS for name in (text.unigrams, text.boundaries))
_OTHER_FIELDS = tuple(name for name in FIELD_ORDER if name not in (*BIGRAM_FIELDS, *_UNIGRAM_FIELDS, PATH_FIELD))

_MAX_DICTIONARY_SHARE = 1 / 16
"""Where dictionaries take more of a segment's documents than this, the documents are compressed anew."""

_COPIED = 1 << 10
"""Documents that are copied at once."""

_DICTIONARY_BYTES = 12_000_000
"""About so much of bodies has one dictionary: neighbours, of one folder mostly, are alike."""

_SAMPLE_BYTES = 1 << 20
"""About so much of all bodies is the sample for a dictionary."""

_MIN_PARALLEL = 2_000
"""Documents: to start processes costs more than to merge fewer."""


def merge_segments(folder: Path, merge: Merge, executor: Executor) -> SegmentInfo:
    """Write the segment of a merge; nothing lists it yet.

    Raises:
        Damaged: a segment is not what was written.
        OSError: the new one cannot be written.
    """
    new = SegmentInfo(new_segment_id(), merge.live)
    if merge.live >= _MIN_PARALLEL:
        executor.run(_call, [partial(part, folder, merge, new.id) for part in (_write_segment, *_PARTS.values())])
        for kind in _PARTS:
            part = segment_file(folder, new.id, kind)
            append_blocks(segment_file(folder, new.id), part)
            part.unlink()
    else:
        with _open(folder, merge) as merger, _closing(SegmentWriter(folder, new.id)) as writer:
            merger.write_documents(writer)
            merger.write_fields(writer)
            merger.write_bigrams(writer)
            writer.close()
    return new


def _call(task: Callable[[], None]) -> None:
    task()


def _write_segment(folder: Path, merge: Merge, segment_id: str) -> None:
    with _open(folder, merge) as merger, _closing(SegmentWriter(folder, segment_id)) as writer:
        merger.write_documents(writer)
        writer.close()


def _write_bigrams(folder: Path, merge: Merge, segment_id: str) -> None:
    with _open(folder, merge) as merger, _part(folder, segment_id, "bigrams", merger) as writer:
        merger.write_bigrams(writer)


def _write_fields(folder: Path, merge: Merge, segment_id: str) -> None:
    with _open(folder, merge) as merger, _part(folder, segment_id, "fields", merger) as writer:
        merger.write_fields(writer)


_PARTS: dict[FileKind, Callable[[Path, Merge, str], None]] = {"bigrams": _write_bigrams, "fields": _write_fields}
"""What other processes write meanwhile. Two processes end together: the documents take as long as both parts."""


@contextmanager
def _part(folder: Path, segment_id: str, kind: FileKind, merger: _Merger) -> Iterator[FieldsWriter]:
    with _closing(FieldsWriter(segment_file(folder, segment_id, kind), merger.doc_values())) as writer:
        yield writer
        writer.close()


@contextmanager
def _open(folder: Path, merge: Merge) -> Iterator[_Merger]:
    with ExitStack() as opened:
        segments = [opened.enter_context(closing(SegmentReader(folder, info))) for info in merge.segments]
        runs = [opened.enter_context(closing(RunReader(folder, info))) for info in merge.runs]
        yield _Merger([*segments, *runs])


@contextmanager
def _closing(writer: _Writer) -> Iterator[_Writer]:
    try:
        yield writer
    except BaseException:
        writer.abort()
        raise


class _KeptTerms:
    """The terms of a field that are kept, once its lists are written."""

    def __init__(self) -> None:
        self._parts: list[bytes | Int64s] = []

    def passing(self, stretches: Iterable[Stretch]) -> Iterator[PostingLists]:
        """The lists of each stretch, its terms being noted."""
        for stretch in stretches:
            keys = stretch.kept_keys
            self._parts.append(keys if isinstance(keys, np.ndarray) else b"\0".join([*keys, b""]))
            if len(stretch.lists):
                yield stretch.lists

    def texts(self) -> Iterator[list[bytes]]:
        """Of a field of texts, stretch after stretch."""
        for part in self._parts:
            assert isinstance(part, bytes)
            yield part.split(b"\0")[:-1]

    def pairs(self, unigrams: int, new_ords: Int32s) -> tuple[Int32s, Int32s]:
        """Of a field of bigrams, the places of both unigrams among those that are kept.

        Args:
            unigrams: how many the merge has.
            new_ords: int32[these], see ``_PlacedTerms.new_ords``.
        """
        firsts, seconds = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for codes in self._parts:
            assert isinstance(codes, np.ndarray)
            first, second = split_codes(codes, unigrams)
            firsts.append(new_ords[first])
            seconds.append(new_ords[second])
        return np.concatenate(firsts), np.concatenate(seconds)


class _PlacedTerms(_KeptTerms):
    """The same, and where the terms of each segment went.

    Args:
        segments: how many.
    """

    def __init__(self, segments: int) -> None:
        super().__init__()
        self._kept: list[Bools] = []
        self._places: list[list[Int32s]] = [[] for _ in range(segments)]
        self.total = 0

    def passing(self, stretches: Iterable[Stretch]) -> Iterator[PostingLists]:
        return super().passing(map(self._note, stretches))

    def _note(self, stretch: Stretch) -> Stretch:
        for noted, here in zip(self._places, stretch.places, strict=True):
            noted.append((here + self.total).astype(np.int32))
        self._kept.append(stretch.kept)
        self.total += len(stretch.keys)
        return stretch

    def places(self) -> list[Int32s]:
        """Per segment int32[its terms], the place of each among all terms of the merge."""
        return [np.concatenate([np.zeros(0, np.int32), *parts]) for parts in self._places]

    def new_ords(self) -> Int32s:
        """int32[all terms], the place of each among those that are kept."""
        return np.cumsum(np.concatenate([np.zeros(0, bool), *self._kept]), dtype=np.int32) - np.int32(1)


class _Merger:
    """One merge, of segments that stay open until it is done."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._new_doc_ids = _new_doc_ids(segments)
        self._unigrams: _PlacedTerms | None = None

    def doc_values(self) -> DocValues:
        """structured[documents] of the new segment."""
        return np.concatenate([segment.doc_values[segment.live] for segment in self._segments])

    def write_documents(self, writer: SegmentWriter) -> None:
        """Write documents, doc values, paths, unigrams and boundaries."""
        self._write_stored(writer)
        writer.end_documents()
        self._write_paths(writer)
        self._unigrams = _PlacedTerms(len(self._segments))
        for name in _UNIGRAM_FIELDS:
            self._write_texts(writer, name, self._unigrams if name == CONTENT.unigrams else _KeptTerms())

    def _write_paths(self, writer: SegmentWriter) -> None:
        terms = _PlacedTerms(len(self._segments))
        sources, _infos = self._write_texts(writer, PATH_FIELD, terms)
        self._check_paths(sources)
        orders = [part[s.path_order[s.live]] for part, s in zip(terms.places(), self._segments, strict=True)]
        writer.add_path_order(terms.new_ords()[np.concatenate(orders)])

    def write_fields(self, writer: FieldsWriter) -> None:
        """Write the other fields, but for the bigrams."""
        completed: dict[str, tuple[npt.NDArray[np.uint16], Int64s]] = {}
        for name in _OTHER_FIELDS:
            terms = _KeptTerms()
            _sources, infos = self._write_texts(writer, name, terms)
            if name in COMPLETED_FIELDS:
                codes = np.concatenate([np.zeros(0, np.uint16), *map(term_codes, terms.texts())])
                completed[name] = codes, infos.rows[:, 0].astype(np.int64)
        self._write_completions(writer, completed)

    def _write_texts(
        self, writer: FieldsWriter, name: str, terms: _KeptTerms
    ) -> tuple[list[MergedTexts], EncodedTermInfos]:
        """Write a field of texts and note its terms; where they come from, and what is known of each."""
        sources = self._texts(name)
        infos = writer.add_lists(name, terms.passing(self._merge(sources).stretches()))
        _end_field(writer)
        writer.add_terms(name, terms.texts(), infos)
        _end_field(writer)
        return sources, infos

    def _texts(self, name: str) -> list[MergedTexts]:
        """A field of texts of each segment."""
        sources = []
        for segment in self._segments:
            sources.append(merged_texts(segment, name))
            segment.release_pages()
        return sources

    def _merge(self, sources: Sequence[MergedField]) -> FieldMerge:
        return FieldMerge(sources, self._new_doc_ids, [segment.release_pages for segment in self._segments])

    def _write_completions(
        self, writer: FieldsWriter, fields: Mapping[str, tuple[npt.NDArray[np.uint16], Int64s]]
    ) -> None:
        """Write what suggestions need: titles, and for each field its ``term_codes`` and their doc freqs."""
        readers = [(segment.completions, np.flatnonzero(segment.live)) for segment in self._segments]
        titles = Titles.concat([Titles(c.codes, c.boundaries).take(live) for c, live in readers])
        for segment in self._segments:
            segment.release_pages()
        blocks = completion_blocks(titles, fields)
        writer.add_titles(titles.codes, titles.boundaries)
        writer.add_readings(blocks.syllables, blocks.readings)
        for name, (rows, buckets) in blocks.tables.items():
            if name == TITLE_STARTS:
                writer.add_title_starts(rows, buckets, len(titles.codes))
            else:
                writer.add_completions(name, rows, buckets)

    def write_bigrams(self, writer: FieldsWriter) -> None:
        """Write the bigram fields."""
        unigrams = self._unigrams or self._merge_unigrams()
        names, places, new_ords = list(chain.from_iterable(unigrams.texts())), unigrams.places(), unigrams.new_ords()
        for field in BIGRAM_FIELDS:
            sources = []
            for segment, here in zip(self._segments, places, strict=True):
                sources.append(merged_bigrams(segment, field, here, unigrams.total))
                segment.release_pages()
            terms = _KeptTerms()
            infos = writer.add_lists(field, terms.passing(self._merge(sources).stretches()))
            del sources
            _end_field(writer)
            writer.add_terms(field, BigramTerms(names, *terms.pairs(unigrams.total, new_ords)), infos)
            _end_field(writer)

    def _merge_unigrams(self) -> _PlacedTerms:
        """The unigrams that are kept, when another process writes their field."""
        merge = self._merge(self._texts(CONTENT.unigrams))
        terms = _PlacedTerms(len(self._segments))
        all_live = all(segment.live.all() for segment in self._segments)
        for _lists in terms.passing(merge.without_lists() if all_live else merge.stretches()):
            pass  # only to learn which are kept
        return terms

    def _write_stored(self, writer: SegmentWriter) -> None:
        anew = [segment for segment in self._segments if self._is_compressed_anew(segment)]
        groups = {group[0]: group for group in _groups(anew)}
        for segment in self._segments:
            live = np.flatnonzero(segment.live)
            if segment in groups:
                writer.train(_sample(groups[segment]))
            if segment in anew:
                paths = segment.read_paths()
                for first, last in _neighbours(live):
                    entries = segment.stored.entries(first, paths[first:last])
                    writer.add_entries(entries, segment.doc_values[first:last])
            else:
                first_dictionary = writer.add_dictionaries(segment.stored.dictionaries)
                for first, last in _neighbours(live):
                    writer.copy_documents(segment, first, last, first_dictionary)
            segment.release_pages()

    def _is_compressed_anew(self, segment: SegmentReader) -> bool:
        """A run is not compressed yet; of a small segment the dictionary would take much."""
        if isinstance(segment, RunReader):
            return True
        alone = len(self._segments) == 1 and bool(segment.live.all())
        return segment.stored.dictionary_share > _MAX_DICTIONARY_SHARE and not alone

    def _check_paths(self, sources: Sequence[MergedTexts]) -> None:
        """Whether each path has the document whose path it is."""
        for segment, source in zip(self._segments, sources, strict=True):
            documents = segment.info.documents
            doc_ids = source.lists(0, documents).doc_ids if documents else no_int64s()
            if not np.array_equal(segment.path_order[doc_ids], np.arange(documents)):
                raise damaged(segment, PATH_FIELD)


def _end_field(writer: FieldsWriter) -> None:
    """Give back what a large merge took for the lists of a field, or for its terms: the next ones may need less."""
    if len(writer.doc_values) >= _MIN_PARALLEL:
        trim_memory()


def _groups(segments: Sequence[SegmentReader]) -> Iterator[list[SegmentReader]]:
    """Neighbours among some segments, each group with a dictionary of its own."""
    group: list[SegmentReader] = []
    for segment in segments:
        group.append(segment)
        if sum(member.stored.size for member in group) >= _DICTIONARY_BYTES:
            yield group
            group = []
    if group:
        yield group


def _sample(segments: Sequence[SegmentReader]) -> list[Entry]:
    """Documents from everywhere in some segments."""
    step = max(sum(segment.stored.size for segment in segments) // _SAMPLE_BYTES, 1)
    sample: list[Entry] = []
    for segment in segments:
        for doc_id in np.flatnonzero(segment.live)[::step].tolist():
            sample += segment.stored.entries(doc_id, [segment.path(doc_id)])
    return sample


def _neighbours(doc_ids: Int64s) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive doc ids, each of at most ``_COPIED``, the end excluded."""
    for stretch in np.split(doc_ids, np.flatnonzero(np.diff(doc_ids) != 1) + 1):
        for at in range(0, len(stretch), _COPIED):
            part = stretch[at : at + _COPIED]
            yield int(part[0]), int(part[-1]) + 1


def _new_doc_ids(segments: Sequence[SegmentReader]) -> list[Int32s]:
    """Per segment int32[documents], the new doc id of each; -1 where deleted."""
    mapped = []
    base = 0
    for segment in segments:
        doc_ids = np.cumsum(segment.live) - 1 + base
        base += segment.info.live
        mapped.append(np.where(segment.live, doc_ids, -1).astype(np.int32))
    return mapped
