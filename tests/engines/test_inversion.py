"""Terms as they come, sorted into posting lists."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.inversion import posting_lists, stable_order

occurrences = st.sets(st.tuples(st.integers(0, 2**40), st.integers(0, 9), st.integers(0, 2**20)), max_size=30)


@pytest.mark.parametrize("with_positions", [True, False])
@given(occurrences=occurrences)
def test_posting_lists(occurrences: set[tuple[int, int, int]], with_positions: bool) -> None:
    columns = np.array(sorted(occurrences, key=lambda o: o[1:]), np.int64).reshape(-1, 3).T
    order = stable_order(columns[0])
    documents, positions = columns[1:].astype(np.int32)
    terms, lists = posting_lists(order, columns[0][order], documents, positions if with_positions else None)
    expected: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for term, document, position in sorted(occurrences):
        expected[term][document].append(position)
    assert terms.tolist() == sorted(expected)
    places = [posting for term in sorted(expected) for posting in expected[term].items()]
    assert lists.starts.tolist() == np.cumsum([0, *(len(expected[term]) for term in sorted(expected))]).tolist()
    assert lists.documents.tolist() == [document for document, _ in places]
    assert lists.frequencies.tolist() == [len(positions) for _, positions in places]
    assert lists.positions.tolist() == [p for _, positions in places if with_positions for p in positions]


@pytest.mark.parametrize(("kind", "bits"), [(np.uint16, 15), (np.int32, 30), (np.int64, 50), (np.uint64, 63)])
def test_a_stable_order(kind: type[np.integer], bits: int) -> None:
    top = 1 << bits
    keys = np.array([top, 5, top, 0, 5, 70_000 % top] * 1000, kind)
    assert stable_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()
