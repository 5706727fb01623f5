"""Occurrences as they come become posting lists."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.whoosh.indexing.inverter import posting_lists

few_terms = st.lists(st.lists(st.integers(0, 2**20), max_size=9), max_size=9)
wide_terms = st.lists(st.lists(st.integers(2**63 - 3, 2**63), max_size=9), max_size=9)


@pytest.mark.parametrize("position_bits", [0, 4, 20])
@given(texts=few_terms | wide_terms)
def test_occurrences_become_posting_lists(texts: list[list[int]], position_bits: int) -> None:
    terms_of = np.array([term for text in texts for term in text], np.uint64)
    places = [(d, position) for d, text in enumerate(texts) for position in range(len(text))]
    keys = np.array([d << position_bits | (position if position_bits else 0) for d, position in places], np.uint32)
    terms, lists = posting_lists(terms_of, keys, position_bits)
    occurrences = {(term, d, position) for d, text in enumerate(texts) for position, term in enumerate(text)}
    expected: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for term, document, position in sorted(occurrences):
        expected[term][document].append(position)
    assert terms.tolist() == sorted(expected)
    postings = [posting for term in sorted(expected) for posting in expected[term].items()]
    assert lists.starts.tolist() == np.cumsum([0, *(len(expected[term]) for term in sorted(expected))]).tolist()
    assert lists.doc_ids.tolist() == [document for document, _ in postings]
    assert lists.freqs.tolist() == [len(positions) for _, positions in postings]
    assert lists.positions.tolist() == [p for _, positions in postings if position_bits for p in positions]
