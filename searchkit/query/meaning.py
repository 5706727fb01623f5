"""Here is a query by its grammar: what must a post have, what should it have, what ranks, what is highlighted?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from whoosh.query import And, DateRange, Every, FuzzyTerm, Not, NullQuery, Prefix, Query, Wildcard

from searchkit.errors import QueryError
from searchkit.query.content import Part, containing, either, exact, parts
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS, Streams
from searchkit.query.grammar import All, Any, Leaf, Must, Node, Side, Without, leaves
from searchkit.query.nodes import InBody, Near, Pinyin
from searchkit.query.parsed import Needle, ParsedQuery, Word
from searchkit.query.patterns import is_certain, is_pattern, part_of_value, pattern, sought, stem, whole_value
from searchkit.query.periods import Period, is_bare, period, since, until
from searchkit.query.questions import asks, is_function_word, is_question
from searchkit.query.ranking import SYNONYM_WEIGHT, Ranking
from searchkit.query.lexer import Typed

MAX_COSTLY = 8
"""Patterns of a query, and single characters of near texts: each looks at many terms."""

MAX_WORDS = 64
"""Words of a query that are looked for; it is a sentence long before, of which any word is enough."""

MAX_NEEDLES = 256
"""Texts of a query that are highlighted: the first ones."""

MAX_NEAR = 16
"""Words that are to stand near each other."""

MAX_BETWEEN = 1_000
"""Characters between near words."""

_PERIODS: dict[str, Callable[[str, dt.date], Period]] = {"date": period, "after": since, "before": until}
_SCANNED = ("path", "url", "pinyin")
_TEXT_FIELDS = ("", "title", "body")
_VALUES = {"source": whole_value, "tag": whole_value, "path": part_of_value, "url": part_of_value}


@dataclass(frozen=True, slots=True)
class _Wish:
    """A plain word, and whether it is there for grammar alone."""

    word: Word
    grammatical: bool
    asks: bool


@dataclass(slots=True)
class Meaning:
    """Collects what a query means, a part of it at a time.

    Attributes:
        typed: the query.
        today: what 昨天 counts from.
        notes: how it was read.
    """

    typed: Typed
    today: dt.date
    notes: list[str]
    _wishes: list[_Wish] = field(default_factory=list)
    _plain: list[str] = field(default_factory=list)
    _needles: dict[Needle, None] = field(default_factory=dict)
    _ranking: Ranking = field(default_factory=Ranking)
    _costly: set[str] = field(default_factory=set)

    def of(self, query: Side) -> ParsedQuery:
        """The meaning of a whole query."""
        required: list[Query] = []
        texts: list[Word] = []
        for part in query.parts:
            node = self._dated(part, len(query.parts) == 1) if isinstance(part, Leaf) else part
            if isinstance(node, Leaf) and not node.exact and not node.field:
                self._wish(node)
            elif found := self._query(node, True):
                required.append(found)
                if text := self._of_text(node):
                    texts.append(Word(text, found))
        words, question = self._wanted()
        if words:
            words += tuple(dict.fromkeys(texts))  # so that a post with these alone follows those with all
        match = _all(required)
        if match is None:
            nothing = self.typed.folded.text.strip() and not words
            match = NullQuery if nothing else Every()
        notes = tuple(dict.fromkeys(self.notes))
        score = self._ranking.query()
        return ParsedQuery(self.typed.text, match, words, question, score, tuple(self._needles)[:MAX_NEEDLES], notes)

    def _of_text(self, node: Node) -> str:
        """A node as it was typed, if it asks for text; else nothing."""
        found = list(leaves(node))
        if not found or any(leaf.field not in _TEXT_FIELDS for leaf in found):
            return ""
        ends = [leaf.at + len(leaf.text) for leaf in found if leaf.text]
        return self._original(found[0].at, max(ends)) if ends else ""

    def _dated(self, leaf: Leaf, alone: bool) -> Leaf:
        """A leaf whose field is a date if it is one: a plain word may be one, and a bad date is plain words."""
        if not leaf.field and not leaf.exact and is_bare(leaf.text, alone):
            leaf = replace(leaf, field="date")
            self.notes.append(f'{leaf.text} was read as a date: write "{leaf.text}" for the text')
        if leaf.field not in _PERIODS:
            return leaf
        try:
            _PERIODS[leaf.field](leaf.text.strip(), self.today)
        except QueryError:
            self.notes.append(f"{leaf.text} is no date: read as words")
            text = self.typed.folded.text[leaf.start : leaf.at + len(leaf.text)]
            return Leaf(text, leaf.start, False, None, "", leaf.start)
        return leaf

    def _wish(self, leaf: Leaf) -> None:
        """Words that a post should have."""
        if found := self._pattern(leaf, BODY_STREAMS, True):
            self._wishes.append(_Wish(Word(self._original(leaf.at, leaf.at + len(leaf.text)), found), False, False))
            return
        self._plain.append(leaf.text)
        for part in self._read(leaf.text, BODY_STREAMS, True):
            word = self._original(leaf.at + part.start, leaf.at + part.end)
            folded = leaf.text[part.start : part.end]
            query = either([containing(needle, BODY_STREAMS) for needle in part.needles])
            self._wishes.append(_Wish(Word(word, query), is_function_word(folded, word), asks(folded)))

    def _original(self, start: int, end: int) -> str:
        return self.typed.original(start, end)

    def _wanted(self) -> tuple[tuple[Word, ...], bool]:
        """The words that posts with all of come first, and whether it is a sentence: any of them is enough."""
        wishes = self._wishes
        grammatical = sum(wish.grammatical for wish in wishes)
        text = " ".join(self._plain)
        question = is_question(text, len(wishes), grammatical, any(wish.asks for wish in wishes))
        tells = any(not wish.grammatical and len(wish.word.text) > 1 for wish in wishes)
        words = tuple(dict.fromkeys(wish.word for wish in wishes if not (tells and wish.grammatical)))
        return words[:MAX_WORDS], question

    def _query(self, node: Node, wanted: bool) -> Query | None:
        """The posts that a node says; None if it says nothing. What is not wanted is neither ranked nor highlighted."""
        match node:
            case Side(children) | All(children):
                return _all([self._query(child, wanted) for child in children])
            case Any(children):
                found = [query for child in children if (query := self._query(child, wanted)) is not None]
                return either(found) if found else None
            case Without(child):
                query = self._query(child, not wanted)
                return None if query is None else Not(query)
            case Must(child):
                return self._query(child, wanted)
            case Leaf():
                return self._leaf(self._dated(node, alone=False), wanted)

    def _leaf(self, leaf: Leaf, wanted: bool) -> Query | None:
        if leaf.field in _TEXT_FIELDS:
            return self._text(leaf, wanted)
        if leaf.field in _PERIODS:
            found = _PERIODS[leaf.field](leaf.text.strip(), self.today)
            return DateRange("date", found.first, found.last)
        if (leaf.field in _SCANNED or "*" in leaf.text) and not self._may_be_costly(leaf.text):
            return self._text(replace(leaf, field="", exact=False), wanted)
        if leaf.field == "pinyin" and wanted:
            self._ranking.add_pattern(Pinyin(leaf.text))
        return Pinyin(leaf.text) if leaf.field == "pinyin" else _VALUES[leaf.field](leaf.field, leaf.text)

    def _text(self, leaf: Leaf, wanted: bool) -> Query | None:
        """Title, body or both contain all words of a text, or exactly this text."""
        streams = TITLE_STREAMS if leaf.field == "title" else BODY_STREAMS
        if leaf.exact:
            return self._exact(leaf, streams, wanted)
        if found := self._pattern(leaf, streams, wanted):
            return found
        contains = _in_body if leaf.field == "body" else containing
        words = dict.fromkeys(part.needles for part in self._read(leaf.text, streams, wanted))  # each once
        return _all([either([contains(needle, streams) for needle in needles]) for needles in words])

    def _exact(self, leaf: Leaf, streams: Streams, wanted: bool) -> Query | None:
        texts = self._near_texts(leaf) or [leaf.text]
        needles = [needle for text in texts if (needle := exact(text, streams is TITLE_STREAMS))]
        if wanted:
            self._ranking.add(leaf.text)
            self._needles |= dict.fromkeys(needles)
        if not needles:
            return None
        if len(needles) > 1 and leaf.near is not None:
            return Near(needles, min(leaf.near, MAX_BETWEEN), leaf.field == "body")
        return (_in_body if leaf.field == "body" else containing)(needles[0], streams)

    def _near_texts(self, leaf: Leaf) -> list[str]:
        """The words that are to stand near each other; none if that is not asked for, or too much to ask."""
        texts = leaf.text.split()
        if leaf.near is None:
            return []
        if len(texts) > MAX_NEAR:
            self.notes.append(f"more than {MAX_NEAR} near words were read as an exact text")
            return []
        costly = [text for text in texts if len(text) == 1] or [f'"{leaf.text}"~{leaf.near}']
        return texts if all(map(self._may_be_costly, costly)) else []

    def _may_be_costly(self, text: str) -> bool:
        if text not in self._costly and len(self._costly) == MAX_COSTLY:
            self.notes.append(f"only the first {MAX_COSTLY} patterns were read as such, not {text}")
            return False
        self._costly.add(text)
        return True

    def _read(self, text: str, streams: Streams, wanted: bool) -> list[Part]:
        """The words of a text; they rank and are highlighted if they are wanted."""
        found = parts(text, streams is TITLE_STREAMS)
        if wanted:
            self._ranking.add(text)
            for part in found:
                self._ranking.add_other(part.spellings, 1.0)
                self._ranking.add_other(part.synonyms, SYNONYM_WEIGHT)
                self._needles |= dict.fromkeys(part.needles)
        return found

    def _pattern(self, leaf: Leaf, streams: Streams, wanted: bool) -> Query | None:
        """The words that one with a star or a tilde stands for; None if it is read as text."""
        if not is_pattern(leaf.text):
            return None
        found = pattern(leaf.text, streams)
        if found is None:
            self.notes.append(f"{leaf.text} was read as text: a star or a tilde goes with one word")
            return None
        if not self._may_be_costly(leaf.text):
            return None
        if wanted:
            self._add_pattern(leaf.text, found, streams)
        return found

    def _add_pattern(self, text: str, found: Query, streams: Streams) -> None:
        """What a pattern stands for ranks; what is certain of it does where it is text."""
        if is_certain(text):
            self._ranking.add(stem(text))
        if needle := sought(text, streams is TITLE_STREAMS):
            self._needles |= {needle: None}
        if isinstance(found, (Prefix, Wildcard, FuzzyTerm)) and found.fieldname == streams.words:
            self._ranking.add_pattern(found)


def _all(queries: Sequence[Query | None]) -> Query | None:
    """All of some queries; None if there is none."""
    found = list(dict.fromkeys(query for query in queries if query is not None))
    if found and all(isinstance(query, Not) for query in found):
        found = [Every(), *found]
    return found[0] if len(found) == 1 else And(found) if found else None


def _in_body(needle: Needle, streams: Streams) -> Query:
    return InBody(containing(needle, streams))
