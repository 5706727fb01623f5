"""Which segments become one.

Every segment outweighs all smaller ones together, so there are few of them and a document is merged few times. New
runs are merged at once, together with the segments that they outweigh, so that nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchkit.engines.whoosh.codec.api import SegmentInfo

MAX_DOCUMENTS = 65_536
"""No merge makes a larger segment, unless one run alone is larger."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Segments and runs that become one segment, in this order.

    Attributes:
        segments: segments of the last commit.
        runs: batches that were written since.
    """

    segments: tuple[SegmentInfo, ...] = ()
    runs: tuple[SegmentInfo, ...] = ()

    @property
    def live(self) -> int:
        """How many documents it will have."""
        return sum(source.live for source in (*self.segments, *self.runs))

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do: not for one segment of which less than half is deleted."""
        if self.runs or len(self.segments) != 1:
            return True
        return len(self.segments[0].deleted) > self.segments[0].live

    def __or__(self, other: Merge) -> Merge:
        return Merge((*self.segments, *other.segments), (*self.runs, *other.runs))


def choose_merges(segments: Sequence[SegmentInfo], runs: Sequence[SegmentInfo]) -> list[Merge]:
    """Every segment of the next commit as a merge, in order; those that are not ``is_needed`` stay as they are.

    Args:
        segments: the segments of the last commit; those without live documents are dropped.
        runs: in the order in which they were written, none of them empty.
    """
    merges = [Merge(segments=(segment,)) for segment in segments if segment.live]
    merges += [Merge(runs=group) for group in _grouped(runs)]
    while outweighed := _outweighed(merges):
        together = Merge()
        for merge in outweighed:
            together |= merge
        merges = [*(merge for merge in merges if merge not in outweighed), together]
    return merges


def _grouped(runs: Sequence[SegmentInfo]) -> Iterator[tuple[SegmentInfo, ...]]:
    """The runs in groups of at most ``MAX_DOCUMENTS``; one that is larger stays alone."""
    group: list[SegmentInfo] = []
    total = 0
    for run in runs:
        if group and total + run.live > MAX_DOCUMENTS:
            yield tuple(group)
            group, total = [], 0
        group.append(run)
        total += run.live
    if group:
        yield tuple(group)


def _outweighed(merges: Sequence[Merge]) -> list[Merge]:
    """The smallest ones up to the last that all smaller ones together outweigh, if they fit into one segment."""
    by_size = sorted(merges, key=lambda merge: merge.live)
    total = count = 0
    for number, merge in enumerate(by_size):
        if number and merge.live <= total <= MAX_DOCUMENTS - merge.live:
            count = number + 1
        total += merge.live
    return [merge for merge in merges if merge in by_size[:count]]
