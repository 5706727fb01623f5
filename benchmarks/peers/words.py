"""Words by rjieba, without folding, for systems that do not segment Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rjieba

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted
    from benchmarks.peers.protocol import Query


def segmented(post: Extracted) -> str:
    """The words of title and body, separated by spaces."""
    return " ".join(rjieba.cut(f"{post.title}\n{post.body}"))


def query_words(query: Query) -> list[str]:
    """The words of a query, in order, without punctuation."""
    return [word for text in query.words for word in rjieba.cut(text) if word[0].isalnum()]
