"""Merges segments and runs into one segment, without their deleted documents.

Posting lists are moved whole, a stretch of terms at a time, so that memory does not grow with the segments. Compressed
documents are copied with their dictionaries; those of small segments are compressed anew, with one dictionary for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, compress, islice
from operator import lt
from pathlib import Path
from typing import TypeVar

import numpy as np

from searchkit.engines.arrays import Bools, Int32s, Int64s, changes, no_int64s
from searchkit.engines.protocol import Executor
from searchkit.engines.suggesting.blocks import Titles, completion_blocks
from searchkit.engines.suggesting.protocol import COMPLETED_FIELDS
from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, new_segment_id, segment_file
from searchkit.engines.whoosh.codec.container import append_blocks
from searchkit.engines.whoosh.codec.postings import PostingLists, concat
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.codec.run import RunReader
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTerms, split_codes
from searchkit.engines.whoosh.codec.writer import FieldsWriter, SegmentWriter
from searchkit.engines.whoosh.indexing.merge_policy import Merge
from searchkit.engines.whoosh.indexing.merge_sources import FieldSource, field_source
from searchkit.engines.whoosh.schema import BIGRAM_FIELDS, CONTENT, FIELD_ORDER, DocValues
from searchkit.messages import _

_Writer = TypeVar("_Writer", bound=FieldsWriter)

_OTHER_FIELDS = tuple(name for name in FIELD_ORDER if name not in BIGRAM_FIELDS)

_MAX_DICTIONARY_SHARE = 1 / 16
"""Where dictionaries take more of a segment's documents than this, the documents are compressed anew."""

_STRETCH = 1 << 19
"""Occurrences that are merged at once."""

_RANGE = 1 << 17
"""Bigrams, of the segment with the most, that get their new places at once."""

_COPIED = 1 << 10
"""Documents that are copied at once."""

_MIN_PARALLEL = 2_000
"""Documents: to start processes costs more than to merge fewer."""

_MAX_PARALLEL = 50_000
"""Documents: beyond this each half of the work takes half a gigabyte, so one half follows the other."""


def merge_segments(folder: Path, merge: Merge, executor: Executor) -> SegmentInfo:
    """Write the segment of a merge; nothing lists it yet.

    Raises:
        Damaged: a segment is not what was written.
        OSError: the new one cannot be written.
    """
    new = SegmentInfo(new_segment_id(), merge.live)
    if _MIN_PARALLEL <= merge.live <= _MAX_PARALLEL:
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


@dataclass(slots=True)
class _MergedTerms:
    """The terms of a field in all segments together.

    Attributes:
        targets: per segment int32[its terms], the place of each among all terms.
        total: how many terms there are together.
        kept_parts: bool[total] in parts, whether a term still has a document; known once its lists are written.
    """

    targets: list[Int32s]
    total: int
    kept_parts: list[Bools] = field(default_factory=list)

    def kept(self) -> Bools:
        """bool[total]."""
        return np.concatenate([np.zeros(0, bool), *self.kept_parts])

    def new_ords(self) -> Int64s:
        """int64[total], the place of each term among those that are kept."""
        return np.cumsum(self.kept()) - 1


