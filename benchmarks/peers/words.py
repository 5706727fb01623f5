"""Words for the peers that know none of Chinese: rjieba's cut of the text as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rjieba

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted
    from benchmarks.peers.protocol import Query


def spaced(post: Extracted) -> str:
    """Title and body of a post as words with spaces between."""
    return " ".join(rjieba.cut(f"{post.title}\n{post.body}"))


def asked(query: Query) -> list[str]:
    """The words of a query, in order, without punctuation."""
    return [word for text in query.words for word in rjieba.cut(text) if word[0].isalnum()]
