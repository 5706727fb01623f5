"""Random posts, and random query trees for them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oracle import Between
from whoosh import query as q

from searchkit.engines.whoosh.schema import NO_DATE, microseconds
from searchkit.language import pair_term
from searchkit.language.units import PUNCTUATION_GAP, TEXT_GAP, break_term
from searchkit.model import Document

HAN = [chr(0x4E00 + 37 * number) for number in range(80)]
LATIN = ["alpha", "alpine", "altar", "alter", "beta", "bets", "best", "gamma", "gammon", "alp"]
FREQUENT = HAN[:4]
UNITS = [*HAN, *LATIN]
WEIGHTS = [len(UNITS) / 4 if unit in FREQUENT else 1 for unit in UNITS]
TAGS = ["red", "green", "grey", "blue", "black", "white", "brown"]
NEW_YEAR = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def posts(dice: random.Random, count: int) -> list[Document]:
    def text(count: int) -> str:
        return "".join(dice.choice(["", "", "，"]) + f"{unit} " for unit in dice.choices(UNITS, WEIGHTS, k=count))

    return [
        Document(
            f"{number:03}.md",
            text(dice.randrange(4)),
            NEW_YEAR + dt.timedelta(days=dice.randrange(100)) if dice.random() < 0.8 else None,
            dice.choice("abcdefghi"),
            "",
            tuple(dice.sample(TAGS, dice.randrange(3))),
            text(dice.choice([2, 3, 4, 6, 8, 25])),
        )
        for number in range(count)
    ]


@dataclass(frozen=True)
class Tree:
    """A query, and what Whoosh takes for the same."""

    ours: q.Query
    theirs: q.Query

    @staticmethod
    def of(make: Callable[..., q.Query], *parts: Tree, **options: Any) -> Tree:
        return Tree(make([p.ours for p in parts], **options), make([p.theirs for p in parts], **options))

    @staticmethod
    def pair(make: Callable[..., q.Query], *parts: Tree, **options: Any) -> Tree:
        return Tree(make(*(p.ours for p in parts), **options), make(*(p.theirs for p in parts), **options))


class Trees:
    """Random query trees."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def any(self, depth: int) -> Tree:
        if depth == 0 or self._dice.random() < 0.15:
            return self._leaf()
        kinds = [self._list, self._binary, self._positional, self._wrapped]
        return self._dice.choices(kinds, [3, 3, 3, 1])[0](depth - 1)

    def _boost(self) -> float:
        return self._dice.choice([1.0, 1.0, 0.5, 2.0])

    def _list(self, depth: int) -> Tree:
        kind = self._dice.choice([q.And, q.Or, q.DisjunctionMax])
        parts = [self.any(depth) for _ in range(self._dice.choice([1, 2, 2, 3, 4]))]
        return Tree.of(kind, *parts, boost=self._boost())

    def _binary(self, depth: int) -> Tree:
        kind = self._dice.choice([q.AndNot, q.AndMaybe, q.Require, q.Otherwise])
        return Tree.pair(kind, self.any(depth), self.any(depth))

    def _wrapped(self, depth: int) -> Tree:
        part = self.any(depth)
        return self._dice.choice(
            [lambda: Tree.pair(q.Not, part), lambda: Tree.pair(q.ConstantScoreQuery, part, score=self._boost())]
        )()

    def _leaf(self) -> Tree:
        kinds = [self._word, self._phrase, self._several_terms, self._range, self._value, self._rest]
        return self._dice.choices(kinds, [10, 3, 3, 3, 2, 1])[0]()

    def _same(self, query: q.Query) -> Tree:
        return Tree(query, query)

    def _unit(self) -> str:
        return self._dice.choice(UNITS)

    def _frequent(self) -> str:
        return self._dice.choice(FREQUENT)

    def _pair(self) -> str:
        return pair_term(self._frequent(), self._frequent())

    def _place(self) -> q.Term:
        """A term with positions."""
        if self._dice.random() < 0.8:
            return q.Term("pairs", self._pair())
        return q.Term("breaks", break_term(self._frequent(), self._dice.choice([PUNCTUATION_GAP, TEXT_GAP])))

    def _word(self) -> Tree:
        field = self._dice.choice(["units", "units", "pairs", "words", "title_units"])
        text = self._pair() if field == "pairs" else self._unit()
        return self._same(q.Term(field, text, boost=self._boost()))

    def _phrase(self) -> Tree:
        units = [self._frequent() for _ in range(self._dice.choice([2, 3, 3, 4]))]
        slop = self._dice.choice([1, 1, 2, 4])
        return self._same(q.Phrase("pairs", list(map(pair_term, units, units[1:])), slop=slop, boost=self._boost()))

    def _several_terms(self) -> Tree:
        text, boost = self._dice.choice(LATIN), self._boost()
        field = "units"
        query = self._dice.choice(
            [
                lambda: q.Prefix(self._dice.choice(["units", "words", "pairs"]), text[: self._size()], boost=boost),
                lambda: q.Wildcard(field, f"{text[0]}*{text[-1]}", boost=boost),
                lambda: q.Wildcard(field, f"?{text[1:]}", boost=boost),
                lambda: q.Regex(field, f"{text[:2]}|[{HAN[5]}-{HAN[14]}]", boost=boost),
                lambda: q.FuzzyTerm(field, text, boost=boost, maxdist=self._dice.choice([1, 1, 2])),
                lambda: q.TermRange(field, *sorted(self._dice.sample(LATIN, 2)), self._coin(), self._coin(), boost),
                lambda: q.TermRange("tag", "grey", None, boost=boost),
                lambda: q.TermRange(field, None, text, endexcl=self._coin(), boost=boost),
            ]
        )()
        # Whoosh scores some of these by their terms, some as a constant, by how many terms there are
        return Tree(query, q.ConstantScoreQuery(query, query.boost))

    def _size(self) -> int:
        return self._dice.randrange(2, 9)

    def _coin(self) -> bool:
        return self._dice.random() < 0.5

    def _range(self) -> Tree:
        above, below, boost = self._coin(), self._coin(), self._boost()
        if self._coin():
            low = self._dice.randrange(15)
            high = low + self._dice.randrange(-1, 4)
            ours = q.NumericRange("units", low, high, above, below, boost)
        else:
            start = NEW_YEAR + dt.timedelta(days=self._dice.randrange(100))
            end = start + dt.timedelta(days=self._dice.randrange(-1, 20))
            start, end = self._dice.choice([(start, end), (start, end), (start, None), (None, end)])
            ours = q.DateRange("date", start, end, above, below, boost)
            low = NO_DATE + 1 if start is None else microseconds(start)
            high = 2**62 if end is None else microseconds(end)
            above &= start is not None

        def holds(number: int) -> bool:
            return (low < number if above else low <= number) and (number < high if below else number <= high)

        return Tree(ours, Between(ours.fieldname, holds, boost))

    def _value(self) -> Tree:
        field, values = self._dice.choice([("source", "abcdefghijk"), ("tag", TAGS)])
        return self._same(q.Term(field, self._dice.choice(values), boost=self._boost()))

    def _rest(self) -> Tree:
        fields = [None, "tag", "title_units"]
        return self._same(self._dice.choice([q.Every(self._dice.choice(fields), self._boost()), q.NullQuery]))

    def _positional(self, depth: int) -> Tree:
        return self._spans(2)

    def _spans(self, depth: int) -> Tree:
        if depth == 0 or self._dice.random() < 0.3:
            return self._same(self._place())
        a, b = self._spans(depth - 1), self._spans(depth - 1)
        mindist, slop = self._dice.choice([(1, 1), (2, 2), (2, 2), (0, 1), (1, 3), (2, 3), (0, 10)])
        ordered = self._dice.random() < 0.7
        make = self._dice.choice(
            [
                lambda: Tree.pair(q.SpanNear, a, b, slop=slop, ordered=ordered, mindist=mindist),
                lambda: Tree.pair(q.SpanNear, a, b),
                lambda: Tree.of(q.SpanNear2, a, b, self._spans(0), slop=slop, mindist=mindist),
                lambda: Tree.of(q.SpanNear2, self._spans(0), Tree.of(q.Or, self._spans(0), self._spans(0))),
                lambda: Tree.of(q.SpanOr, a, b),
                lambda: Tree.pair(q.SpanFirst, a, limit=slop),
                lambda: Tree.pair(q.SpanNot, a, b),
                lambda: Tree.pair(q.SpanContains, a, b),
                lambda: Tree.pair(q.SpanBefore, a, b),
                lambda: Tree.pair(q.SpanCondition, a, b),
            ]
        )
        return make()
