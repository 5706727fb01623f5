"""OpenSearch's query language: the clauses that searchkit needs, as the JSON that a request holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Clause = dict[str, Any]
"""A query of OpenSearch. Clauses are built once and never changed, so that they may share parts."""

EVERYTHING: Clause = {"match_all": {}}
NOTHING: Clause = {"match_none": {}}


def term(field: str, value: str | int) -> Clause:
    """The documents whose field has a token, a value or a number."""
    return {"term": {field: {"value": value}}}


def terms(field: str, values: Sequence[str | int]) -> Clause:
    """The documents whose field has any of some values; nothing without any."""
    return {"terms": {field: list(values)}} if values else NOTHING


def exists(field: str) -> Clause:
    """The documents that have a field."""
    return {"exists": {"field": field}}


def prefix(field: str, text: str) -> Clause:
    """The documents whose field has a token that begins so."""
    return {"prefix": {field: {"value": text}}}


def phrase(field: str, tokens: Sequence[str]) -> Clause:
    """The documents that have tokens at consecutive positions; at least one."""
    if len(tokens) == 1:
        return term(field, tokens[0])
    return {"match_phrase": {field: " ".join(tokens)}}


def phrase_prefix(field: str, tokens: Sequence[str], last: str) -> Clause:
    """The documents that have tokens at consecutive positions, and behind them one that begins with ``last``."""
    if not tokens:
        return prefix(field, last)
    return {"match_phrase_prefix": {field: {"query": " ".join((*tokens, last)), "max_expansions": _EVERY_EXPANSION}}}


_EVERY_EXPANSION = 2**31 - 1
_FAR = 2**31 - 2  # more positions than a document has


def phrase_behind(field: str, mark: str, tokens: Sequence[str]) -> Clause:
    """The documents that have tokens at consecutive positions somewhere behind the token ``mark``."""
    stretch = phrase_span(field, tokens)
    return {"span_near": {"clauses": [{"span_term": {field: mark}}, stretch], "slop": _FAR, "in_order": True}}


def phrase_span(field: str, tokens: Sequence[str]) -> Clause:
    """Where tokens are at consecutive positions, at least one."""
    spans: list[Clause] = [{"span_term": {field: token}} for token in tokens]
    return spans[0] if len(spans) == 1 else {"span_near": {"clauses": spans, "slop": 0, "in_order": True}}


def between(field: str, first: int | None, last: int | None) -> Clause:
    """The documents whose number lies between two bounds, both included; None for no bound."""
    bounds = {name: bound for name, bound in (("gte", first), ("lte", last)) if bound is not None}
    return {"range": {field: bounds}} if bounds else exists(field)


def ids(values: Sequence[str]) -> Clause:
    """The documents with these ids."""
    return {"ids": {"values": list(values)}} if values else NOTHING


def all_of(clauses: Sequence[Clause], without: Sequence[Clause] = ()) -> Clause:
    """The documents that match every clause and none of the others, none of them scored."""
    wanted = [clause for clause in clauses if clause != EVERYTHING]
    if not without:
        if len(wanted) < 2:
            return wanted[0] if wanted else EVERYTHING
        return {"bool": {"filter": wanted}}
    bool_query: Clause = {"must_not": list(without)}
    if wanted:
        bool_query["filter"] = wanted
    return {"bool": bool_query}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """The documents that match any clause."""
    found = [clause for clause in clauses if clause != NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return {"bool": {"should": found, "minimum_should_match": 1}}


def none_of(clause: Clause) -> Clause:
    """The documents that do not match a clause."""
    return {"bool": {"must_not": [clause]}}


def named(clause: Clause, name: str) -> Clause:
    """The same documents; each hit says by this name that it matches."""
    return {"bool": {"filter": [clause], "_name": name}}


def constant(clause: Clause) -> Clause:
    """The same documents, all scored 0."""
    return {"bool": {"filter": [clause]}}
