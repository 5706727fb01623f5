"""Proximity: what a document scores for having the words of a query close to each other.

The sum over the pairs of a query's rarest content words of sqrt(w1 * w2) / (1 + d / 10): w is a word's inverse document
frequency, as BM25 uses it, d the least distance between the two in the document. It is counted in unigrams, since an
index keeps their positions: each is a character, a Latin word or a number. Least distances tell more than spans do: Tao
and Zhai, An Exploration of Proximity Measures in Information Retrieval (2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Float64s, Int64s, changes
from searchkit.engines.keys import POSITION_BITS
from searchkit.engines.scoring.bm25 import idf
from searchkit.query.compiled import Needle
from searchkit.query.needles import needle_of

RERANKED = 20
"""Candidates for which proximity counts, the first by BM25; with 50 the measures on the tuning sets are the same."""

MAX_WORDS = 8
"""Words of a query whose distances count: the rarest."""

WEIGHT = 1.5
"""How much proximity counts beside BM25; measured on the tuning sets."""

_HALF = 10
"""Unigrams from one word to another at which half is left of what they score without any distance."""

_MAX_OPEN_DOCS = 2_000
"""A word of one unigram, such as a Latin one, counts if at most so many documents have it: it begins bigrams of all
kinds, and the local engine reads all of them to find it."""

_APART = 1 << (POSITION_BITS - 1)  # no two positions of a document are so far from each other


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of a query whose distances count.

    Attributes:
        text: the word.
        weight: its inverse document frequency.
        needle: what to look for.
    """

    text: str
    weight: float
    needle: Needle


def rarest(words: Sequence[str], idf_of: Callable[[str], float], doc_count: int) -> list[NearWord]:
    """The words whose distances count, in order; none if there are less than two.

    Args:
        words: the content words of a query.
        idf_of: the inverse document frequency of a word of title and body; 0 if no document has it.
        doc_count: how many documents there are.
    """
    found = list(_weighted(words, idf_of, doc_count)) if len(words) > 1 else []
    if len(found) > MAX_WORDS:
        places = sorted(range(len(found)), key=lambda place: -found[place].weight)[:MAX_WORDS]
        found = [found[place] for place in sorted(places)]
    return found if len(found) > 1 else []


def _weighted(words: Sequence[str], idf_of: Callable[[str], float], doc_count: int) -> Iterator[NearWord]:
    least = idf(doc_count, min(_MAX_OPEN_DOCS, doc_count))
    for text in words:
        weight, needle = idf_of(text), needle_of(text)
        if weight and needle is not None and (len(needle.unigrams) > 1 or weight >= least):
            yield NearWord(text, weight, needle)


def proximity(weights: Sequence[float], keys: Sequence[Int64s], documents: int) -> Float64s:
    """float64[documents]: the proximity of words in some documents.

    Args:
        weights: of each word.
        keys: of each word int64[n], ascending: where it begins, the documents being numbered from 0.
        documents: how many documents there are.

    >>> round(float(proximity([4.0, 9.0], [np.array([0]), np.array([10])], 1)[0]), 9)  # 1.5 * 6 / (1 + 10 / 10)
    4.5
    """
    closest = _closest(keys, documents)
    roots = np.sqrt(weights)
    first, second = _pairs(len(weights))
    distances = np.minimum(closest[first, second], closest[second, first])
    pairs = (WEIGHT * roots[first] * roots[second])[:, None] / (1 + distances / _HALF)
    scores: Float64s = pairs.sum(axis=0)
    return scores


@lru_cache(MAX_WORDS)
def _pairs(words: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first and the second word of each pair."""
    return np.triu_indices(words, 1)


def _closest(occurrences: Sequence[Int64s], documents: int) -> Float64s:
    """float64[words, words, documents]: from the first word to the second behind it, at the least; else infinite.

    Args:
        occurrences: the keys of each word.
        documents: how many.
    """
    words = len(occurrences)
    closest = np.full((words, words, documents), np.inf)
    keys = np.concatenate(occurrences)
    if not len(keys):
        return closest
    word_of = np.repeat(np.arange(words), [len(part) for part in occurrences])
    order = np.argsort(keys, kind="stable")
    keys, word_of = keys[order], word_of[order]
    last_of = np.where(word_of == np.arange(words)[:, None], keys, -_APART)  # [words, occurrences]
    distances = keys - np.maximum.accumulate(last_of, axis=1)
    groups = (keys >> POSITION_BITS) * words + word_of
    order = np.argsort(groups, kind="stable")
    groups = groups[order]
    starts = np.flatnonzero(changes(groups))
    least = np.minimum.reduceat(distances[:, order], starts, axis=1)
    document, second = np.divmod(groups[starts], words)
    closest[:, second, document] = np.where(least < _APART, least, np.inf)
    return closest