class _Merger:
    """One merge, of segments that stay open until it is done."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._new_doc_ids = _new_doc_ids(segments)
        self._unigrams: tuple[list[bytes], _MergedTerms] | None = None

    def doc_values(self) -> DocValues:
        """structured[documents] of the new segment."""
        return np.concatenate([segment.doc_values[segment.live] for segment in self._segments])

    def write_all_but_bigrams(self, writer: SegmentWriter) -> None:
        """Write documents, doc values and all other fields."""
        self._write_documents(writer)
        writer.end_documents()
        completed: dict[str, tuple[list[bytes], Int64s]] = {}
        for name in _OTHER_FIELDS:
            names, terms, sources = self._merge_terms(name)
            infos = writer.add_lists(name, self._lists(sources, terms))
            kept = list(compress(names, terms.kept()))
            writer.add_terms(name, kept, infos)
            if name == PATH_FIELD:
                self._check_paths(sources)
                orders = [t[s.path_order[s.live]] for t, s in zip(terms.targets, self._segments, strict=True)]
                writer.add_path_order(terms.new_ords()[np.concatenate(orders)])
            elif name == CONTENT.unigrams:
                self._unigrams = kept, terms
            if name in COMPLETED_FIELDS:
                completed[name] = kept, infos.rows[:, 0].astype(np.int64)
        self._write_completions(writer, completed)

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
        names, unigrams = self._unigrams or self._merge_unigrams()
        for name in BIGRAM_FIELDS:
            self._write_bigram_field(writer, name, unigrams, names)

    def _merge_unigrams(self) -> tuple[list[bytes], _MergedTerms]:
        """The unigrams that are kept, when another process writes their field."""
        names, terms, sources = self._merge_terms(CONTENT.unigrams)
        if all(segment.live.all() for segment in self._segments):
            terms.kept_parts.append(np.ones(terms.total, bool))
        else:
            for _lists in self._lists(sources, terms):
                pass  # only to learn which are kept
        return list(compress(names, terms.kept())), terms

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

    def _merge_terms(self, name: str) -> tuple[list[bytes], _MergedTerms, list[FieldSource]]:
        """The distinct terms of a field, ascending."""
        sources = [field_source(segment, name) for segment in self._segments]
        terms = [source.terms() for source in sources]
        self._release_pages()
        for segment, part in zip(self._segments, terms, strict=True):
            if not _are_terms(part):
                raise _damaged(segment, name)
        if len(terms) == 1:
            return terms[0], _MergedTerms([np.arange(len(terms[0]), dtype=np.int32)], len(terms[0])), sources
        # the stable sort merges presorted runs in linear time
        together = list(dict.fromkeys(sorted(chain.from_iterable(terms))))
        place = dict(zip(together, range(len(together)), strict=True))
        targets = [np.fromiter(map(place.__getitem__, part), np.int32, len(part)) for part in terms]
        return together, _MergedTerms(targets, len(together)), sources

    def _check_paths(self, sources: Sequence[FieldSource]) -> None:
        """Whether each path has the document whose path it is."""
        for segment, source in zip(self._segments, sources, strict=True):
            documents = segment.info.documents
            doc_ids = source.lists(0, documents).doc_ids if documents else no_int64s()
            if not np.array_equal(segment.path_order[doc_ids], np.arange(documents)):
                raise _damaged(segment, PATH_FIELD)

    def _write_bigram_field(
        self, writer: FieldsWriter, name: str, unigrams: _MergedTerms, unigram_names: list[bytes]
    ) -> None:
        sources = [field_source(segment, name) for segment in self._segments]
        codes = []
        for segment, source, targets in zip(self._segments, sources, unigrams.targets, strict=True):
            here = source.codes()
            if len(here) and (here[0] < 0 or here[-1] >= len(targets) ** 2 or (here[1:] <= here[:-1]).any()):
                raise _damaged(segment, name)
            firsts, seconds = split_codes(here, len(targets))
            codes.append(targets[firsts] * np.int64(unigrams.total) + targets[seconds])
            segment.release_pages()
        together, targets_of = _merge_codes(codes)
        del codes
        terms = _MergedTerms(targets_of, len(together))
        infos = writer.add_lists(name, self._lists(sources, terms))
        firsts, seconds = split_codes(together[terms.kept()], unigrams.total)
        new_ords = unigrams.new_ords()
        writer.add_terms(name, BigramTerms(unigram_names, new_ords[firsts], new_ords[seconds]), infos)

    def _lists(self, sources: Sequence[FieldSource], terms: _MergedTerms) -> Iterator[PostingLists]:
        """The posting lists of all terms that are kept, a stretch of terms at a time."""
        sizes = np.zeros(terms.total, np.int64)
        for segment, targets, source in zip(self._segments, terms.targets, sources, strict=True):
            sizes[targets] += source.total_term_freqs()
            segment.release_pages()
        ends = np.cumsum(sizes)
        first = 0
        while first < terms.total:
            limit = (ends[first - 1] if first else 0) + _STRETCH
            last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
            yield self._stretch(sources, terms, first, last)
            self._release_pages()
            first = last

    def _stretch(self, sources: Sequence[FieldSource], terms: _MergedTerms, first: int, last: int) -> PostingLists:
        """The lists of those terms from ``first`` to ``last`` (excluded) that are kept."""
        ords, parts = [], []
        for source, targets, new_doc_ids in zip(sources, terms.targets, self._new_doc_ids, strict=True):
            a, b = np.searchsorted(targets, (first, last)).tolist()
            if a < b:
                lists = source.lists(a, b)
                lists = replace(lists, doc_ids=new_doc_ids[lists.doc_ids])
                live = lists.doc_ids >= 0
                parts.append(lists if live.all() else lists.filter_postings(live))
                ords.append(targets[a:b] - first)
        lists, ord_of = concat(parts), np.concatenate(ords)
        order = np.argsort(ord_of, kind="stable")  # merges presorted runs in linear time
        order = order[np.diff(lists.starts)[order] > 0]
        lists, ord_of = lists.take(order), ord_of[order]
        new = changes(ord_of)
        kept = np.zeros(last - first, bool)
        kept[ord_of[new]] = True
        terms.kept_parts.append(kept)
        return replace(lists, starts=np.append(lists.starts[:-1][new], lists.starts[-1]))

    def _release_pages(self) -> None:
        for segment in self._segments:
            segment.release_pages()


def _damaged(segment: SegmentReader, field: str) -> Damaged:
    return Damaged(segment.file, _("block {name} cannot be decoded", name=field))


def _are_terms(terms: list[bytes]) -> bool:
    """Whether these ascend and are texts."""
    try:
        b"\0".join(terms).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return all(map(lt, terms, islice(terms, 1, None)))


def _neighbours(doc_ids: Int64s) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive doc ids, each of at most ``_COPIED``, the end excluded."""
    for stretch in np.split(doc_ids, np.flatnonzero(np.diff(doc_ids) != 1) + 1):
        for at in range(0, len(stretch), _COPIED):
            part = stretch[at : at + _COPIED]
            yield int(part[0]), int(part[-1]) + 1


