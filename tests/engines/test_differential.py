"""Query trees on posting arrays against Whoosh's own codec, matchers and searcher: the same posts, the same scores."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import mended, whoosh_searcher
from random_trees import Trees, posts
from whoosh.query import Query
from whoosh.searching import Searcher

from searchkit.engines.protocol import ARRAYS, SegmentInfo
from searchkit.engines.whoosh.bridge import searcher
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.evaluate import matching
from searchkit.engines.whoosh.merging import merge_segments
from searchkit.engines.whoosh.scoring import scored
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.weighting import BM25
from searchkit.engines.whoosh.writing import write_segment

TREES = 1000
STATES = ["two segments", "with deleted posts", "merged"]
Found = dict[str, float]
"""The path of each post found, with its score."""


@dataclass(frozen=True)
class State:
    """The same posts in both codecs, with Whoosh's searcher over its own."""

    arrays: Sequence[SegmentReader]
    stock: Sequence[SegmentReader]
    oracle: Searcher

    @staticmethod
    def of(folder: Path, arrays: Sequence[SegmentInfo], stock: Sequence[SegmentInfo]) -> State:
        ours, theirs = [[open_segment(folder, info) for info in infos] for infos in (arrays, stock)]
        return State(ours, theirs, whoosh_searcher(folder, theirs))


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, State]]:
    folder = tmp_path_factory.mktemp("index")
    dice = random.Random(1)
    documents = posts(dice, 1000)
    parts = documents[:600], documents[600:]
    whole = [[write_segment(folder, codec, part) for part in parts] for codec in (ARRAYS, "whoosh")]
    gone = [sorted(dice.sample(range(len(part)), len(part) // 5)) for part in parts]
    less = [[replace(info, deleted=tuple(d)) for info, d in zip(infos, gone, strict=True)] for infos in whole]
    merged = [[merge_segments(folder, infos, codec)[0]] for infos, codec in zip(less, (ARRAYS, "whoosh"), strict=True)]
    with mended():
        yield {
            "two segments": State.of(folder, *whole),
            "with deleted posts": State.of(folder, *less),
            "merged": State.of(folder, *merged),
        }


def live(found: Found, segment: SegmentReader, numbers: Any, scores: Any) -> None:
    for number, score in zip(numbers, scores, strict=True):
        if segment.live[number]:
            found[segment.paths[number]] = score


def ours(state: State, query: Query) -> Found:
    found: Found = {}
    weighting = BM25(state.arrays)
    for segment in state.arrays:
        result = scored(query, segment, weighting)
        assert np.flatnonzero(matching(query, segment) & segment.live).tolist() == result.documents.tolist()
        live(found, segment, result.documents.tolist(), result.scores.tolist())
    return found


def theirs(segments: Sequence[SegmentReader], oracle: Searcher, query: Query) -> Found:
    """Deleted posts among them are left out: Whoosh's inverse matcher forgets to skip one after its last match."""
    found: Found = {}
    for (part, _), segment in zip(oracle.leaf_searchers(), segments, strict=True):
        matcher = query.matcher(part, part.context())
        while matcher.is_active():
            live(found, segment, [matcher.id()], [matcher.score()])
            matcher.next()
    return found


def same(found: Found, expected: Found) -> bool:
    return list(found) == list(expected) and np.allclose([*found.values()], [*expected.values()], rtol=1e-4, atol=0)


@pytest.mark.parametrize("name", STATES)
def test_random_trees(states: dict[str, State], name: str) -> None:
    state = states[name]
    matches = 0
    for seed in range(TREES):
        tree = Trees(seed).any(2)
        expected = theirs(state.stock, state.oracle, tree.theirs)
        assert same(ours(state, tree.ours), expected), f"tree {seed}: {tree.ours!r}"
        matches += bool(expected)
    assert matches > TREES / 2


@pytest.mark.parametrize("name", STATES)
def test_whoosh_on_our_codec(states: dict[str, State], name: str) -> None:
    state = states[name]
    ours_by_whoosh = searcher(state.arrays)
    for seed in range(0, TREES, 10):
        tree = Trees(seed).any(2)
        stepped = theirs(state.arrays, ours_by_whoosh, tree.theirs)
        assert same(ours(state, tree.ours), stepped), f"tree {seed}: {tree.ours!r}"
