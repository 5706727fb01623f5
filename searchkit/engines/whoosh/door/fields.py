"""The schema that Whoosh sees, and how its fields read queries: folded and cut as searchkit does.

``title`` and ``body`` hold what a text is matched by: unigrams (``香``), bigrams (``香 港``) and boundaries (a unigram
before punctuation). A quoted text becomes the terms that follow one another exactly where the text stands, so that
``whoosh.query.Phrase`` finds what searchkit finds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.columns import Column
from whoosh.fields import DATETIME, FieldType, Schema
from whoosh.formats import Existence, Positions
from whoosh.query import And, Or, Phrase, Query, Term, Wildcard

from searchkit.engines.whoosh.door.terms import LATEST
from searchkit.language import FoldedText, fold, fold_with_offsets, unigrams
from searchkit.language.identifiers import is_part
from searchkit.language.unigrams import JOINED, Unigrams, bigram_term, boundary_term
from searchkit.query.latin import latin_forms
from searchkit.query.words import cut


def schema() -> Schema:
    """The fields of every index."""
    return Schema(
        title=TextField(),
        body=TextField(),
        date=DateField(stored=True, sortable=True),
        source=KeywordField(fold),
        tags=KeywordField(fold),
        parts=PartField(),
        path=KeywordField(str),
        url=KeywordField(fold),
    )


class StoredColumn(Column):
    """A text a document, for sorting and grouping; a document without one has an empty text."""

    def default_value(self, reverse: bool = False) -> str:
        return ""


class _Field(FieldType):
    """A stored field of texts, unpaired surrogates among them."""

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")

    def from_bytes(self, bs: bytes) -> str:
        return bs.decode("utf-8", "surrogatepass")

    def from_column_value(self, value: str) -> str:
        return value


class PartField(_Field):
    """The words of identifiers, such as user of getUserById; not stored."""

    def __init__(self) -> None:
        super().__init__(Existence(), KeywordAnalyzer(fold))


class KeywordField(_Field):
    """A field of whole values.

    Args:
        normalize: gives the term of a value.
    """

    def __init__(self, normalize: Callable[[str], str]) -> None:
        super().__init__(Existence(), KeywordAnalyzer(normalize), stored=True, sortable=StoredColumn())
        self._normalize = normalize

    def to_bytes(self, value: str | bytes) -> bytes:
        return super().to_bytes(value if isinstance(value, bytes) else self._normalize(value))


class KeywordAnalyzer(Analyzer):
    """The whole value as one token."""

    def __init__(self, normalize: Callable[[str], str]) -> None:
        self._normalize = normalize

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        yield _token(self._normalize(value), 0, (0, len(value)), Token)


class DateField(DATETIME):
    """Dates: found by what their authors' clocks showed, without time zone, sorted and grouped by instants in UTC."""

    def prepare_datetime(self, x: Any) -> Any:
        if isinstance(x, dt.datetime):
            x = x.replace(tzinfo=None)
        return super().prepare_datetime(x)

    def from_column_value(self, x: int) -> dt.datetime | None:
        return None if x == LATEST else super().from_column_value(x - 2**63).replace(tzinfo=dt.UTC)


class TextField(_Field):
    """Title or body. It reads queries itself, so that a word may stand for several terms."""

    def __init__(self) -> None:
        super().__init__(Positions(), TextAnalyzer(), scorable=True, stored=True, sortable=StoredColumn())

    def self_parsing(self) -> bool:
        return True

    def parse_query(self, fieldname: str, qstring: str, boost: float = 1.0) -> Query | None:
        """The documents with all words of a text, each in any of its forms; None for a text without words."""
        if "*" in qstring or "?" in qstring:
            return Wildcard(fieldname, fold(qstring), boost=boost)
        words = []
        for word in cut(fold(qstring)):
            forms = (word.text, *word.spellings, *word.synonyms, *latin_forms(word.text))
            found = [_exactly(fieldname, form) for form in forms]
            if fieldname == "body" and is_part(word.text):
                found.append(Term("parts", word.text))
            words.append(Or(found))
        return And(words, boost=boost).normalize() if words else None


def _exactly(field: str, folded: str) -> Query:
    """The documents in which a folded text stands."""
    terms = [term for term, _, _ in exact_terms(unigrams(folded))]
    return Term(field, terms[0]) if len(terms) == 1 else Phrase(field, terms)


def exact_terms(found: Unigrams) -> Iterator[tuple[str, int, int]]:
    """The terms that stand at positions one after the other wherever a text does.

    Yields:
        a term, and the first and the last of its unigrams.

    >>> [term for term, _, _ in exact_terms(unigrams("北京。上"))]
    ['北 京', '京"', '上']
    """
    last = len(found.texts) - 1
    for at, gap in enumerate(found.gaps[:-1]):
        yield _term_at(found, at, gap)
    if last == 0 or (last > 0 and found.gaps[last - 1] != JOINED):
        yield found.texts[last], last, last


def _term_at(found: Unigrams, at: int, gap: int) -> tuple[str, int, int]:
    """The bigram that a unigram begins, or the boundary at which it stands."""
    if gap == JOINED:
        return bigram_term(found.texts[at], found.texts[at + 1]), at, at + 1
    return boundary_term(found.texts[at], gap), at, at


class TextAnalyzer(Analyzer):
    """All terms of a text that is indexed (mode ``index``), or those that stand exactly where a query's text does."""

    def __call__(self, value: str, mode: str = "", **options: Any) -> Iterator[Token]:
        folded = fold_with_offsets(value)
        found = unigrams(folded.text)
        if mode == "index":
            return _indexed_tokens(folded, found)
        terms = exact_terms(found)
        return (_token(term, first, _span(folded, found, first, last), Token) for term, first, last in terms)


def _indexed_tokens(folded: FoldedText, found: Unigrams) -> Iterator[Token]:
    """The bigram or boundary at each unigram, then the unigram.

    Whoosh's highlighter marks a token as matched before it takes the next one, and joins matched neighbours; a unigram
    that a matched bigram covers is left out, since it would stand between two of them.
    """
    covered = -1
    for at, gap in enumerate(found.gaps):
        term, _, last = _term_at(found, at, gap)
        token = _token(term, at, _span(folded, found, at, last), _LinkToken)
        yield token
        if token.matched:
            covered = last
        if at > covered:
            yield _token(found.texts[at], at, _span(folded, found, at, at), Token)


class _LinkToken(Token):
    """A bigram or boundary: without length unless it matched, so that fragments count each character once."""

    @property
    def matched(self) -> bool:
        return bool(self.__dict__.get("matched", False))

    @matched.setter
    def matched(self, matched: bool) -> None:
        self.__dict__["matched"] = matched
        self.endchar = self.end if matched else self.startchar


def _token(text: str, position: int, span: tuple[int, int], kind: type[Token]) -> Token:
    start, end = span
    return kind(True, True, text=text, original=text, pos=position, startchar=start, endchar=end, end=end)


def _span(folded: FoldedText, found: Unigrams, first: int, last: int) -> tuple[int, int]:
    """Where some unigrams stand in the original, in characters."""
    return folded.original_span(found.starts[first], found.starts[last] + len(found.texts[last]))
