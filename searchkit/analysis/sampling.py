"""A random sample that is the same wherever the same posts are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import blake2b

from searchkit.analysis.asking import Question
from searchkit.engines.protocol import Match
from searchkit.model import Results
from searchkit.searching.hits import hits


def sampled(paths: Sequence[str], n: int, seed: int) -> list[str]:
    """``n`` paths at random, in random order: those with the lowest hashes of seed and path.

    Whether a post is chosen depends on its own path and those of the others alone, so that a sample of the same posts
    is the same after any rebuild, and one more post takes the place of at most one.

    >>> sampled(["a.md", "b.md", "c.md", "d.md"], 2, seed=1)
    ['b.md', 'a.md']
    """

    def draw(path: str) -> bytes:
        return blake2b(f"{seed}\0{path}".encode(errors="surrogatepass"), digest_size=16).digest()

    return sorted(paths, key=draw)[:n]


def sample(question: Question, n: int, seed: int, snippet_chars: int) -> Results:
    """A sample of the posts that match; see ``Index.sample``."""
    began = time.perf_counter()
    matching = question.matching()
    documents = map(question.searcher.document, sampled(matching.paths, n, seed))
    matches = [Match(document, 0.0) for document in documents if document is not None]
    shown = hits(question.query, matches, matching.needles, first_rank=1, snippet_chars=snippet_chars, explain=False)
    return Results(
        query=question.text,
        total=len(matching.paths),
        seconds=time.perf_counter() - began,
        hits=tuple(shown),
        notes=question.query.notes,
    )
