"""Here are a query's matches: what does a reader see of each? Title and snippets with what was found in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from searchkit.engines.protocol import Match
from searchkit.language import fold
from searchkit.model import Document, Hit
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.needles import run_needles
from searchkit.query.tags import named_tags
from searchkit.snippets import Highlighter

if TYPE_CHECKING:
    from searchkit.explanation import Explanation


def hits(
    query: CompiledQuery,
    matches: Sequence[Match],
    needles: Sequence[Needle],
    *,
    first_rank: int,
    snippet_chars: int,
    explain: bool,
) -> Iterator[Hit]:
    """The hits of a page.

    Args:
        query: what was asked.
        matches: the page, best first.
        needles: what to highlight besides what the query says.
        first_rank: of the first match, from 1.
        snippet_chars: most characters of a hit's snippets together; 0 for none.
        explain: say of each why it was found.
    """
    highlighter = Highlighter((*query.needles, *needles), run_needles(query.in_one_piece))
    titles = [match.document.title for match in matches]
    spans = highlighter.spans_of_each(titles)
    snippets = highlighter.snippets_of_each((match.document.text for match in matches), snippet_chars, titles)
    tags = named_tags(query)
    shown = zip(matches, spans, snippets, strict=True)
    for rank, (match, title_spans, snippets_of_match) in enumerate(shown, first_rank):
        document = match.document
        yield Hit(
            rank=rank,
            score=match.score,
            path=document.path,
            title=document.title,
            title_spans=title_spans,
            date=document.date,
            source=document.source,
            url=document.url,
            tags=document.tags,
            also=document.paths[1:],
            snippets=snippets_of_match,
            missing=match.missing,
            explanation=_explanation(query, match) if explain else None,
            named_tags=_named_tags(tags, document),
            added=document.added,
        )


def _explanation(query: CompiledQuery, match: Match) -> Explanation:
    from searchkit.searching.reasons import explanation  # for explanations only

    return explanation(query, match)


_fold_tag = lru_cache(maxsize=4096)(fold)


def _named_tags(names: Collection[str], document: Document) -> tuple[str, ...]:
    """The tags of a document that a query names and that its text does not have."""
    named = [tag for tag in document.tags if _fold_tag(tag) in names]
    if not named:
        return ()
    text = fold(f"{document.title}\n{document.text}")
    return tuple(tag for tag in named if _fold_tag(tag) not in text)
