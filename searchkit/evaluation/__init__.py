"""Evaluation: the quality of search, measured by queries with relevance judgements."""

from searchkit.evaluation.runs import evaluate

__all__ = ["evaluate"]
