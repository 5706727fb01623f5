"""Integers in few bytes, and sorted arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.arrays import are_among, distinct, expand_ranges
from searchkit.engines.whoosh.numeric.bitpack import bit_widths, pack, unpack

numbers = st.lists(st.integers(0, 99))


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 9))))
def test_packed_integers_come_back(entries: list[tuple[int, int]]) -> None:
    values = np.array([value for value, _ in entries], np.int64)
    widths = bit_widths(values + 1)
    offsets = np.cumsum([0, *(width + gap for width, (_, gap) in zip(widths, entries, strict=True))])
    packed = pack(values, widths, offsets[:-1], int(offsets[-1] + 7) // 8)
    assert unpack(packed, widths, offsets[:-1]).tolist() == values.tolist()


@given(st.integers(1, 2**40))
def test_a_width_holds_every_value_below_its_limit_and_is_the_least_that_does(limit: int) -> None:
    width = int(bit_widths(np.array([limit]))[0])
    assert 2**width >= limit
    assert width == 0 or 2 ** (width - 1) < limit


@given(numbers, numbers.map(sorted))
def test_sorted_arrays(some: list[int], others: list[int]) -> None:
    assert distinct(np.array(others, np.int64)).tolist() == sorted(set(others))
    among = are_among(np.array(some, np.int64), np.array(others, np.int64))
    assert among.tolist() == [value in others for value in some]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5))))
def test_ranges_are_written_out_one_after_the_other(ranges: list[tuple[int, int]]) -> None:
    starts, counts = (np.array([pair[at] for pair in ranges], np.int64) for at in range(2))
    assert expand_ranges(starts, counts).tolist() == [i for start, count in ranges for i in range(start, start + count)]
