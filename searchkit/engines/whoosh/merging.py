"""Several segments of arrays as one, without their deleted documents: their posting lists, one after the other.

A stretch of terms at a time is put together and encoded, so that memory does not grow with the segments. Lists are
moved whole: no posting is compared with another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import ARRAYS, RUN, SegmentInfo
from searchkit.engines.whoosh.arrays import PAIR_FIELDS, PATH_FIELD, UNITS_FIELD, ArraySegmentReader, ArraySegmentWriter
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.dictionaries import PairTerms, split_codes
from searchkit.engines.whoosh.inversion import changes
from searchkit.engines.whoosh.postings import Lists, joined
from searchkit.engines.whoosh.runs import RunReader
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.varints import Numbers
from searchkit.engines.whoosh.writing import new_id, write_segment

_MOST_SAMPLES = 1 / 16  # of a segment's documents: the documents of smaller segments are compressed anew, and share one
_STRETCH = 1 << 19  # occurrences that are put together at once
_COPIED = 1 << 10  # documents that are copied at once


@dataclass(slots=True)
class _Terms:
    """The terms of a field in all segments together.

    Attributes:
        targets: a segment: int32[its terms], the place of each among all terms.
        total: how many terms there are together.
        kept: bool[total] in parts, which of them still have a document; known when the lists are written.
    """

    targets: list[npt.NDArray[np.int32]]
    total: int
    kept: list[npt.NDArray[np.bool_]]

    def are_kept(self) -> npt.NDArray[np.bool_]:
        """bool[total], which terms still have a document."""
        return np.concatenate([np.zeros(0, bool), *self.kept])


class _Merge:
    """One merge of some segments into a writer."""

    def __init__(self, segments: Sequence[ArraySegmentReader], writer: ArraySegmentWriter) -> None:
        self._segments = segments
        self._writer = writer
        self._renumbered = _renumbered(segments)
        self._units = _Terms([], 0, [])
        self._unit_names: list[bytes] = []

    def run(self) -> None:
        """Write everything, and close the writer."""
        self._documents()
        for name in FIELD_ORDER:
            if name in PAIR_FIELDS:
                self._pairs(name)
            else:
                self._texts(name)
        self._writer.close()

    def _documents(self) -> None:
        for segment in self._segments:
            live = np.flatnonzero(segment.live)
            if segment.sample_share > _MOST_SAMPLES:
                self._writer.add_documents(list(map(segment.document, live.tolist())), segment.numbers[live])
                continue
            first_sample = self._writer.add_samples(segment.samples)
            for first, last in _stretches(live):
                self._writer.add_stored(segment, first, last, first_sample, segment.numbers[first:last])

    def _texts(self, name: str) -> None:
        sources = [_source(segment, name) for segment in self._segments]
        terms = [source.texts() for source in sources]
        together = list(dict.fromkeys(sorted(chain.from_iterable(terms))))  # what is in order is merged, not sorted
        place = dict(zip(together, range(len(together)), strict=True))
        targets = [np.fromiter(map(place.__getitem__, part), np.int32, len(part)) for part in terms]
        field = _Terms(targets, len(together), [])
        lists = self._writer.add_lists(name, self._lists(sources, field))
        kept = [together[number] for number in np.flatnonzero(field.are_kept()).tolist()]
        self._writer.add_texts(name, kept, lists)
        if name == UNITS_FIELD:
            self._units, self._unit_names = field, kept
        if name == PATH_FIELD:
            final = np.cumsum(field.are_kept()) - 1
            orders = [t[s.path_order[s.live]] for t, s in zip(field.targets, self._segments, strict=True)]
            self._writer.add_path_order(final[np.concatenate(orders)])

    def _pairs(self, name: str) -> None:
        units = self._units
        sources = [_source(segment, name) for segment in self._segments]
        codes = []
        for source, targets in zip(sources, units.targets, strict=True):
            firsts, seconds = split_codes(source.codes(), len(targets))
            codes.append(targets[firsts] * np.int64(units.total) + targets[seconds])
        together, targets_of = _together(codes)
        del codes
        field = _Terms(targets_of, len(together), [])
        lists = self._writer.add_lists(name, self._lists(sources, field))
        firsts, seconds = split_codes(together[field.are_kept()], units.total)
        final = np.cumsum(units.are_kept()) - 1
        self._writer.add_pairs(name, PairTerms(self._unit_names, final[firsts], final[seconds]), lists)

    def _lists(self, sources: Sequence[_Source], field: _Terms) -> Iterator[Lists]:
        sizes = np.zeros(field.total, np.int64)
        for targets, source in zip(field.targets, sources, strict=True):
            sizes[targets] += source.occurrences()
        ends = np.cumsum(sizes)
        first = 0
        while first < field.total:
            limit = (ends[first - 1] if first else 0) + _STRETCH
            last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
            yield self._stretch(sources, field, first, last)
            for segment in self._segments:
                segment.let_go()
            first = last

    def _stretch(self, sources: Sequence[_Source], field: _Terms, first: int, last: int) -> Lists:
        """The lists of those of a stretch of terms that still have a document."""
        terms, parts = [], []
        for source, targets, numbers in zip(sources, field.targets, self._renumbered, strict=True):
            a, b = np.searchsorted(targets, (first, last)).tolist()
            if a < b:
                lists = source.lists(a, b)
                parts.append(_live(replace(lists, documents=numbers[lists.documents])))
                terms.append(targets[a:b] - first)
        lists, of_list = joined(parts), np.concatenate(terms)
        order = np.argsort(of_list, kind="stable")  # what is in order is merged, not sorted
        order = order[np.diff(lists.starts)[order] > 0]
        lists, of_list = lists.ordered(order), of_list[order]
        new = changes(of_list)
        kept = np.zeros(last - first, bool)
        kept[of_list[new]] = True
        field.kept.append(kept)
        return replace(lists, starts=np.append(lists.starts[:-1][new], lists.starts[-1]))


def _stretches(numbers: Numbers) -> Iterator[tuple[int, int]]:
    """Where some neighbouring numbers begin, and where they end."""
    for stretch in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1):
        for at in range(0, len(stretch), _COPIED):
            part = stretch[at : at + _COPIED]
            yield int(part[0]), int(part[-1]) + 1


class _Source(Protocol):
    """The posting lists of a field in one segment."""

    def texts(self) -> list[bytes]:
        """The terms of a field of texts."""

    def codes(self) -> Numbers:
        """The terms of a field of pairs."""

    def occurrences(self) -> Numbers:
        """int64[terms], how often each term occurs."""

    def lists(self, first: int, last: int) -> Lists:
        """The posting lists of some neighbouring terms."""


@dataclass(frozen=True, slots=True)
class _EncodedField:
    """The posting lists of a field in a segment that is searched."""

    segment: ArraySegmentReader
    name: str

    def texts(self) -> list[bytes]:
        return self.segment.texts(self.name).all()

    def codes(self) -> Numbers:
        return self.segment.pairs(self.name).codes()

    def occurrences(self) -> Numbers:
        return self.segment.dictionary(self.name).occurrences()

    def lists(self, first: int, last: int) -> Lists:
        extents = self.segment.dictionary(self.name).extents_between(first, last)
        return self.segment.lists(self.name, extents)


def _source(segment: ArraySegmentReader, name: str) -> _Source:
    if isinstance(segment, RunReader) and name != PATH_FIELD:
        return segment.field(name)
    return _EncodedField(segment, name)


def _together(codes: Sequence[Numbers]) -> tuple[Numbers, list[npt.NDArray[np.int32]]]:
    """The distinct ones of some ascending numbers, ascending; of each part, the places among them."""
    every = np.concatenate(codes)
    order = np.argsort(every, kind="stable")  # what is in order is merged, not sorted
    every = every[order]
    new = changes(every)
    places = np.empty(len(every), np.int32)
    places[order] = np.cumsum(new) - 1
    return every[new], np.split(places, np.cumsum([len(part) for part in codes])[:-1])


def _live(lists: Lists) -> Lists:
    """The lists without the documents that have no number any more; some may be empty."""
    live = lists.documents >= 0
    if live.all():
        return lists
    starts = np.append(0, np.cumsum(live))[lists.starts]
    positions = lists.positions[np.repeat(live, lists.frequencies)] if len(lists.positions) else lists.positions
    return Lists(starts, lists.documents[live], lists.frequencies[live], positions)


def _renumbered(segments: Sequence[ArraySegmentReader]) -> list[npt.NDArray[np.int32]]:
    """The new number of each segment's documents, -1 of deleted ones."""
    renumbered = []
    base = 0
    for segment in segments:
        numbers = np.cumsum(segment.live) - 1 + base
        base += segment.info.live
        renumbered.append(np.where(segment.live, numbers, -1).astype(np.int32))
    return renumbered


def _opened(folder: Path, info: SegmentInfo) -> SegmentReader:
    return RunReader(folder, info) if info.codec == RUN else open_segment(folder, info)


def merge_segments(folder: Path, infos: Sequence[SegmentInfo], codec: str) -> tuple[SegmentInfo, list[str]]:
    """A new segment of the live documents of some segments, in order, and their paths.

    Arrays are put together; documents of any other codec are indexed again.
    """
    with ExitStack() as opened:
        segments = [opened.enter_context(closing(_opened(folder, info))) for info in infos]
        paths = [path for s in segments for path, live in zip(s.paths, s.live.tolist(), strict=True) if live]
        arrays = [segment for segment in segments if isinstance(segment, ArraySegmentReader)]
        if codec != ARRAYS or len(arrays) < len(segments):
            documents = (s.document(number) for s in segments for number in np.flatnonzero(s.live).tolist())
            return write_segment(folder, codec, documents), paths
        new = SegmentInfo(new_id(), ARRAYS, len(paths))
        writer = ArraySegmentWriter(folder, new)
        try:
            _Merge(arrays, writer).run()
        except BaseException:
            writer.abandon()
            raise
    return new, paths
