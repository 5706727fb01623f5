"""Merges segments and runs into one segment, without their deleted documents.

Posting lists are moved whole, a stretch of terms at a time, so that memory does not grow with the segments. Compressed
documents are copied with their dictionaries; those of small segments are compressed anew, with one dictionary for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np

from searchkit.engines.arrays import Bools, Int32s, Int64s, no_int64s
from searchkit.engines.protocol import Executor
from searchkit.engines.suggesting.blocks import Titles, completion_blocks
from searchkit.engines.suggesting.protocol import COMPLETED_FIELDS
from searchkit.engines.whoosh.codec.api import SegmentInfo, new_segment_id, segment_file
from searchkit.engines.whoosh.codec.container import append_blocks
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.codec.run import RunReader
from searchkit.engines.whoosh.codec.termdict import BigramTerms, split_codes
from searchkit.engines.whoosh.codec.writer import FieldsWriter, SegmentWriter
from searchkit.engines.whoosh.indexing.merge_fields import FieldMerge, Stretch
from searchkit.engines.whoosh.indexing.merge_policy import Merge
from searchkit.engines.whoosh.indexing.merge_terms import Keys, MergedField, damaged, merged_bigrams, merged_texts
from searchkit.engines.whoosh.schema import BIGRAM_FIELDS, CONTENT, FIELD_ORDER, DocValues

_Writer = TypeVar("_Writer", bound=FieldsWriter)

_OTHER_FIELDS = tuple(name for name in FIELD_ORDER if name not in BIGRAM_FIELDS)

_MAX_DICTIONARY_SHARE = 1 / 16
"""Where dictionaries take more of a segment's documents than this, the documents are compressed anew."""

_COPIED = 1 << 10
"""Documents that are copied at once."""

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
        halves = [partial(write_half, folder, merge, new.id) for write_half in (_write_segment, _write_part)]
        executor.run(_call, halves)
        part = segment_file(folder, new.id, "part")
        append_blocks(segment_file(folder, new.id), part)
        part.unlink()
    else:
        with _open(folder, merge) as merger, _closing(SegmentWriter(folder, new.id)) as writer:
            merger.write_all_but_bigrams(writer)
            merger.write_bigrams(writer)
            writer.close()
    return new


def _call(task: Callable[[], None]) -> None:
    task()


def _write_segment(folder: Path, merge: Merge, segment_id: str) -> None:
    with _open(folder, merge) as merger, _closing(SegmentWriter(folder, segment_id)) as writer:
        merger.write_all_but_bigrams(writer)
        writer.close()


def _write_part(folder: Path, merge: Merge, segment_id: str) -> None:
    with _open(folder, merge) as merger:
        path = segment_file(folder, segment_id, "part")
        with _closing(FieldsWriter(path, merger.doc_values())) as writer:
            merger.write_bigrams(writer)
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
        self._parts: list[Keys] = []

    def passing(self, stretches: Iterable[Stretch]) -> Iterator[PostingLists]:
        """The lists of each stretch, its terms being noted."""
        for stretch in stretches:
            self._parts.append(stretch.kept_keys)
            if len(stretch.lists):
                yield stretch.lists

    def texts(self) -> list[bytes]:
        """Of a field of texts."""
        return list(chain.from_iterable(self._parts))

    def codes(self) -> Int64s:
        """Of a field of bigrams."""
        return np.concatenate([no_int64s(), *self._parts])


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

    def new_ords(self) -> Int64s:
        """int64[all terms], the place of each among those that are kept."""
        return np.cumsum(np.concatenate([np.zeros(0, bool), *self._kept])) - 1


