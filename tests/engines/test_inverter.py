"""Occurrences as they come become posting lists, sorted by radix."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.indexing.inverter import posting_lists, stable_order

documents = st.lists(st.lists(st.integers(0, 2**40), max_size=9), max_size=9)


@pytest.mark.parametrize("with_positions", [True, False])
@given(texts=documents)
def test_occurrences_become_posting_lists(texts: list[list[int]], with_positions: bool) -> None:
    terms_of = np.array([term for text in texts for term in text], np.int64)
    counts = np.array([len(text) for text in texts], np.int64)
    order = stable_order(terms_of)
    places = np.cumsum(counts) - counts
    numbers = np.repeat(np.arange(len(texts), dtype=np.uint16), counts)
    terms, lists = posting_lists(order, terms_of[order], numbers, places if with_positions else None)
    occurrences = {(term, d, position) for d, text in enumerate(texts) for position, term in enumerate(text)}
    expected: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for term, document, position in sorted(occurrences):
        expected[term][document].append(position)
    assert terms.tolist() == sorted(expected)
    places = [posting for term in sorted(expected) for posting in expected[term].items()]
    assert lists.starts.tolist() == np.cumsum([0, *(len(expected[term]) for term in sorted(expected))]).tolist()
    assert lists.doc_ids.tolist() == [document for document, _ in places]
    assert lists.freqs.tolist() == [len(positions) for _, positions in places]
    assert lists.positions.tolist() == [p for _, positions in places if with_positions for p in positions]


@pytest.mark.parametrize(("kind", "bits"), [(np.uint16, 15), (np.int32, 30), (np.int64, 50), (np.uint64, 63)])
def test_a_stable_order_by_radix_is_that_by_comparing(kind: type[np.integer], bits: int) -> None:
    top = 1 << bits
    keys = np.array([top, 5, top, 0, 5, 70_000 % top] * 1000, kind)
    assert stable_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()
