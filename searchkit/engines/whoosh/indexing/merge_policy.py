"""Which segments become one.

Every segment has more than ``FACTOR`` times the documents of all smaller ones together, so N documents that came b at
a time are in at most about log5(N / b) segments. New runs are merged at once, with the segments that they outweigh so,
so that nothing is encoded twice by one commit.

Write amplification: a commit writes anew only what its runs lead to, so a document is written log(N / b) times, not
once a commit. Simulated, 5,000 commits of 100 documents each to an empty index, and as many to one of 500,000: 13 and
16 documents are written for each new one, there are 3.6 and 4.1 segments on average and 5 and 6 at the most. A factor
of 1 would write 7 and 8, and leave 12 and 13 segments, each of which costs every term of every query a look-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from searchkit.engines.whoosh.codec.api import SegmentInfo

FACTOR = 4
"""How many times all smaller segments together a segment is larger."""

MAX_DOCUMENTS = 1 << 20
"""No merge makes a larger segment, unless one run alone is larger: what is known of each document is in memory."""

MAX_BYTES = 1 << 32
"""Nor one of so many bytes, since 32 bits say where something is in a block of a segment."""

_RUN_SHARE = 0.5
"""At most so much of a run's bytes is in one block of a segment: postings are not packed in a run."""


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

    def fits(self, bytes_of: Mapping[str, int]) -> bool:
        """Whether it may be one segment, given the bytes of each file by id."""
        packed = sum(bytes_of[segment.id] for segment in self.segments)
        unpacked = sum(bytes_of[run.id] for run in self.runs)
        return self.live <= MAX_DOCUMENTS and packed + unpacked * _RUN_SHARE < MAX_BYTES

    def __or__(self, other: Merge) -> Merge:
        return Merge((*self.segments, *other.segments), (*self.runs, *other.runs))


def choose_merges(
    segments: Sequence[SegmentInfo], runs: Sequence[SegmentInfo], bytes_of: Mapping[str, int]
) -> list[Merge]:
    """Every segment of the next commit as a merge, in order; those that are not ``is_needed`` stay as they are.

    Args:
        segments: the segments of the last commit; those without live documents are dropped.
        runs: in the order in which they were written, none of them empty.
        bytes_of: of the file of each segment and run, by id.
    """
    merges = [Merge(segments=(segment,)) for segment in segments if segment.live]
    merges += _grouped(runs, bytes_of)
    while outweighed := _outweighed(merges, bytes_of):
        together = Merge()
        for merge in outweighed:
            together |= merge
        merges = [*(merge for merge in merges if merge not in outweighed), together]
    return merges


def _grouped(runs: Sequence[SegmentInfo], bytes_of: Mapping[str, int]) -> Iterator[Merge]:
    """The runs in groups that fit into one segment; one that does not stays alone."""
    group = Merge()
    for run in runs:
        longer = group | Merge(runs=(run,))
        if group.runs and not longer.fits(bytes_of):
            yield group
            longer = Merge(runs=(run,))
        group = longer
    if group.runs:
        yield group


def _outweighed(merges: Sequence[Merge], bytes_of: Mapping[str, int]) -> list[Merge]:
    """The smallest ones up to the last that all smaller ones together outweigh, if they fit into one segment."""
    by_size = sorted(merges, key=lambda merge: merge.live)
    together = Merge()
    count = 0
    for number, merge in enumerate(by_size):
        smaller = together.live
        together |= merge
        if number and merge.live <= FACTOR * smaller and together.fits(bytes_of):
            count = number + 1
    return [merge for merge in merges if merge in by_size[:count]]