class _Merger:
    """One merge, of segments that stay open until it is done."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._new_doc_ids = _new_doc_ids(segments)
        self._unigrams: _PlacedTerms | None = None

    def doc_values(self) -> DocValues:
        """structured[documents] of the new segment."""
        return np.concatenate([segment.doc_values[segment.live] for segment in self._segments])

    def write_all_but_bigrams(self, writer: SegmentWriter) -> None:
        """Write documents, doc values and all other fields."""
        self._write_documents(writer)
        writer.end_documents()
        completed: dict[str, tuple[list[bytes], Int64s]] = {}
        for name in _OTHER_FIELDS:
            sources = [merged_texts(segment, name) for segment in self._segments]
            terms = _PlacedTerms(len(sources)) if name in (PATH_FIELD, CONTENT.unigrams) else _KeptTerms()
            infos = writer.add_lists(name, terms.passing(self._merge(sources).stretches()))
            kept = terms.texts()
            writer.add_terms(name, kept, infos)
            if name in COMPLETED_FIELDS:
                completed[name] = kept, infos.rows[:, 0].astype(np.int64)
            if isinstance(terms, _PlacedTerms):
                if name == PATH_FIELD:
                    self._write_path_order(writer, sources, terms)
                else:
                    self._unigrams = terms
        self._write_completions(writer, completed)

    def _merge(self, sources: Sequence[MergedField]) -> FieldMerge:
        return FieldMerge(sources, self._new_doc_ids, self._release_pages)

    def _write_path_order(self, writer: SegmentWriter, sources: Sequence[MergedField], terms: _PlacedTerms) -> None:
        self._check_paths(sources)
        orders = [part[s.path_order[s.live]] for part, s in zip(terms.places(), self._segments, strict=True)]
        writer.add_path_order(terms.new_ords()[np.concatenate(orders)])

    def _write_completions(self, writer: SegmentWriter, fields: Mapping[str, tuple[list[bytes], Int64s]]) -> None:
        """Write what suggestions need: titles, and for each field its terms and their doc freqs."""
        readers = [(segment.completions, np.flatnonzero(segment.live)) for segment in self._segments]
        titles = Titles.concat([Titles(c.codes, c.boundaries).take(live) for c, live in readers])
        blocks = completion_blocks(titles, fields)
        writer.add_titles(titles.codes, titles.boundaries)
        writer.add_readings(blocks.syllables, blocks.readings)
        for name, (rows, buckets) in blocks.tables.items():
            writer.add_completions(name, rows, buckets)

    def write_bigrams(self, writer: FieldsWriter) -> None:
        """Write the bigram fields."""
        unigrams = self._unigrams or self._merge_unigrams()
        names, places, new_ords = unigrams.texts(), unigrams.places(), unigrams.new_ords()
        for field in BIGRAM_FIELDS:
            sources = [
                merged_bigrams(segment, field, here, unigrams.total)
                for segment, here in zip(self._segments, places, strict=True)
            ]
            self._release_pages()
            terms = _KeptTerms()
            infos = writer.add_lists(field, terms.passing(self._merge(sources).stretches()))
            firsts, seconds = split_codes(terms.codes(), unigrams.total)
            writer.add_terms(field, BigramTerms(names, new_ords[firsts], new_ords[seconds]), infos)

    def _merge_unigrams(self) -> _PlacedTerms:
        """The unigrams that are kept, when another process writes their field."""
        merge = self._merge([merged_texts(segment, CONTENT.unigrams) for segment in self._segments])
        terms = _PlacedTerms(len(self._segments))
        all_live = all(segment.live.all() for segment in self._segments)
        for _lists in terms.passing(merge.without_lists() if all_live else merge.stretches()):
            pass  # only to learn which are kept
        return terms

    def _write_documents(self, writer: SegmentWriter) -> None:
        alone = len(self._segments) == 1 and bool(self._segments[0].live.all())
        for segment in self._segments:
            live = np.flatnonzero(segment.live)
            if segment.stored.dictionary_share > _MAX_DICTIONARY_SHARE and not alone:
                writer.add_documents(list(map(segment.document, live.tolist())), segment.doc_values[live])
            else:
                first_dictionary = writer.add_dictionaries(segment.stored.dictionaries)
                for first, last in _neighbours(live):
                    writer.copy_documents(segment, first, last, first_dictionary)
            segment.release_pages()

    def _check_paths(self, sources: Sequence[MergedField]) -> None:
        """Whether each path has the document whose path it is."""
        for segment, source in zip(self._segments, sources, strict=True):
            documents = segment.info.documents
            doc_ids = source.lists(0, documents).doc_ids if documents else no_int64s()
            if not np.array_equal(segment.path_order[doc_ids], np.arange(documents)):
                raise damaged(segment, PATH_FIELD)

    def _release_pages(self) -> None:
        for segment in self._segments:
            segment.release_pages()


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
