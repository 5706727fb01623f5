"""Keys: a document's number and a position in its text as one number.

Keys ascend with documents and, within each, with positions, so the places of a text in many documents are one sorted
array, and distances are differences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s, distinct, no_int64s

POSITION_BITS = 32
"""A key is ``document << POSITION_BITS | position``."""

POSITION = (1 << POSITION_BITS) - 1
"""The bits of a key that are the position."""


def documents_near(keys: Sequence[Int64s], lengths: Sequence[int], times: Sequence[int], between: int) -> DocIds:
    """int64[n]: the documents with a cluster of occurrences that has every text.

    Occurrences are clustered that are no more than ``between`` apart; a document is kept for a complete cluster.

    Args:
        keys: of each text int64[n], ascending: where it begins.
        lengths: of each text, in unigrams.
        times: how often each must be in the cluster.
        between: the most unigrams between one occurrence of a cluster and the next.

    >>> documents_near([np.array([0, 40]), np.array([44])], [2, 2], [1, 1], 2).tolist()
    [0]
    """
    if not all(map(len, keys)):
        return no_int64s()
    starts = np.concatenate(keys)
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    sizes = [len(part) for part in keys]
    ends = starts + np.repeat([length - 1 for length in lengths], sizes)[order]
    text_of = np.repeat(np.arange(len(keys)), sizes)[order]
    reach = np.maximum.accumulate(ends)
    cluster_of = np.cumsum(np.append(False, starts[1:] - reach[:-1] > between + 1))
    complete = np.ones(int(cluster_of[-1]) + 1, bool)
    for number, least in enumerate(times):
        complete &= np.bincount(cluster_of[text_of == number], minlength=len(complete)) >= least
    return distinct(starts[complete[cluster_of]] >> POSITION_BITS)
