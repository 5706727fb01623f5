"""Which segments and runs become one: few segments, and no document encoded twice by one commit."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.codec.api import SegmentInfo
from searchkit.engines.whoosh.indexing import merge_policy
from searchkit.engines.whoosh.indexing.merge_policy import FACTOR, MAX_DOCUMENTS, Merge, choose_merges

sizes = st.lists(st.integers(1, MAX_DOCUMENTS) | st.integers(1, 20), max_size=8)


def infos(sizes: list[int], kind: str) -> list[SegmentInfo]:
    return [SegmentInfo(f"{kind}{number}", size) for number, size in enumerate(sizes)]


def chosen(segments: list[int], runs: list[int], bytes_each: int = 1) -> list[Merge]:
    old, new = infos(segments, "s"), infos(runs, "r")
    return choose_merges(old, new, {info.id: bytes_each for info in (*old, *new)})


def merged(segments: list[int], runs: list[int], bytes_each: int = 1) -> list[tuple[list[int], list[int]]]:
    """The sizes of the segments and of the runs of each merge that is needed."""
    merges = [merge for merge in chosen(segments, runs, bytes_each) if merge.is_needed]
    return [([s.live for s in merge.segments], [run.live for run in merge.runs]) for merge in merges]


def test_runs_become_one_segment() -> None:
    assert merged([], [10, 10, 7]) == [([], [10, 10, 7])]
    assert merged([], [4_000] * 125) == [([], [4_000] * 125)]


@pytest.mark.parametrize(
    ("segments", "run", "with_it"),
    [
        ([5000], 100, []),
        ([5000, 300], 30, []),
        ([5000, 120], 30, [120]),
        ([5000, 120, 70], 30, [120, 70]),
        ([1000, 70, 120], 60, [1000, 70, 120]),
    ],
)
def test_a_run_is_merged_with_the_segments_that_it_and_smaller_ones_outweigh(
    segments: list[int], run: int, with_it: list[int]
) -> None:
    assert merged(segments, [run]) == [(with_it, [run])]


def test_no_merge_is_larger_than_a_segment_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_policy, "MAX_DOCUMENTS", 65)
    assert merged([], [40, 20, 10]) == [([], [40, 20]), ([], [10])]
    assert merged([60], [30, 30]) == [([], [30, 30])]


def test_no_block_of_a_segment_is_longer_than_its_offsets_reach() -> None:
    assert merged([], [10, 10, 10], 3 << 30) == [([], [10, 10]), ([], [10])]
    assert merged([10], [10], 3 << 30) == [([], [10])]


def test_a_half_deleted_segment_is_written_anew_and_an_empty_one_dropped() -> None:
    half = SegmentInfo("half", 10, tuple(range(6)))
    empty = SegmentInfo("empty", 2, (0, 1))
    assert choose_merges([half, empty], [], {"half": 1, "empty": 1}) == [Merge(segments=(half,))]
    assert Merge(segments=(half,)).is_needed


@given(sizes, sizes)
def test_each_source_is_in_one_merge_and_every_segment_outweighs_all_smaller_ones(
    segments: list[int], runs: list[int]
) -> None:
    merges = chosen(segments, runs)
    assert sorted(s.live for merge in merges for s in merge.segments) == sorted(segments)
    assert sorted(run.live for merge in merges for run in merge.runs) == sorted(runs)
    by_size = sorted(merge.live for merge in merges)
    smaller = accumulate(by_size, initial=0)
    assert all(
        size > FACTOR * total or size + total > MAX_DOCUMENTS for size, total in zip(by_size, smaller, strict=False)
    )
    assert all(merge.live <= MAX_DOCUMENTS for merge in merges)


def test_daily_posts_are_written_a_few_times_each_and_leave_few_segments() -> None:
    sizes, written, counts = [50_000], 0, []
    for _ in range(1_000):
        merges = chosen(sizes, [100])
        written += sum(merge.live for merge in merges if merge.is_needed)
        sizes = [merge.live for merge in merges]
        counts.append(len(sizes))
    assert written < 16 * 1_000 * 100
    assert max(counts) <= 6
