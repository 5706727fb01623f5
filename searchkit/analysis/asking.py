"""A query, asked as a search asks it: where no post has all of it, in its relaxed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.engines.protocol import GroupCounts, Matching, Searcher, WordCounts
from searchkit.query import compile_query
from searchkit.query.ast import Query
from searchkit.query.compiled import CompiledQuery, Needle


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a commit point.

    Attributes:
        searcher: of the commit point.
        query: what posts are to match.
        filter: what they are to match besides.
    """

    searcher: Searcher
    query: CompiledQuery
    filter: Query

    @classmethod
    def of(cls, searcher: Searcher, query: str | Query, filter_query: Query) -> Question:
        """A query with a filter, relaxed where nothing matches else."""
        compiled = compile_query(query, searcher.lexicon)
        if compiled.relaxed and not searcher.count(compiled, (), filter_query).total:
            compiled = compiled.relaxed
        return cls(searcher, compiled, filter_query)

    @property
    def text(self) -> str:
        """The query as it was typed."""
        return self.query.text

    def count(self, keys: Sequence[str]) -> GroupCounts:
        """How many posts match, by some keys."""
        return self.searcher.count(self.query, keys, self.filter)

    def matching(self) -> Matching:
        """The posts that match."""
        return self.searcher.matching(self.query, self.filter)

    def word_counts(self) -> WordCounts:
        """The words of the posts that match."""
        return self.searcher.word_counts(self.query, self.filter)

    def needles(self, matching: Matching) -> tuple[Needle, ...]:
        """What to look for in the posts that match."""
        return tuple(dict.fromkeys((*self.query.needles, *matching.needles)))
