"""Questions of every kind, asked of the local engine and of OpenSearch: where do the answers differ?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torture.queries import excerpts
from torture.wording import Wording

import searchkit
from searchkit.model import Hit
from searchkit.query import Query

PRECISION = 1e-5
"""By how much scores may differ, as a part of the score: OpenSearch adds up single-precision numbers."""


@dataclass(frozen=True)
class Question:
    """What is asked: a call of the facade.

    Attributes:
        method: of ``searchkit.Index``.
        query: its first argument.
        options: the others.
    """

    method: str
    query: str | Query
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"index.{self.method}({self.query!r}{options})"


class Questions:
    """Makes questions about some documents.

    Args:
        documents: of the indexes.
        chance: all that is random.
    """

    def __init__(self, documents: Sequence[searchkit.Document], chance: random.Random) -> None:
        self._documents = documents
        self._chance = chance
        self._wording = Wording(chance, excerpts(list(documents), chance))

    def of_each_kind(self, times: int) -> Iterator[Question]:
        """So many questions of each kind."""
        for kind in _KINDS:
            yield from (kind(self) for _ in range(times))

    def _run(self, *lengths: int) -> str:
        """A run of characters of a post."""
        while True:
            document = self._chance.choice(self._documents)
            text = self._chance.choice((document.title, document.text, document.text))
            start, length = self._chance.randrange(max(len(text), 1)), self._chance.choice(lengths)
            if run := " ".join(text[start : start + length].split()):
                return run

    def _latin(self) -> str:
        """A Latin word of a post, or the beginning of one."""
        while True:
            words = [word for word in self._chance.choice(self._documents).text.split() if word.isascii()]
            letters = "".join(filter(str.isalpha, self._chance.choice(words or [""])))
            if len(letters) > 2:
                return letters[: self._chance.choice((3, 4, 20))]

    def words(self) -> Question:
        query = " ".join(self._run(2, 2, 3, 4) for _ in range(self._chance.choice((1, 2, 2, 3, 5))))
        return Question("search", query, {"limit": self._chance.choice((1, 10, 10, 30))})

    def one_piece(self) -> Question:
        return Question("search", self._run(4, 6, 9, 15))

    def title(self) -> Question:
        return Question("search", self._chance.choice(self._documents).title)

    def quoted(self) -> Question:
        return Question("search", f'"{self._run(2, 5, 9, 300)}"', {"limit": 20})

    def question(self) -> Question:
        return Question("search", f"{self._run(4)}是什么，{self._run(5)}为什么{self._run(3)}？", {"limit": 20})

    def latin(self) -> Question:
        return Question("search", f"{self._latin()} {self._chance.choice((self._latin(), self._run(2)))}")

    def boolean(self) -> Question:
        a, b, c = self._run(2), self._run(2, 3), self._run(2)
        return Question("search", self._chance.choice((f"{a} OR {b}", f"{a} -{b}", f"({a} OR {b}) {c}", f"-{a} {b}")))

    def in_field(self) -> Question:
        name, text = self._chance.choice(("title", "body")), self._run(1, 2, 3, 5)
        queries = (f'{name}:"{text}"', f"{name}:{text}", f"{name}:{self._latin()}*", f"{name}:{self._latin()} {text}*")
        return Question("search", self._chance.choice(queries))

    def beginning(self) -> Question:
        return Question("search", self._chance.choice((f"{self._latin()}*", f'"{self._run(4)}*"', f"{self._run(2)}*")))

    def wildcard(self) -> Question:
        word = self._latin()
        return Question("search", self._chance.choice((f"*{word}", f"{word[0]}*{word[-1]}", f"*{word[1:]}*")))

    def fuzzy(self) -> Question:
        return Question("search", f"{self._latin()}~{self._chance.choice((1, 2))}")

    def pinyin(self) -> Question:
        return Question("search", f"pinyin:{self._chance.choice(('xianggang', 'tongguan', 'zhongguo', 'jj', 'ren'))}")

    def near(self) -> Question:
        texts = " ".join(self._run(2, 2, 3) for _ in range(self._chance.choice((2, 2, 3))))
        return Question("search", f'"{texts}"~{self._chance.choice((0, 3, 10, 100))}')

    def value(self) -> Question:
        document = self._chance.choice(self._documents)
        tag = self._chance.choice(document.tags or ("无",))
        source = f'source:"{document.source}" {self._run(2)}'
        queries = (source, f'tag:"{tag}"', f"path:={document.path}", f"tag:{tag[:1]}*")
        return Question("search", self._chance.choice(queries))

    def dates(self) -> Question:
        period = self._chance.choice(("date:2019..2022", "after:2020-05", "date:2021-11", "before:2018-03-04"))
        query = self._chance.choice((period, f"{period} {self._run(2)}"))
        return Question("search", query, {"since": self._chance.choice((None, "2018", "2021-03-04T05:06:07+08:00"))})

    def arrivals(self) -> Question:
        queries = (f"is:new {self._run(2)}", f"added:7d {self._run(2)}", "-is:new")
        return Question("search", self._chance.choice(queries))

    def sorted(self) -> Question:
        options = {"sort": self._chance.choice(("newest", "oldest")), "offset": self._chance.choice((0, 7))}
        return Question("search", self._run(1, 2), options)

    def aged(self) -> Question:
        return Question("search", self._run(2, 2, 3), {"recency": self._chance.choice(("90d", "2y"))})

    def paged(self) -> Question:
        options = {"offset": self._chance.choice((3, 15, 40)), "limit": self._chance.choice((0, 7, 100, None))}
        return Question("search", f"{self._run(2)} {self._run(2)}", options)

    def facets(self) -> Question:
        return Question("search", self._run(1, 2), {"facets": ("source", "tag", "year", "month"), "limit": 3})

    def explained(self) -> Question:
        return Question("search", f"{self._run(2)} {self._run(2, 4)} {self._latin()}", {"explain": True})

    def misspelt(self) -> Question:
        word = list(self._latin())
        word[self._chance.randrange(len(word))] = "q"
        return Question("search", f"{''.join(word)}{self._chance.choice(('', f' {self._run(2)}', ' source:联合早报'))}")

    def string(self) -> Question:
        return Question("search", self._wording.string()[:300])

    def tree(self) -> Question:
        return Question("search", self._wording.tree(levels=3))

    def counts(self) -> Question:
        by = self._chance.choice((("source",), ("tag", "year"), ("month",), ("week",), ("day", "source"), ()))
        return Question("count", self._run(1, 2), {"by": by})

    def suggestions(self) -> Question:
        typed = self._chance.choice((self._run(1, 2, 3), self._latin()[:3], "xiangg", "tag:", f"source:{self._run(1)}"))
        return Question("suggest", typed)

    def keywords(self) -> Question:
        return Question("keywords", self._run(2))

    def concordance(self) -> Question:
        return Question("kwic", self._run(2), {"limit": 20})

    def words_of_the_index(self) -> Question:
        return Question("terms", self._chance.choice((self._run(1), self._latin()[:2])))


_KINDS: tuple[Callable[[Questions], Question], ...] = (
    *(Questions.words, Questions.one_piece, Questions.title, Questions.quoted, Questions.question, Questions.latin),
    *(Questions.boolean, Questions.in_field, Questions.beginning, Questions.wildcard, Questions.fuzzy),
    *(Questions.pinyin, Questions.near, Questions.value, Questions.dates, Questions.arrivals, Questions.sorted),
    *(Questions.aged, Questions.paged, Questions.facets, Questions.explained, Questions.misspelt, Questions.string),
    *(Questions.tree, Questions.counts, Questions.suggestions, Questions.keywords, Questions.concordance),
    Questions.words_of_the_index,
)
KINDS = len(_KINDS)


def difference(question: Question, one: searchkit.Index, other: searchkit.Index) -> str | None:
    """What differs in the answers of two indexes; None if nothing does."""
    first, second = _answer(question, one), _answer(question, other)
    if isinstance(first, searchkit.Results) and isinstance(second, searchkit.Results):
        found = _difference_of_results(first, second)
    else:
        found = None if first == second else f"{first!r:.600} != {second!r:.600}"
    return f"{question}: {found}" if found else None


def _answer(question: Question, index: searchkit.Index) -> Any:
    try:
        answer = getattr(index, question.method)(question.query, **question.options)
    except searchkit.SearchkitError as error:
        return type(error)
    return answer if isinstance(answer, searchkit.Results) else repr(answer)


def _difference_of_results(one: searchkit.Results, other: searchkit.Results) -> str | None:
    for name in ("total", "facets", "unknown", "filtered_out", "notes", "parsed"):
        if getattr(one, name) != getattr(other, name):
            return f"{name}: {getattr(one, name)!r:.600} != {getattr(other, name)!r:.600}"
    if [hit.path for hit in one] != [hit.path for hit in other]:
        return f"order: {_ranked(one)} != {_ranked(other)}"
    for mine, its in zip(one, other, strict=True):
        if abs(mine.score - its.score) > PRECISION * max(1.0, abs(mine.score)):
            return f"score of {mine.path}: {mine.score} != {its.score}"
        if _shown(mine) != _shown(its):
            return f"hit: {_shown(mine)} != {_shown(its)}"
    return None


def _ranked(results: searchkit.Results) -> list[tuple[str, float]]:
    return [(hit.path, hit.score) for hit in results]


def _shown(hit: Hit) -> tuple[Hit, Any]:
    """A hit without what depends on the clock, and what its explanation says with scores as they are printed."""
    reasons = hit.explanation.reasons if hit.explanation else ()
    parts = [
        (reason.word, reason.how, reason.found, [(kind, term, round(score, 3)) for kind, term, score in reason.parts])
        for reason in reasons
    ]
    return replace(hit, score=0.0, added=None, explanation=None), sorted(parts, key=repr)
