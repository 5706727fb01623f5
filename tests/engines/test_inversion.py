"""Terms as they come, sorted into posting lists."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.inversion import inverted, stable_order

occurrences = st.sets(st.tuples(st.integers(0, 2**40), st.integers(0, 9), st.integers(0, 2**20)), max_size=30)


@pytest.mark.parametrize("word_bits", [63, 8])
@pytest.mark.parametrize("with_positions", [True, False])
@given(occurrences=occurrences)
def test_posting_lists(occurrences: set[tuple[int, int, int]], word_bits: int, with_positions: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("searchkit.engines.whoosh.inversion._WORD_BITS", word_bits)
        columns = np.array(sorted(occurrences, key=lambda o: o[1:]), np.int64).reshape(-1, 3).T
        terms, lists = inverted(columns[0], columns[1], columns[2] if with_positions else columns[2][:0])
    expected: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for term, document, position in sorted(occurrences):
        expected[term][document].append(position)
    assert terms.tolist() == sorted(expected)
    places = [posting for term in sorted(expected) for posting in expected[term].items()]
    assert lists.starts.tolist() == np.cumsum([0, *(len(expected[term]) for term in sorted(expected))]).tolist()
    assert lists.documents.tolist() == [document for document, _ in places]
    assert lists.frequencies.tolist() == [len(positions) for _, positions in places]
    assert lists.positions.tolist() == [p for _, positions in places if with_positions for p in positions]


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_a_stable_order(kind: type[np.signedinteger]) -> None:
    keys = np.array([2**30, 5, 2**30, 0, 5] * 1000, kind)
    assert stable_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()
