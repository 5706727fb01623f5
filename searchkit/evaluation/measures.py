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

_MEASURES = {"MRR@10": "recip_rank", "nDCG@10": "ndcg_cut_10", "Recall@10": "recall_10", "Success@1": "success_1"}
"""Each measure as people call it, and as trec_eval does; to reciprocal ranks it gives no depth, so the run is cut."""


def check_installed() -> None:
    """Say so before anything is indexed."""
    if find_spec("pytrec_eval") is None:
        raise MissingDependency("pytrec-eval-terrier is not installed", "run: pip install pytrec-eval-terrier")


def measured(collection: Collection, run: Mapping[str, Sequence[str]]) -> dict[str, Estimate]:
    """Each measure's mean over the judged queries, a query that finds nothing counting as 0.

    The measures are trec_eval's, by pytrec_eval. The intervals are percentiles of the means of resampled queries (Efron
    and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).

    Args:
        collection: what was judged.
        run: the documents that each query found, best first.
    """
    by_query = _by_query(collection, run)
    columns = {shown: [values[name] if values else 0.0 for values in by_query] for shown, name in _MEASURES.items()}
    return {shown: _estimate(sorted(values)) for shown, values in columns.items()}


def _by_query(collection: Collection, run: Mapping[str, Sequence[str]]) -> list[Mapping[str, float]]:
    """trec_eval's values for each judged query; none for a query that finds nothing, which trec_eval leaves out."""
    import pytrec_eval  # an optional package

    judged: dict[str, dict[str, int]] = {}
    for judgement in collection.judgements:
        judged.setdefault(_key(judgement.query), {})[_key(judgement.document)] = judgement.relevance
    scored = {_key(query): _scored(paths[:DEPTH]) for query, paths in run.items() if paths}
    found = pytrec_eval.RelevanceEvaluator(judged, set(_MEASURES.values())).evaluate(scored)
    return [found.get(query, {}) for query in judged]


def _scored(paths: Sequence[str]) -> dict[str, float]:
    return {_key(path): float(score) for path, score in zip(paths, falling_scores(paths), strict=True)}


def _key(identifier: str) -> str:
    """The identifier in ASCII, since trec_eval fails on a path that is no text."""
    return ascii(identifier)


def _estimate(values: Sequence[float]) -> Estimate:
    import numpy as np  # 80 ms

    sample, random = np.array(values), np.random.default_rng(_SEED)
    means = [sample[random.integers(len(sample), size=len(sample))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(sample.mean()), float(low), float(high))