def _merge_codes(codes: Sequence[Int64s]) -> tuple[Int64s, list[Int32s]]:
    """The distinct values of several ascending arrays, ascending, and per array the place of each of its values.

    Works on one range of values at a time, so that little is in memory twice.
    """
    places = [np.empty(len(part), np.int32) for part in codes]
    borders = max(codes, key=len)[_RANGE::_RANGE]
    cuts = [[0, *np.searchsorted(part, borders).tolist(), len(part)] for part in codes]
    distinct = [no_int64s()]
    count = 0
    for number in range(len(borders) + 1):
        ranges = [slice(cut[number], cut[number + 1]) for cut in cuts]
        every = np.concatenate([part[here] for part, here in zip(codes, ranges, strict=True)])
        order = np.argsort(every, kind="stable")  # merges presorted runs in linear time
        every = every[order]
        new = changes(every)
        place_of = np.empty(len(every), np.int32)
        place_of[order] = np.cumsum(new) + (count - 1)
        ends = np.cumsum([here.stop - here.start for here in ranges])
        for target, here, part in zip(places, ranges, np.split(place_of, ends[:-1]), strict=True):
            target[here] = part
        distinct.append(every[new])
        count += len(distinct[-1])
    return np.concatenate(distinct), places


def _new_doc_ids(segments: Sequence[SegmentReader]) -> list[Int32s]:
    """Per segment int32[documents], the new doc id of each; -1 where deleted."""
    mapped = []
    base = 0
    for segment in segments:
        doc_ids = np.cumsum(segment.live) - 1 + base
        base += segment.info.live
        mapped.append(np.where(segment.live, doc_ids, -1).astype(np.int32))
    return mapped
