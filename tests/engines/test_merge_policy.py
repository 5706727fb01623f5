"""Which segments and runs become one: few segments, and no document encoded twice by one commit."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.codec.api import SegmentInfo
from searchkit.engines.whoosh.indexing.merge_policy import MAX_DOCUMENTS, Merge, choose_merges

sizes = st.lists(st.integers(1, MAX_DOCUMENTS) | st.integers(1, 20), max_size=8)


def infos(sizes: list[int]) -> list[SegmentInfo]:
    return [SegmentInfo(f"{number}", size) for number, size in enumerate(sizes)]


def merged(segments: list[int], runs: list[int]) -> list[tuple[list[int], list[int]]]:
    """The sizes of the segments and of the runs of each merge that is needed."""
    merges = [merge for merge in choose_merges(infos(segments), infos(runs)) if merge.is_needed]
    return [([s.live for s in merge.segments], [run.live for run in merge.runs]) for merge in merges]


def test_runs_become_one_segment() -> None:
    assert merged([], [10, 10, 7]) == [([], [10, 10, 7])]


def test_a_run_is_merged_with_smaller_segments_that_outweigh_it_together() -> None:
    assert merged([1000, 20, 12], [30]) == [([20, 12], [30])]
    assert merged([1000, 20, 9], [30]) == [([], [30])]


def test_a_segment_that_smaller_ones_outweigh_once_there_is_a_run_is_merged_with_them() -> None:
    assert merged([1000, 20, 12], [15]) == [([20, 12], [15])]


def test_a_larger_segment_stays_as_it_is() -> None:
    assert merged([1000], [100]) == [([], [100])]


def test_no_merge_is_larger_than_the_largest_segment() -> None:
    assert merged([], [40_000, 20_000, 10_000]) == [([], [40_000, 20_000]), ([], [10_000])]
    assert merged([60_000], [30_000, 30_000]) == [([], [30_000, 30_000])]


def test_a_half_deleted_segment_is_written_anew_and_an_empty_one_dropped() -> None:
    half = SegmentInfo("half", 10, tuple(range(6)))
    empty = SegmentInfo("empty", 2, (0, 1))
    assert choose_merges([half, empty], []) == [Merge(segments=(half,))]
    assert Merge(segments=(half,)).is_needed


@given(sizes, sizes)
def test_each_source_is_in_one_merge_and_every_segment_outweighs_all_smaller_ones(
    segments: list[int], runs: list[int]
) -> None:
    merges = choose_merges(infos(segments), infos(runs))
    assert sorted(s.live for merge in merges for s in merge.segments) == sorted(segments)
    assert sorted(run.live for merge in merges for run in merge.runs) == sorted(runs)
    by_size = sorted(merge.live for merge in merges)
    smaller = accumulate(by_size, initial=0)
    assert all(size > total or size + total > MAX_DOCUMENTS for size, total in zip(by_size, smaller, strict=False))
    assert all(merge.live <= MAX_DOCUMENTS for merge in merges)
