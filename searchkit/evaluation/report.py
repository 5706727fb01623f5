"""The result of an evaluation, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries, and the bounds of its 95 % confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The quality of search on a test collection.

    Attributes:
        task: the name of the collection.
        documents: the number of documents in the index.
        judged: the number of queries with judgements; the measures are means over these.
        measures: the estimates by the name of the measure, such as ``MRR@10``.
        method: how the confidence intervals were computed.
        run: the ranked documents of each query, best first, by query id.
        indexing_seconds: the wall time of indexing the documents, or of opening the index.
        searching_seconds: the wall time of all queries.
    """

    task: str
    documents: int
    judged: int
    measures: Mapping[str, Estimate]
    method: str
    run: Mapping[str, tuple[str, ...]]
    indexing_seconds: float
    searching_seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as ``searchkit eval --format json`` prints it, without the run."""
        return {
            "task": self.task,
            "documents": self.documents,
            "queries": len(self.run),
            "judged": self.judged,
            "measures": {
                name: {bound: round(getattr(estimate, bound), 6) for bound in ("mean", "low", "high")}
                for name, estimate in self.measures.items()
            },
            "confidence": 0.95,
            "method": self.method,
            "indexing_seconds": round(self.indexing_seconds, 3),
            "searching_seconds": round(self.searching_seconds, 3),
        }

    def trec_run(self) -> str:
        """The run in TREC format, one line per document: ``query Q0 document rank score searchkit``."""
        return "".join(
            f"{query} Q0 {path} {rank} {score} searchkit\n"
            for query, paths in self.run.items()
            for rank, (path, score) in enumerate(zip(paths, falling_scores(paths), strict=True), start=1)
        )


def falling_scores(paths: Sequence[str]) -> range:
    """Descending scores: trec_eval and similar programs sort by score, and break ties by document id."""
    return range(len(paths), 0, -1)
