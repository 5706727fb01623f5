"""Several segments of arrays as one, without their deleted documents: their posting lists, one after the other.

A stretch of terms at a time is put together and encoded, so that memory does not grow with the segments. Lists are
moved whole: no posting is compared with another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, compress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import ARRAYS, RUN, Each, SegmentInfo, one_by_one
from searchkit.engines.whoosh.codec.reader import BIGRAM_FIELDS, PATH_FIELD, SUFFIX, UNIGRAMS_FIELD, ArraySegmentReader
from searchkit.engines.whoosh.codec.writer import ArraySegmentWriter, FieldWriter
from searchkit.engines.whoosh.numeric.sorted import changes
from searchkit.engines.whoosh.codec.container import append_blocks
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.codec.termdict import BigramTerms, split_codes
from searchkit.engines.whoosh.codec.postings import Lists, joined, no_numbers
from searchkit.engines.whoosh.codec.run import RunReader
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.codec.api import SegmentReader, segment_name
from searchkit.engines.whoosh.numeric.varint import Numbers
from searchkit.engines.whoosh.indexing.segment_writer import new_id, write_segment

_MOST_SAMPLES = 1 / 16  # of a segment's documents: the documents of smaller segments are compressed anew, and share one
_STRETCH = 1 << 19  # occurrences that are put together at once
_RANGE = 1 << 17  # bigrams of the segment with the most that are numbered at once
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


_WritePart = Callable[["_Merge", Path, SegmentInfo], None]
_Writer = TypeVar("_Writer", bound=FieldWriter)

_TEXT_FIELDS = tuple(name for name in FIELD_ORDER if name not in BIGRAM_FIELDS)


class _Merge:
    """One merge of some segments."""

    def __init__(self, segments: Sequence[ArraySegmentReader]) -> None:
        self._segments = segments
        self._renumbered = _renumbered(segments)

    def write(self, writer: ArraySegmentWriter) -> None:
        """Write everything but the fields of bigrams."""
        self._write_documents(writer)
        writer.end_documents()
        for name in _TEXT_FIELDS:
            together, field, sources = self._texts(name)
            lists = writer.add_lists(name, self._lists(sources, field))
            writer.add_texts(name, list(compress(together, field.are_kept())), lists)
            if name == PATH_FIELD:
                final = np.cumsum(field.are_kept()) - 1
                orders = [t[s.path_order[s.live]] for t, s in zip(field.targets, self._segments, strict=True)]
                writer.add_path_order(final[np.concatenate(orders)])

    def numbers(self) -> npt.NDArray[Any]:
        """The numbers of all documents."""
        return np.concatenate([segment.numbers[segment.live] for segment in self._segments])

    def write_bigrams(self, writer: FieldWriter) -> None:
        """Write the fields of bigrams."""
        names, unigrams, sources = self._texts(UNIGRAMS_FIELD)
        if all(segment.live.all() for segment in self._segments):
            unigrams.kept.append(np.ones(unigrams.total, bool))
        else:
            for _ in self._lists(sources, unigrams):
                pass  # only to know which are kept
        kept = list(compress(names, unigrams.are_kept()))
        for name in BIGRAM_FIELDS:
            self._write_bigrams(writer, name, unigrams, kept)

    def _write_documents(self, writer: ArraySegmentWriter) -> None:
        for segment in self._segments:
            live = np.flatnonzero(segment.live)
            if segment.sample_share > _MOST_SAMPLES:
                writer.add_documents(list(map(segment.document, live.tolist())), segment.numbers[live])
                continue
            first_sample = writer.add_samples(segment.samples)
            for first, last in _stretches(live):
                writer.add_stored(segment, first, last, first_sample, segment.numbers[first:last])
            segment.let_go()

    def _texts(self, name: str) -> tuple[list[bytes], _Terms, list[_Source]]:
        """The terms of a field of texts, ascending."""
        sources = [_source(segment, name) for segment in self._segments]
        terms = [source.texts() for source in sources]
        for segment in self._segments:
            segment.let_go()
        together = list(dict.fromkeys(sorted(chain.from_iterable(terms))))  # what is in order is merged, not sorted
        place = dict(zip(together, range(len(together)), strict=True))
        targets = [np.fromiter(map(place.__getitem__, part), np.int32, len(part)) for part in terms]
        return together, _Terms(targets, len(together), []), sources

    def _write_bigrams(self, writer: FieldWriter, name: str, unigrams: _Terms, unigram_names: list[bytes]) -> None:
        sources = [_source(segment, name) for segment in self._segments]
        codes = []
        for segment, source, targets in zip(self._segments, sources, unigrams.targets, strict=True):
            firsts, seconds = split_codes(source.codes(), len(targets))
            codes.append(targets[firsts] * np.int64(unigrams.total) + targets[seconds])
            segment.let_go()
        together, targets_of = _together(codes)
        del codes
        field = _Terms(targets_of, len(together), [])
        lists = writer.add_lists(name, self._lists(sources, field))
        firsts, seconds = split_codes(together[field.are_kept()], unigrams.total)
        final = np.cumsum(unigrams.are_kept()) - 1
        writer.add_bigrams(name, BigramTerms(unigram_names, final[firsts], final[seconds]), lists)

    def _lists(self, sources: Sequence[_Source], field: _Terms) -> Iterator[Lists]:
        sizes = np.zeros(field.total, np.int64)
        for segment, targets, source in zip(self._segments, field.targets, sources, strict=True):
            sizes[targets] += source.occurrences()
            segment.let_go()
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
        """The terms of a field of bigrams."""

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
        return self.segment.bigrams(self.name).codes()

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
    places = [np.empty(len(part), np.int32) for part in codes]
    borders = max(codes, key=len)[_RANGE::_RANGE]
    cuts = [[0, *np.searchsorted(part, borders).tolist(), len(part)] for part in codes]
    distinct = [no_numbers()]
    count = 0
    for number in range(len(borders) + 1):  # a range at a time, so that little is in memory twice
        ranges = [slice(cut[number], cut[number + 1]) for cut in cuts]
        every = np.concatenate([part[here] for part, here in zip(codes, ranges, strict=True)])
        order = np.argsort(every, kind="stable")  # what is in order is merged, not sorted
        every = every[order]
        new = changes(every)
        of_each = np.empty(len(every), np.int32)
        of_each[order] = np.cumsum(new) + (count - 1)
        ends = np.cumsum([here.stop - here.start for here in ranges])
        for target, here, part in zip(places, ranges, np.split(of_each, ends[:-1]), strict=True):
            target[here] = part
        distinct.append(every[new])
        count += len(distinct[-1])
    return np.concatenate(distinct), places


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


@contextmanager
def _opened(folder: Path, infos: Sequence[SegmentInfo]) -> Iterator[list[SegmentReader]]:
    with ExitStack() as opened:
        yield [opened.enter_context(closing(_open(folder, info))) for info in infos]


def _open(folder: Path, info: SegmentInfo) -> SegmentReader:
    return RunReader(folder, info) if info.codec == RUN else open_segment(folder, info)


def _arrays(segments: Sequence[SegmentReader]) -> list[ArraySegmentReader]:
    return [segment for segment in segments if isinstance(segment, ArraySegmentReader)]


def merge_segments(
    folder: Path, infos: Sequence[SegmentInfo], codec: str, each: Each = one_by_one
) -> tuple[SegmentInfo, list[str]]:
    """A new segment of the live documents of some segments, in order, and their paths.

    Arrays are put together, in two parts; documents of any other codec are indexed again.
    """
    with _opened(folder, infos) as segments:
        paths = [path for s in segments for path, live in zip(s.paths, s.live.tolist(), strict=True) if live]
        if codec != ARRAYS or len(_arrays(segments)) < len(segments):
            documents = (s.document(number) for s in segments for number in np.flatnonzero(s.live).tolist())
            return write_segment(folder, codec, documents), paths
    new = SegmentInfo(new_id(), ARRAYS, len(paths))
    each(partial(_write_part, folder, infos, new), (_write, _write_bigrams))
    bigrams = _bigrams_path(folder, new)
    append_blocks(folder / f"{segment_name(new)}{SUFFIX}", bigrams)
    bigrams.unlink()
    return new, paths


def _bigrams_path(folder: Path, new: SegmentInfo) -> Path:
    """Where the fields of bigrams are until the rest is written."""
    return folder / f"{segment_name(new)}.bigrams"


def _write_part(folder: Path, infos: Sequence[SegmentInfo], new: SegmentInfo, write: _WritePart) -> None:
    with _opened(folder, infos) as segments:
        write(_Merge(_arrays(segments)), folder, new)


def _write(merge: _Merge, folder: Path, new: SegmentInfo) -> None:
    with _finished(ArraySegmentWriter(folder, new)) as writer:
        merge.write(writer)


def _write_bigrams(merge: _Merge, folder: Path, new: SegmentInfo) -> None:
    with _finished(FieldWriter(_bigrams_path(folder, new), merge.numbers())) as writer:
        merge.write_bigrams(writer)


@contextmanager
def _finished(writer: _Writer) -> Iterator[_Writer]:
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.abandon()
        raise
