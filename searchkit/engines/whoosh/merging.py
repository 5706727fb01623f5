"""Several segments of arrays as one, without their deleted documents: their posting lists, one after the other.

A stretch of terms at a time is decoded, put together and encoded, so that memory does not grow with the segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import ARRAYS, SegmentInfo
from searchkit.engines.whoosh.arrays import PAIR_FIELDS, UNITS_FIELD, ArraySegmentReader, ArraySegmentWriter
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.dictionaries import Dictionary, PairTerms, split_codes
from searchkit.engines.whoosh.inversion import stable_order
from searchkit.engines.whoosh.postings import NO_LISTS, Lists, spread
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.varints import Numbers
from searchkit.engines.whoosh.writing import new_id, write_segment

_MOST_SAMPLES = 1 / 16  # of a segment's documents: the documents of smaller segments are compressed anew, and share one
_STRETCH = 1 << 19  # occurrences that are decoded at once


@dataclass(slots=True)
class _Terms:
    """The terms of a field in all segments together.

    Attributes:
        targets: a segment: int64[its terms], the place of each among all terms.
        total: how many terms there are together.
        kept: bool[total] in parts, which of them still have a document; known when the lists are written.
    """

    targets: list[npt.NDArray[np.signedinteger]]
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
            self._writer.add_compressed(
                (segment.stored("heads", number) for number in live.tolist()),
                (segment.stored("bodies", number) for number in live.tolist()),
                (segment.sample_of[live] + first_sample).tolist(),
                segment.numbers[live],
            )

    def _texts(self, name: str) -> None:
        terms = [segment.texts(name).all() for segment in self._segments]
        together = sorted(set().union(*terms))
        place = {term: number for number, term in enumerate(together)}
        field = _Terms([np.array([place[term] for term in part], np.int64) for part in terms], len(together), [])
        lists = self._writer.add_lists(name, self._lists(name, field))
        kept = [together[number] for number in np.flatnonzero(field.are_kept()).tolist()]
        self._writer.add_texts(name, kept, lists)
        if name == UNITS_FIELD:
            self._units, self._unit_names = field, kept
        if name == "path":
            final = np.cumsum(field.are_kept()) - 1
            orders = [t[s.path_order[s.live]] for t, s in zip(field.targets, self._segments, strict=True)]
            self._writer.add_path_order(final[np.concatenate(orders)])

    def _pairs(self, name: str) -> None:
        units = self._units
        codes = []
        for segment, targets in zip(self._segments, units.targets, strict=True):
            firsts, seconds = split_codes(segment.pairs(name).codes(), len(targets))
            codes.append(targets[firsts] * units.total + targets[seconds])
        together = np.concatenate(codes)
        together.sort()  # numpy.unique hashes, which takes six times as long
        together = together[np.append(True, together[1:] != together[:-1])] if len(together) else together
        field = _Terms([], len(together), [])
        while codes:
            field.targets.append(np.searchsorted(together, codes.pop(0)).astype(np.int32))
        lists = self._writer.add_lists(name, self._lists(name, field))
        firsts, seconds = split_codes(together[field.are_kept()], units.total)
        final = np.cumsum(units.are_kept()) - 1
        self._writer.add_pairs(name, PairTerms(self._unit_names, final[firsts], final[seconds]), lists)

    def _lists(self, name: str, field: _Terms) -> Iterator[Lists]:
        dictionaries = [segment.dictionary(name) for segment in self._segments]
        sizes = np.zeros(field.total, np.int64)
        for targets, dictionary in zip(field.targets, dictionaries, strict=True):
            sizes[targets] += dictionary.occurrences()
        ends = np.cumsum(sizes)
        first = 0
        while first < field.total:
            limit = (ends[first - 1] if first else 0) + _STRETCH
            last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
            stretch = self._stretch(name, field, dictionaries, first, last)
            field.kept.append(np.bincount(stretch[0], minlength=last - first) > 0)
            yield _together(*stretch, last - first)
            for segment in self._segments:
                segment.let_go()
            first = last

    def _stretch(
        self, name: str, field: _Terms, dictionaries: Sequence[Dictionary], first: int, last: int
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Terms (from 0), new documents, frequencies and positions of all postings of a stretch of terms."""
        parts = []
        for segment, targets, dictionary, numbers in zip(
            self._segments, field.targets, dictionaries, self._renumbered, strict=True
        ):
            a, b = np.searchsorted(targets, (first, last)).tolist()
            lists = segment.lists(name, dictionary.extents_between(a, b)) if b > a else NO_LISTS
            terms = np.repeat(targets[a:b] - first, np.diff(lists.starts))
            documents = numbers[lists.documents]
            live = documents >= 0
            positions = lists.positions[np.repeat(live, lists.frequencies)] if len(lists.positions) else lists.positions
            parts.append((terms[live], documents[live], lists.frequencies[live], positions))
        terms, documents, frequencies, positions = (np.concatenate(column) for column in zip(*parts, strict=True))
        return terms, documents, frequencies, positions


def _renumbered(segments: Sequence[ArraySegmentReader]) -> list[Numbers]:
    """The new number of each segment's documents, -1 of deleted ones."""
    renumbered = []
    base = 0
    for segment in segments:
        numbers = np.cumsum(segment.live) - 1 + base
        base += segment.info.live
        renumbered.append(np.where(segment.live, numbers, -1))
    return renumbered


def _together(
    terms: Numbers, documents: Numbers, frequencies: Numbers, positions: Numbers, total: int
) -> Lists:
    """The postings by term; within a term they are in the order of documents already."""
    order = stable_order(terms)
    counts = np.bincount(terms, minlength=total)
    counts = counts[counts > 0]
    if len(positions):
        positions = positions[spread((np.cumsum(frequencies) - frequencies)[order], frequencies[order])]
    starts = np.append(0, np.cumsum(counts))
    return Lists(starts, documents[order], frequencies[order], positions)


def merge_segments(folder: Path, infos: Sequence[SegmentInfo], codec: str) -> tuple[SegmentInfo, list[str]]:
    """A new segment of the live documents of some segments, in order, and their paths.

    Arrays are put together; documents of any other codec are indexed again.
    """
    with ExitStack() as opened:
        segments = [opened.enter_context(closing(open_segment(folder, info))) for info in infos]
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
