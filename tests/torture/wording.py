"""Query strings and query trees at random, from the signs of the language, texts of posts, and what no one types."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.hostile import FIELDS, MAX_CHARS, SIGNS, VALUES, WRAPPED
from searchkit.query import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.ast import TEXT_FIELDS, VALUE_FIELDS

DATES = (
    *("2021", "2021-11", "2021-11-08", "2021-11-08T03:39:04.5Z", "2021/1/2", "0001", "9999-12-31", "0000", "2021-13"),
    *("2021..2022", "..2021", "2021..", "..", ">2021", "<=0001", ">9999", ">>1", "<2021-11-08T00:00+23:59"),
    *("去年", "上个月", "最近7天", "半年前", "十年前", "9999年前", "7d", "9999y", "前天", "今天", "２０２１年１１月"),
)
RANGES = (
    *((0x20, 0x7F), (0x80, 0x250), (0x300, 0x370), (0x600, 0x700), (0x1100, 0x1200), (0x2000, 0x2070)),
    *((0x2460, 0x2500), (0x3000, 0x3100), (0x3400, 0x9FFF), (0xAC00, 0xD7A4), (0xD800, 0xE000)),
    *((0xF900, 0xFB00), (0xFE00, 0x10000)),
    *((0x1F100, 0x1F700), (0x20000, 0x2FA20), (0xE0000, 0xE0200), (0, 0x110000)),
)
"""Of code points: what folding, segmenting and highlighting treat in their own ways."""


@dataclass(frozen=True)
class Wording:
    """Makes queries.

    Attributes:
        chance: all that is random.
        excerpts: texts of posts.
    """

    chance: random.Random
    excerpts: Sequence[str]

    def string(self) -> str:
        """A query string, up to 10,000 characters."""
        way = self.chance.choice((self._grammatical, self._grammatical, self._joined, self._mutated, self._raw))
        text = way()
        if self.chance.random() < 0.1:
            text = self.chance.choice(WRAPPED).format(text[: MAX_CHARS - 10])
        if self.chance.random() < 0.05:
            text = text * self.chance.choice((2, 20, MAX_CHARS))
        return text[: self.chance.choice((MAX_CHARS, MAX_CHARS, MAX_CHARS + 50))]

    def text(self) -> str:
        """A word, or a text of a post, or something that looks like one."""
        return self.chance.choice(
            (
                lambda: self.chance.choice(self.excerpts),
                lambda: self.chance.choice(self.excerpts)[:2],
                lambda: self.chance.choice(VALUES),
                lambda: self.chance.choice(DATES),
                lambda: self.characters(6),
            )
        )()

    def characters(self, most: int) -> str:
        """Any characters, unpaired surrogates among them."""
        chosen = []
        for _ in range(self.chance.randint(0, most)):
            first, end = self.chance.choice(RANGES)
            chosen.append(chr(self.chance.randrange(first, end)))
        return "".join(chosen)

    def _grammatical(self, levels: int = 4) -> str:
        """By the grammar of docs/query.md, nested."""
        parts = [self._part(levels) for _ in range(self.chance.choice((1, 1, 2, 3, 8)))]
        return self.chance.choice((" ", " ", " OR ", " AND ", "|", "、", "")).join(parts)

    def _part(self, levels: int) -> str:
        chance, text = self.chance, self.text()
        if levels and chance.random() < 0.25:
            before = chance.choice(("", "-", "+", "~", "NOT ", chance.choice(FIELDS)))
            return f"{before}({self._grammatical(levels - 1)})"
        return chance.choice(
            (
                text,
                f'"{text}"',
                f'"{text} {self.text()}"~{chance.choice((0, 1, 5, 999, 10**12))}',
                f"{chance.choice(FIELDS)}{text}",
                f'{chance.choice(FIELDS)}"{text}"',
                f"{chance.choice(('date:', '日期：', 'after:', 'before:', 'added:', '收录:'))}{chance.choice(DATES)}",
                f"{chance.choice('-+~')}{text}",
                f"{text}*",
                f"*{text}",
                f"{text}~{chance.choice((1, 2, 9))}",
                chance.choice(("is:new", "*:*", "-*:*", "OR", "@通关", "path:=a.md", "word:")),
            )
        )

    def _joined(self) -> str:
        """Signs, fields and texts, whatever comes."""
        parts = (
            self.chance.choice((self.chance.choice(SIGNS), self.chance.choice(FIELDS), self.text()))
            for _ in range(self.chance.randint(0, 30))
        )
        return "".join(parts)

    def _mutated(self) -> str:
        """A query that somebody might have typed, with a few characters changed."""
        characters = list(self._grammatical(1))
        for _ in range(self.chance.randint(1, 6)):
            at = self.chance.randint(0, len(characters))
            new = list(self.chance.choice((self.chance.choice(SIGNS), self.characters(2), "")))
            characters[at : at + self.chance.randint(0, 3)] = new
        return "".join(characters)

    def _raw(self) -> str:
        return self.characters(self.chance.choice((3, 30, 300)))

    def tree(self, levels: int = 5) -> Query:
        """A tree that a program may build, in any form."""
        chance = self.chance
        if levels and chance.random() < 0.5:
            branch = chance.choice((And, And, Or, Not, Optional))
            if branch in (Not, Optional):
                return branch(self.tree(levels - 1))
            return branch(*(self.tree(levels - 1) for _ in range(chance.choice((0, 1, 2, 2, 3, 9)))))
        return chance.choice(self._leaves())()

    def _leaves(self) -> Sequence[Callable[[], Query]]:
        chance, text = self.chance, self.text
        field, value_field = chance.choice(TEXT_FIELDS), chance.choice(VALUE_FIELDS)
        any_field = chance.choice((field, value_field))
        number = chance.choice((0, 1, 2, 3, 50, -1, 10**12))
        return (
            lambda: Text(text(), field),
            lambda: Text(text(), field, (text(),), (text(), text())),
            lambda: Text(text(), field, tags=(text(),)),
            lambda: Phrase(text(), field),
            lambda: Near(tuple(text() for _ in range(chance.choice((0, 1, 2, 3, 20)))), number, field),
            lambda: Prefix(text(), any_field),
            lambda: Wildcard(chance.choice(("{}", "*{}", "*{}*", "{}*", "**{}", "*")).format(text()), any_field),
            lambda: Fuzzy(text(), number, field),
            lambda: Pinyin(text()),
            lambda: FieldValue(value_field, text()),
            lambda: DateRange(self.instant(), self.instant()),
            lambda: AddedRange(self.instant(), self.instant()),
            New,
            Every,
            Nothing,
        )

    def instant(self) -> dt.datetime | None:
        """A bound of a period: without or with a time zone, now and then at the ends of time."""
        chance = self.chance
        zone = chance.choice((None, dt.UTC, dt.timezone(dt.timedelta(hours=chance.randint(-23, 23)))))
        some = dt.datetime(chance.randint(1, 9999), chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23))
        instant = chance.choice((dt.datetime.min, dt.datetime.max, some, some, some)).replace(tzinfo=zone)
        return chance.choice((None, instant, instant))


def deep(tree: Query, levels: int) -> Query:
    """A tree so many levels down."""
    for _ in range(levels):
        tree = Not(tree)
    return tree
