"""Here is a run and what was judged: how good is it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from searchkit.errors import MissingDependency
from searchkit.evaluation.collection import Collection
from searchkit.evaluation.report import Estimate, falling_scores

DEPTH = 10
"""How many documents of each query the measures look at."""

_RESAMPLES = 2_000
_SEED = 0
METHOD = f"bootstrap over queries, {_RESAMPLES:,} resamples, seed {_SEED}"
"""Where the intervals come from."""

_MEASURES = {"MRR@10": "RR@10", "nDCG@10": "nDCG@10", "Recall@10": "R@10", "Success@1": "Success@1"}
"""Each measure as people call it, and as ir-measures does."""


def check_installed() -> None:
    """Say so before anything is indexed."""
    if find_spec("ir_measures") is None:
        raise MissingDependency("ir-measures is not installed", "run: pip install ir-measures")


def measured(collection: Collection, run: Mapping[str, Sequence[str]]) -> dict[str, Estimate]:
    """Each measure's mean over the judged queries, a query that finds nothing counting as 0.

    The measures are trec_eval's, by ir-measures. The intervals are percentiles of the means of resampled queries (Efron
    and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).

    Args:
        collection: what was judged.
        run: the documents that each query found, best first.
    """
    import ir_measures  # an optional package, and 250 ms

    # as ASCII, since trec_eval fails on a path that is no text
    qrels = [ir_measures.Qrel(ascii(j.query), ascii(j.document), j.relevance) for j in collection.judgements]
    scored = [
        ir_measures.ScoredDoc(ascii(query), ascii(path), float(score))
        for query, paths in run.items()
        for path, score in zip(paths, falling_scores(paths), strict=True)
    ]
    names = {ir_measures.parse_measure(name): shown for shown, name in _MEASURES.items()}
    values: dict[str, list[float]] = {shown: [] for shown in _MEASURES}
    for metric in ir_measures.iter_calc(list(names), qrels, scored):
        values[names[metric.measure]].append(metric.value)
    return {shown: _estimate(sorted(of_queries)) for shown, of_queries in values.items()}


def _estimate(values: Sequence[float]) -> Estimate:
    import numpy as np  # 80 ms

    sample, random = np.array(values), np.random.default_rng(_SEED)
    means = [sample[random.integers(len(sample), size=len(sample))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(sample.mean()), float(low), float(high))
