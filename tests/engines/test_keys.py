"""Texts close to each other, by the keys of their places."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.keys import POSITION_BITS, documents_near

POSITIONS = st.sets(st.integers(0, 60), min_size=1).map(sorted)
BETWEEN = st.integers(0, 8)


@given(POSITIONS, POSITIONS, BETWEEN)
def test_two_texts_are_near_where_some_pair_of_them_is(first: list[int], second: list[int], between: int) -> None:
    pairs = [(min(a, b), 2 if a < b else 3, max(a, b)) for a in first for b in second]
    is_near = any(late - (early + length) <= between for early, length, late in pairs)
    assert documents_near([np.array(first), np.array(second)], [2, 3], [1, 1], between).tolist() == [0] * is_near


@given(st.lists(st.tuples(POSITIONS, POSITIONS, POSITIONS), min_size=1, max_size=4), st.integers(1, 2), BETWEEN)
def test_each_document_is_near_for_itself(documents: list[tuple[list[int], ...]], times: int, between: int) -> None:
    def near(places: list[tuple[int, tuple[list[int], ...]]]) -> list[int]:
        keys = [np.array([n << POSITION_BITS | at for n, texts in places for at in texts[text]]) for text in range(3)]
        return documents_near(keys, [1, 2, 3], [times, 1, 1], between).tolist()

    numbered = list(enumerate(documents))
    assert near(numbered) == [number for place in numbered for number in near([place])]


def test_texts_that_are_near_by_way_of_others() -> None:
    chain = [np.array([0]), np.array([4]), np.array([8])]
    assert documents_near(chain, [1, 1, 1], [1, 1, 1], 3).tolist() == [0]
    assert documents_near(chain[::2], [1, 1], [1, 1], 3).tolist() == []
    assert documents_near([np.array([0, 1]), np.array([3])], [1, 1], [3, 1], 3).tolist() == []
    assert documents_near([np.array([0]), np.array([], int)], [1, 1], [1, 1], 3).tolist() == []
