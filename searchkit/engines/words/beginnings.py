"""Latin words that go on: posts with PostgreSQL, for who typed postgres and gets less than a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from searchkit.language.unigrams import is_letter_run
from searchkit.query.ast import Or, Prefix, Query, Text
from searchkit.query.compiled import CompiledQuery, Needle, OptionalClause
from searchkit.query.needles import open_needle
from searchkit.query.questions import is_function_word

MAX_WORDS = 8
"""Words of a query that may be beginnings: the first ones, since each stands for many."""

_SHORTEST = 3  # letters


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The optional Latin words of a query as beginnings of words.

    Attributes:
        prefixes: one a word, at least one.
    """

    prefixes: tuple[Prefix, ...]

    @staticmethod
    def of(clauses: Iterable[OptionalClause]) -> Beginnings | None:
        """Those of a query; None if it has no Latin word of three letters or more."""
        words = [clause.query for clause in clauses if isinstance(clause.query, Text)]
        found = dict.fromkeys(Prefix(word.text, word.field) for word in words if _may_go_on(word.text))
        return Beginnings(tuple(found)[:MAX_WORDS]) if found else None

    @property
    def query(self) -> Query:
        """The posts with any of them."""
        return Or(*self.prefixes) if len(self.prefixes) > 1 else self.prefixes[0]

    @property
    def needles(self) -> tuple[Needle, ...]:
        """The words that begin so, to be highlighted."""
        found = (open_needle(f"{prefix.text}*", prefix.field == "title") for prefix in self.prefixes)
        return tuple(needle for needle in found if needle)

    def ranking(self, query: CompiledQuery) -> CompiledQuery:
        """A query that ranks by them, besides what it ranks by."""
        patterns = (Prefix(prefix.text, "title" if prefix.field == "title" else "") for prefix in self.prefixes)
        return replace(query, scoring_patterns=tuple(dict.fromkeys((*query.scoring_patterns, *patterns))))


def _may_go_on(word: str) -> bool:
    is_latin = len(word) >= _SHORTEST and is_letter_run(word) and word.isalpha()
    return is_latin and not is_function_word(word, word)
