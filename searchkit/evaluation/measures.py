"""Measures of a run: those of trec_eval, with confidence intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

import numpy as np

from searchkit.errors import MissingDependency
from searchkit.evaluation.collection import Collection
from searchkit.evaluation.report import Estimate, falling_scores
from searchkit.messages import _

DEPTH = 10
"""The cut-off of the measures: the number of top documents of each query that they consider."""

_RESAMPLES = 2_000
_AT_ONCE = 1 << 18
"""Values that are drawn at once."""
_SEED = 0
METHOD = f"bootstrap over queries, {_RESAMPLES:,} resamples, seed {_SEED}"
"""How the confidence intervals are computed."""

_MEASURES = {"MRR@10": "recip_rank", "nDCG@10": "ndcg_cut_10", "Recall@10": "recall_10", "Success@1": "success_1"}
"""trec_eval's name of each measure. ``recip_rank`` has no cut-off, so the run is cut off before."""


def check_installed() -> None:
    """Raise an exception before the documents are indexed, if the package of the measures is missing."""
    if find_spec("pytrec_eval") is None:
        raise MissingDependency(_("pytrec-eval-terrier is not installed"), _("run: pip install pytrec-eval-terrier"))


def measure_run(collection: Collection, run: Mapping[str, Sequence[str]]) -> dict[str, Estimate]:
    """The mean of each measure over the judged queries; a query without results counts as 0.

    The measures are those of trec_eval, by pytrec_eval. The intervals are percentiles of the means of resampled queries
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).

    Args:
        collection: the judgements.
        run: the ranked documents of each query, best first, by query id.
    """
    by_query = _values_by_query(collection, run)
    columns = {name: [values.get(trec_name, 0.0) for values in by_query] for name, trec_name in _MEASURES.items()}
    return {name: _estimate(sorted(values)) for name, values in columns.items()}


def _values_by_query(collection: Collection, run: Mapping[str, Sequence[str]]) -> list[Mapping[str, float]]:
    """The measures of each judged query, by trec_eval's names; empty for a query without results."""
    import pytrec_eval  # optional

    judged: dict[str, dict[str, int]] = {}
    for judgement in collection.judgements:
        judged.setdefault(_key(judgement.query), {})[_key(judgement.document)] = judgement.relevance
    scored = {_key(query): _scored(paths[:DEPTH]) for query, paths in run.items() if paths}
    evaluated = pytrec_eval.RelevanceEvaluator(judged, set(_MEASURES.values())).evaluate(scored)
    return [evaluated.get(query, {}) for query in judged]


def _scored(paths: Sequence[str]) -> dict[str, float]:
    return {_key(path): float(score) for path, score in zip(paths, falling_scores(paths), strict=True)}


def _key(text_id: str) -> str:
    """An id in ASCII: trec_eval cannot encode paths with surrogates."""
    return ascii(text_id)


def _estimate(values: Sequence[float]) -> Estimate:
    sample, random = np.array(values), np.random.default_rng(_SEED)
    rows = max(_AT_ONCE // len(sample), 1)
    parts = (min(rows, _RESAMPLES - at) for at in range(0, _RESAMPLES, rows))
    means = np.concatenate([sample[random.integers(len(sample), size=(n, len(sample)))].mean(axis=1) for n in parts])
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(sample.mean()), float(low), float(high))
