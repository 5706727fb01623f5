"""Recency: what a document's age leaves of its score."""

from __future__ import annotations

import numpy as np

from searchkit.engines.arrays import Float64s, Int64s
from searchkit.engines.dates import NO_DATE

UNDATED_FRESHNESS = 0.1
"""The factor of a post without a date, where age counts."""


def freshness(dates: Int64s, recency: tuple[int, int]) -> Float64s:
    """float64[n]: the factor of each document's score, half after a half-life.

    Args:
        dates: int64[n], microseconds since 1970, or ``NO_DATE``.
        recency: an instant and the half-life, both in microseconds.

    >>> freshness(np.array([100, 90, NO_DATE]), (100, 10)).tolist()
    [1.0, 0.5, 0.1]
    """
    now, half_life = recency
    decay: Float64s = np.exp2(-np.maximum(now - dates, 0) / half_life)
    return np.where(dates == NO_DATE, UNDATED_FRESHNESS, decay)
