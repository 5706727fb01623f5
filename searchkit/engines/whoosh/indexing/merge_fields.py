"""Merges one field of several segments, a stretch of its terms at a time, so that lists are not all in memory.

The terms of every source ascend, so a border between two terms cuts each source in two. Borders are sampled from all
sources, so that what lies between two of them has about ``STRETCH`` occurrences; a stretch is merged on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, pairwise
from typing import Any

import numpy as np

from searchkit.engines.arrays import Bools, Int32s, Int64s, changes
from searchkit.engines.whoosh.codec.postings import NO_POSTING_LISTS, PostingLists, concat
from searchkit.engines.whoosh.indexing.merge_terms import Keys, MergedField

STRETCH = 1 << 19
"""Occurrences that are merged at once, about."""

_PER_SOURCE = 1 << 11
"""With many sources, so many occurrences of each: to begin a stretch costs something for each of them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some neighbouring terms of a field.

    Attributes:
        keys: the terms, ascending: texts, or the codes of bigrams.
        places: per source int64[its terms in the stretch], which of ``keys`` each is.
        kept: bool[keys], whether a live document has it.
        lists: the posting list of each that is kept.
    """

    keys: Keys
    places: list[Int64s]
    kept: Bools
    lists: PostingLists

    @property
    def kept_keys(self) -> Keys:
        """The terms that are kept."""
        if self.kept.all():
            return self.keys
        return self.keys[self.kept] if isinstance(self.keys, np.ndarray) else list(compress(self.keys, self.kept))


class FieldMerge:
    """One field of a merge.

    Args:
        sources: the field in each segment.
        new_doc_ids: per segment int32[documents], the new doc id of each; -1 where deleted.
        releases: per segment, gives its pages back; called whenever something of it was read, since a system may map
            two megabytes for one byte.
    """

    def __init__(
        self, sources: Sequence[MergedField], new_doc_ids: Sequence[Int32s], releases: Sequence[Callable[[], None]]
    ) -> None:
        self._sources = sources
        self._new_doc_ids = new_doc_ids
        self._releases = releases

    def stretches(self) -> Iterator[Stretch]:
        """The field, stretch after stretch.

        Raises:
            Damaged: the terms or lists of a source are none.
        """
        for ranges in self._ranges():
            keys, places = self._keys(ranges)
            lists, kept = self._lists(ranges, places)
            yield Stretch(keys, places, kept, lists)

    def without_lists(self) -> Iterator[Stretch]:
        """The same without reading a list, where no document is deleted: every term is kept."""
        for ranges in self._ranges():
            keys, places = self._keys(ranges)
            yield Stretch(keys, places, np.ones(len(keys), bool), NO_POSTING_LISTS)

    def _ranges(self) -> Iterator[list[tuple[int, int]]]:
        """Per stretch the first and the last term (excluded) of each source in it."""
        count = len(self._sources)
        per_source = max(STRETCH // count, _PER_SOURCE)
        samples: list[Any] = []
        for source, release in zip(self._sources, self._releases, strict=True):
            samples += source.samples(per_source)
            release()
        samples.sort()
        borders = samples[count::count]
        cuts = []
        for source, release in zip(self._sources, self._releases, strict=True):
            cuts.append(source.cuts(borders))
            release()
        for number in range(len(borders) + 1):
            ranges = [(cut[number], cut[number + 1]) for cut in cuts]
            if any(first < last for first, last in ranges):
                yield ranges

    def _keys(self, ranges: Sequence[tuple[int, int]]) -> tuple[Keys, list[Int64s]]:
        """The distinct terms of a stretch, ascending, and per source which of them each of its terms is."""
        parts = []
        for source, here, release in zip(self._sources, ranges, self._releases, strict=True):
            parts.append(source.keys(*here))
            release()
        ends = np.cumsum([0, *map(len, parts)]).tolist()
        if isinstance(parts[0], np.ndarray):
            every = np.concatenate(parts)
            order = np.argsort(every, kind="stable")  # merges presorted runs in linear time
            every = every[order]
            new = changes(every)
            target_of = np.empty(len(every), np.int64)
            target_of[order] = np.cumsum(new) - 1
            return every[new], [target_of[a:b] for a, b in pairwise(ends)]
        if len(parts) == 1:
            return parts[0], [np.arange(len(parts[0]))]
        texts = list(chain.from_iterable(parts))
        together = list(dict.fromkeys(sorted(texts)))  # the sort merges presorted runs in linear time, too
        place = dict(zip(together, range(len(together)), strict=True))
        target_of = np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))
        return together, [target_of[a:b] for a, b in pairwise(ends)]

    def _lists(self, ranges: Sequence[tuple[int, int]], places: Sequence[Int64s]) -> tuple[PostingLists, Bools]:
        """The lists of a stretch's terms that any live document has, and bool[terms]: which these are."""
        parts, ords = [], []
        for source, (first, last), place_of, new_doc_ids, release in zip(
            self._sources, ranges, places, self._new_doc_ids, self._releases, strict=True
        ):
            if first < last:
                lists = source.lists(first, last)
                release()
                lists = replace(lists, doc_ids=new_doc_ids[lists.doc_ids])
                live: Bools = lists.doc_ids >= 0
                parts.append(lists if live.all() else lists.filter_postings(live))
                ords.append(place_of)
        lists, ord_of = concat(parts), np.concatenate(ords)
        order = np.argsort(ord_of, kind="stable")  # merges presorted runs in linear time
        order = order[np.diff(lists.starts)[order] > 0]
        lists, ord_of = lists.take(order), ord_of[order]
        new = changes(ord_of)
        kept = np.zeros(max(int(part.max(initial=-1)) for part in places) + 1, bool)
        kept[ord_of[new]] = True
        return replace(lists, starts=np.append(lists.starts[:-1][new], lists.starts[-1])), kept
