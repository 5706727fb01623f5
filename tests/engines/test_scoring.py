"""The formulas that both engines score by, beside others that are slow and plain."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.dates import NO_DATE
from searchkit.engines.keys import POSITION_BITS
from searchkit.engines.scoring.bm25 import idf
from searchkit.engines.scoring.proximity import MAX_WORDS, WEIGHT, proximity, rarest
from searchkit.engines.scoring.recency import freshness

PLACES = st.lists(st.sets(st.integers(0, 50)), min_size=3, max_size=3)
"""Where each of three words is in a document."""


@given(st.lists(PLACES, min_size=1, max_size=4), st.lists(st.floats(0.1, 20), min_size=3, max_size=3))
def test_proximity_sums_the_least_distance_of_each_pair(documents: list[list[set[int]]], weights: list[float]) -> None:
    keys = [
        np.array([number << POSITION_BITS | at for number, words in enumerate(documents) for at in sorted(words[word])])
        for word in range(3)
    ]
    expected = [
        sum(
            WEIGHT * math.sqrt(weights[a] * weights[b]) / (1 + min(abs(x - y) for x in words[a] for y in words[b]) / 10)
            for a, b in combinations(range(3), 2)
            if words[a] and words[b]
        )
        for words in documents
    ]
    assert proximity(weights, [part.astype(np.int64) for part in keys], len(documents)) == pytest.approx(expected)


def test_the_rarest_words_count_in_the_order_of_the_query() -> None:
    words = [f"词{'甲乙丙丁戊己庚辛壬癸'[at]}" for at in range(10)]
    weights = {word: float(at % 7 + 1) for at, word in enumerate(words)}
    found = [word.text for word in rarest(words, weights.__getitem__, 100)]
    assert found == [word for word in words if word not in ("词甲", "词辛")]
    assert len(found) == MAX_WORDS


@pytest.mark.parametrize(
    ("weights", "counted"),
    [
        ({"香港": 1.0, "通关": 2.0}, ["香港", "通关"]),
        ({"香港": 1.0, "通关": 0.0}, []),  # no document has it, and one word has no distance
        ({"香港": 1.0, "docker": idf(9_000, 2_000), "nginx": idf(9_000, 2_001)}, ["香港", "docker"]),
        ({"香港": 1.0, "，": 1.0}, []),
    ],
)
def test_which_words_have_distances(weights: dict[str, float], counted: list[str]) -> None:
    """A Latin word, which is one unigram, if at most 2,000 documents have it."""
    assert [word.text for word in rarest(list(weights), weights.__getitem__, 9_000)] == counted


def test_age_halves_a_score_and_the_future_does_not_double_it() -> None:
    dates = np.array([1_000, 900, 800, 1_100, NO_DATE])
    assert freshness(dates, (1_000, 100)).tolist() == [1.0, 0.5, 0.25, 1.0, 0.1]
