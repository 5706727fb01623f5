"""Here is one post and a query: where in the whole post does it match?"""

from __future__ import annotations

from searchkit.engines.protocol import Request, Searcher
from searchkit.model import Document, Reading
from searchkit.query import compile_query
from searchkit.query.ast import Query
from searchkit.query.needles import run_needles
from searchkit.snippets import Highlighter


def reading(searcher: Searcher, document: Document, query: str | Query) -> Reading:
    """A post with all that a query matches in it, as its hit would highlight it; of no query, nothing.

    Args:
        searcher: where the post is stored.
        document: the post.
        query: what was asked.
    """
    compiled = compile_query(query, searcher.lexicon)
    only_this = Request(path=document.path, limit=1)
    ranking = searcher.search(compiled, only_this)
    if not ranking.total and compiled.relaxed:
        compiled = compiled.relaxed
        ranking = searcher.search(compiled, only_this)
    highlighter = Highlighter((*compiled.needles, *ranking.needles), run_needles(compiled.in_one_piece))
    return Reading(document, highlighter.spans(document.title), highlighter.spans_within(document.text))
