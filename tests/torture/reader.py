"""What somebody finds who reads every post: the plain definition of phrases, near texts, values, dates and branches."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import searchkit
from searchkit.language import fold, unigrams
from searchkit.query import And, DateRange, Every, FieldValue, Not, Nothing, Or, Phrase, Query

Units = tuple[tuple[str, ...], tuple[int, ...]]
"""The unigrams of a text, and the gap after each."""


@dataclass
class Reader:
    """Reads some posts, in which posts of the same text are one.

    Attributes:
        documents: the posts.
        chance: all that is random.
    """

    documents: Sequence[searchkit.Document]
    chance: random.Random
    _read: dict[str, dict[str, list[Units]]] = field(default_factory=dict)

    def tree(self, levels: int = 2) -> Query:
        """A tree of which this reader knows the plain meaning."""
        chance = self.chance
        if levels and chance.random() < 0.5:
            branch = chance.choice((And, Or, Not))
            parts = [self.tree(levels - 1) for _ in range(1 if branch is Not else chance.randint(2, 3))]
            return branch(*parts)
        document = chance.choice(self.documents)
        leaves = (self._phrase, self._phrase, self._phrase, self._value, self._dates)
        return chance.choice(leaves)(document)

    def matching(self, tree: Query) -> set[str]:
        """The paths of the posts that a tree describes."""
        return {document.path for document in self._known if self._has(document, tree)}

    def known(self, paths: set[str]) -> set[str]:
        """Those of some paths whose posts this reader has read."""
        return paths & {document.path for document in self._known}

    @cached_property
    def _known(self) -> list[searchkit.Document]:
        """Some of the posts: those with several paths are left out, since each path may have values of its own."""
        alone = [document for document in self.documents if len(document.paths) == 1]
        return self.chance.sample(alone, min(len(alone), 100))

    def _phrase(self, document: searchkit.Document) -> Query:
        name = self.chance.choice(("", "title", "body"))
        text = document.title if name == "title" else document.body or document.title
        start = self.chance.randrange(len(text)) if text else 0
        phrase = text[start : start + self.chance.choice((1, 2, 3, 4, 8))].replace('"', "")
        return Phrase(fold(phrase), name) if unigrams(fold(phrase)).texts else Every()

    def _value(self, document: searchkit.Document) -> Query:
        if self.chance.random() < 0.2:
            return FieldValue("path", fold(document.path).strip())
        if document.tags and self.chance.random() < 0.5:
            return FieldValue("tag", fold(self.chance.choice(document.tags)).strip())
        return FieldValue("source", fold(document.source).strip()) if document.source else Nothing()

    def _dates(self, document: searchkit.Document) -> Query:
        if document.date is None:
            return DateRange()
        day = self.chance.choice((document.date, document.date.replace(tzinfo=None), document.date.astimezone(dt.UTC)))
        return DateRange(*self.chance.choice(((day, None), (None, day), (day, day + dt.timedelta(30)))))

    def _has(self, document: searchkit.Document, tree: Query) -> bool:
        match tree:
            case And(parts):
                return all(self._has(document, part) for part in parts)
            case Or(parts):
                return any(self._has(document, part) for part in parts)
            case Not(part):
                return not self._has(document, part)
            case Phrase(text, name):
                wanted = _units(text)
                return any(_contains(there, wanted) for there in self._texts(document)[name])
            case FieldValue(name, value):
                named = {"source": (document.source,), "tag": document.tags, "path": (document.path,)}[name]
                return value in [fold(each).strip() for each in named]
            case DateRange(since, until):
                return document.date is not None and _is_between(document.date, since, until)
        return isinstance(tree, Every)

    def _texts(self, document: searchkit.Document) -> dict[str, list[Units]]:
        if document.path not in self._read:
            title, body = _units(fold(document.title)), _units(fold(document.text))
            self._read[document.path] = {"": [title, body], "title": [title], "body": [body]}
        return self._read[document.path]


def _units(text: str) -> Units:
    found = unigrams(text)
    return tuple(found.texts), tuple(found.gaps)


def _contains(there: Units, wanted: Units) -> bool:
    """Whether the unigrams stand side by side, with the same gaps between them."""
    (texts, gaps), (phrase, between) = there, wanted
    size = len(phrase)
    return any(
        texts[at : at + size] == phrase and gaps[at : at + size - 1] == between[:-1]
        for at in range(len(texts) - size + 1)
    )


def _is_between(date: dt.datetime, since: dt.datetime | None, until: dt.datetime | None) -> bool:
    """Whether a date lies between bounds: an instant with a time zone, what the author's clock showed without one."""

    def as_in(bound: dt.datetime) -> dt.datetime:
        return date.replace(tzinfo=None) if bound.tzinfo is None else date

    return (since is None or as_in(since) >= since) and (until is None or as_in(until) <= until)
