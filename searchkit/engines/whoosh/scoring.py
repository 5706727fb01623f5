"""A Whoosh query tree on whole posting arrays: which documents match, and how well.

The scores are what Whoosh's matchers give for the same weighting, with what they mean where they err: a multi-term
query with ``constantscore`` scores its boost, whatever the number of its terms; ``DisjunctionMax`` looks only at
those parts that match the document, and adds ``tiebreak`` times the scores of all but the best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    ConstantScoreQuery,
    DateRange,
    DisjunctionMax,
    Every,
    Not,
    NumericRange,
    Or,
    Otherwise,
    Query,
    Require,
    Term,
)
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.evaluate import POSITIONAL, Mask, matching, nothing, with_known_ranges
from searchkit.engines.whoosh.expansion import MULTI_TERM, is_every, terms_of
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.spans import has_spans, parts_of
from searchkit.engines.whoosh.weighting import Scores, Weighting


@dataclass(frozen=True, slots=True)
class Scored:
    """The live documents that match a query.

    Attributes:
        documents: int64[n], ascending.
        scores: float64[n], the higher the better.
    """

    documents: npt.NDArray[np.int64]
    scores: Scores


def scored(query: Query, segment: SegmentReader, weighting: Weighting) -> Scored:
    """The documents of a segment that match, with their scores.

    Raises:
        whoosh.query.QueryError: the query asks for positions in a field that has none.
    """
    mask, scores = _scores(query, segment, weighting)
    documents = np.flatnonzero(mask & segment.live)
    return Scored(documents, scores[documents])


_Result = tuple[Mask, Scores]
"""Which documents match, and a score a document: 0 where it does not match."""


def _scores(query: Query, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _SCORING.get(type(query), _stepwise)(query, segment, weighting)


def _constant(mask: Mask, score: float) -> _Result:
    return mask, np.where(mask, score, 0.0)


def _where(mask: Mask, scores: Scores) -> _Result:
    return mask, np.where(mask, scores, 0.0)


def _term(query: Term, segment: SegmentReader, weighting: Weighting) -> _Result:
    mask, scores = nothing(segment), np.zeros(segment.info.documents)
    documents = segment.postings(query.fieldname, query.text).documents
    if len(documents):
        mask[documents] = True
        scores[documents] = query.boost * weighting.scores(query.fieldname, query.text, segment)
    return mask, scores


def _sum(parts: Sequence[Query], segment: SegmentReader, weighting: Weighting) -> Scores:
    total = np.zeros(segment.info.documents)
    for part in parts:
        total += _scores(part, segment, weighting)[1]
    return total


def _boost(query: Query) -> float:
    """What a compound multiplies its parts' scores with: of a single part it is only a wrapper, without a say."""
    return float(query.boost) if len(query.subqueries) > 1 else 1.0


def _and(query: And, segment: SegmentReader, weighting: Weighting) -> _Result:
    mask = matching(query, segment)
    if not mask.any():
        return _constant(mask, 0)
    return _where(mask, _boost(query) * _sum(query.subqueries, segment, weighting))


def _or(query: Or, segment: SegmentReader, weighting: Weighting) -> _Result:
    if query.scale:  # a bonus for the number of terms that match
        return _stepwise(query, segment, weighting)
    return matching(query, segment), _boost(query) * _sum(query.subqueries, segment, weighting)


def _best(query: DisjunctionMax, segment: SegmentReader, weighting: Weighting) -> _Result:
    best = total = np.zeros(segment.info.documents)
    for part in query.subqueries:
        scores = _scores(part, segment, weighting)[1]
        best, total = np.maximum(best, scores), total + scores
    return matching(query, segment), _boost(query) * (best + query.tiebreak * (total - best))


def _first_part(query: AndNot | Require, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _where(matching(query, segment), _scores(query.a, segment, weighting)[1])


def _and_maybe(query: AndMaybe, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _where(matching(query, segment), _sum([query.a, query.b], segment, weighting))


def _otherwise(query: Otherwise, segment: SegmentReader, weighting: Weighting) -> _Result:
    first = _scores(query.a, segment, weighting)
    return first if (first[0] & segment.live).any() else _scores(query.b, segment, weighting)


def _not(query: Not, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _constant(matching(query, segment), 1)


def _boosted(query: Query, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _constant(matching(query, segment), query.boost)


def _constant_score(query: ConstantScoreQuery, segment: SegmentReader, weighting: Weighting) -> _Result:
    return _constant(matching(query, segment), query.score)


def _multi_term(query: Query, segment: SegmentReader, weighting: Weighting) -> _Result:
    if query.constantscore or is_every(query):
        return _boosted(query, segment, weighting)
    terms = [Term(query.fieldname, term) for term in terms_of(query, segment)]
    return matching(query, segment), query.boost * _sum(terms, segment, weighting)


def _positional(query: Query, segment: SegmentReader, weighting: Weighting) -> _Result:
    if not has_spans(query):
        return _stepwise(query, segment, weighting)
    mask = matching(query, segment)
    if not mask.any():
        return _constant(mask, 0)
    # only a phrase has a boost that Whoosh's matchers look at
    boost = query.boost if hasattr(query, "words") else 1.0
    return _where(mask, boost * _sum(parts_of(query), segment, weighting))


def _stepwise(query: Query, segment: SegmentReader, weighting: Weighting) -> _Result:
    from searchkit.engines.whoosh.bridge import step_through  # Whoosh's searcher, which few queries need

    return step_through(with_known_ranges(query, segment), segment, weighting)


_SCORING: dict[type[Query], Callable[[Any, SegmentReader, Weighting], _Result]] = {
    Term: _term,
    And: _and,
    Or: _or,
    DisjunctionMax: _best,
    AndNot: _first_part,
    Require: _first_part,
    AndMaybe: _and_maybe,
    Otherwise: _otherwise,
    Not: _not,
    Every: _boosted,
    NumericRange: _boosted,
    DateRange: _boosted,
    ConstantScoreQuery: _constant_score,
    _NullQuery: lambda query, segment, weighting: _constant(nothing(segment), 0),
    **dict.fromkeys(MULTI_TERM, _multi_term),
    **dict.fromkeys(POSITIONAL, _positional),
}
