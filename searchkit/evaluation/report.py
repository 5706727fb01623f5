"""What an evaluation found: plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries, and the interval that holds the true one with 95 % confidence."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the search finds what was judged.

    Attributes:
        task: the name of the judged collection.
        documents: how many were searched.
        judged: queries with judgements; the measures are means over these.
        measures: by name, as ``MRR@10``.
        method: where the intervals come from.
        run: the documents that each query found, best first, by the query's identifier.
        indexing_seconds: wall time until the documents could be searched.
        searching_seconds: wall time of all queries.
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
        """The evaluation as ``searchkit eval --format json`` prints it; the run is left out."""
        return {
            "task": self.task,
            "documents": self.documents,
            "queries": len(self.run),
            "judged": self.judged,
            "measures": {
                name: {"mean": round(found.mean, 6), "low": round(found.low, 6), "high": round(found.high, 6)}
                for name, found in self.measures.items()
            },
            "confidence": 0.95,
            "method": self.method,
            "indexing_seconds": round(self.indexing_seconds, 3),
            "searching_seconds": round(self.searching_seconds, 3),
        }

    def trec_run(self) -> str:
        """The run as trec_eval reads it: ``query Q0 document rank score searchkit``, a line a document."""
        return "".join(
            f"{query} Q0 {path} {rank} {score} searchkit\n"
            for query, paths in self.run.items()
            for rank, (path, score) in enumerate(zip(paths, falling_scores(paths), strict=True), start=1)
        )


def falling_scores(paths: Sequence[str]) -> range:
    """Scores that keep the order: trec_eval and its kin sort by score, and break ties their own way."""
    return range(len(paths), 0, -1)
