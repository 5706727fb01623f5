"""Fuzzed query strings and query trees, asked in every way.

What must hold: no string is an error, and no tree but one with more levels than are read; each question ends within a
second of CPU; what a string is read as is printed so that it is read alike; results are plain data that JSON can write,
their spans slice the original texts; a page is a part of a longer page; totals are those that counting gives; and
queries of phrases, values, dates and branches find what a reader of the posts finds.
"""

from __future__ import annotations

import json
import pickle
import random
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import searchkit
from searchkit.errors import QueryError
from searchkit.model import Snippet
from searchkit.query import Query, parse, to_string
from searchkit.query.checking import MAX_LEVELS
from torture.reader import Reader
from torture.wording import Wording, deep

FEW = 200

SECONDS = 1.0
"""CPU of one question."""

CORPUS = Path(__file__).parents[2] / "corpus"


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    """Questions to an index of the demo corpus."""
    searchkit.rebuild(CORPUS, folder / "index", jobs=1, progress=False)
    with searchkit.open(folder / "index") as index:
        yield from asked(index, chance)


def asked(index: searchkit.Index, chance: random.Random) -> Iterator[str | None]:
    """Endless questions to an index."""
    documents = list(index.documents())
    documents = chance.sample(documents, min(len(documents), 500))
    questions = Questions(index, chance, Wording(chance, excerpts(documents, chance)), Reader(documents, chance))
    questions.warm_up()
    while True:
        yield questions.attempt()


def excerpts(documents: list[searchkit.Document], chance: random.Random) -> list[str]:
    """Texts of 1 to 40 characters from titles, texts, sources and tags."""
    texts = []
    for document in chance.choices(documents, k=2_000):
        text = chance.choice((document.text, document.text, document.title, document.source, *document.tags)) or "a"
        start = chance.randrange(len(text))
        texts.append(text[start : start + chance.choice((1, 2, 4, 8, 40))])
    return texts


class Questions:
    """Asks an index, and says what did not hold."""

    def __init__(self, index: searchkit.Index, chance: random.Random, wording: Wording, reader: Reader) -> None:
        self._index = index
        self._chance = chance
        self._wording = wording
        self._reader = reader
        self._kinds: tuple[Callable[[str | Query], str | None], ...] = (
            *(self._search,) * 6,
            self._pages,
            self._count,
            self._read,
            self._suggest,
            self._sample,
            self._similar,
        )

    def warm_up(self) -> None:
        """Load what first questions load, so that no measured one does."""
        for query in ("香港 通关", "pinyin:xianggang", "kubernets~1", "title:a*", "一二三四五六七八九十甲乙丙丁"):
            self._index.search(query, facets=("source", "tag"), explain=True)
            self._index.count(query, by=("source", "tag", "month"))
        self._index.suggest("xianggang")

    def attempt(self) -> str | None:
        """One question, or one law of printing."""
        number = self._chance.random()
        if number < 0.1:
            return self._found_as_read()
        if number < 0.25:
            return _failure(self._printed, self._wording.string())
        if number < 0.4:
            return self._measured(self._chance.choice(self._kinds), self._tree())
        return self._measured(self._chance.choice(self._kinds), self._wording.string())

    def _tree(self) -> Query:
        tree = self._wording.tree()
        return deep(tree, self._chance.choice((10, 150, 250, 1_000))) if self._chance.random() < 0.05 else tree

    def _measured(self, ask: Callable[[str | Query], str | None], query: str | Query) -> str | None:
        began = time.process_time()
        failure = _failure(ask, query)
        seconds = time.process_time() - began
        if failure is None and seconds > SECONDS and ask != self._pages:  # which asks twice
            failure = f"{seconds:.2f} s: {ask.__name__}({_shown(query)})"
        return failure

    def _found_as_read(self) -> str | None:
        """What a query of phrases, values, dates and branches finds, compared with what a reader of posts finds."""
        tree = self._reader.tree()
        wanted = self._reader.matching(tree)
        query = tree if self._chance.random() < 0.5 else to_string(tree)
        results = self._index.search(query, limit=None, snippet_chars=0)
        found = {path for hit in results for path in (hit.path, *hit.also)}
        missing, beyond = sorted(wanted - found), sorted(self._reader.known(found) - wanted)
        return f"{_shown(query)} does not find {missing[:3]}, finds {beyond[:3]}" if missing or beyond else None

    def _printed(self, string: str) -> str | None:
        tree = parse(string).tree
        printed = to_string(tree)
        if len(printed) > 9_000 or parse(printed).tree == tree or parse(string).notes:
            return None
        return f"parse({_shown(string)}) is printed as {_shown(printed)}, which is read as another tree"

    def _search(self, query: str | Query) -> str | None:
        options = self._options()
        results = self._index.search(query, **options)
        wrong = _wrong(results)
        return wrong and f"search({_shown(query)}, **{options}): {wrong}"

    def _options(self) -> dict[str, Any]:
        chance = self._chance
        every = {
            "limit": chance.choice((0, 1, 10, 50)),
            "offset": chance.choice((0, 1, 50, 10**9)),
            "sort": chance.choice(("relevance", "newest", "oldest")),
            "since": chance.choice((None, "2021", "去年")),
            "until": chance.choice((None, "2021", "7d")),
            "source": chance.choice(((), "BBC中文", self._wording.text())),
            "tag": chance.choice(((), "新闻", [self._wording.text(), "新闻"])),
            "recency": chance.choice((None, "90d", "1y")),
            "facets": chance.choice(((), ("source", "tag", "year", "month"))),
            "snippet_chars": chance.choice((0, 1, 120, 10_000)),
            "explain": chance.random() < 0.5,
        }
        return {name: value for name, value in every.items() if chance.random() < 0.3}

    def _pages(self, query: str | Query) -> str | None:
        long = self._index.search(query, limit=12)
        part = self._index.search(query, limit=5, offset=4)
        if [hit.path for hit in long][4:9] != [hit.path for hit in part] or long.total != part.total:
            return f"search({_shown(query)}): hits 5 to 9 differ from those of the page from 5 on"
        return None

    def _count(self, query: str | Query) -> str | None:
        keys = self._chance.sample(("source", "tag", "year", "month", "week", "day"), self._chance.randint(0, 2))
        counts, total = self._index.count(query, by=keys), self._index.search(query, limit=0).total
        json.dumps(counts.to_dict())
        once = sum(count for _, count in counts.rows)
        if counts.total != total or (once < total if "tag" in keys else once != total):
            return f"count({_shown(query)}, by={keys}): {counts.total} posts, {once} in rows, {total} found"
        return None

    def _read(self, query: str | Query) -> str | None:
        document = self._chance.choice(self._reader.documents)
        reading = self._index.read(document.path, query)
        for text, spans in ((reading.document.title, reading.title_spans), (reading.document.text, reading.spans)):
            if wrong := _wrong_spans(text, spans):
                return f"read({document.path!r}, {_shown(query)}): {wrong}"
        return None

    def _suggest(self, query: str | Query) -> str | None:
        text = query if isinstance(query, str) else to_string(query)
        limit = self._chance.choice((0, 1, 8, 100))
        found = self._index.suggest(text, limit=limit)
        json.dumps([each.to_dict() for each in found])
        return f"suggest({_shown(text)}, limit={limit}): {len(found)}" if len(found) > limit else None

    def _sample(self, query: str | Query) -> str | None:
        results = self._index.sample(query, 3, seed=self._chance.randrange(100))
        wrong = _wrong(results)
        return wrong and f"sample({_shown(query)}): {wrong}"

    def _similar(self, query: str | Query) -> str | None:
        """Similar posts to one that a query finds."""
        for hit in self._index.search(query, limit=1):
            similar = self._index.similar(hit.path, limit=3)
            json.dumps(similar.to_dict(), allow_nan=False)
            if len(similar) > 3 or hit.path in [post.path for post in similar]:
                return f"similar({hit.path!r}): {similar}"
        return None


def _failure(ask: Callable[[Any], str | None], query: Any) -> str | None:
    """What did not hold; an exception, too, unless a tree has more levels than are read."""
    try:
        return ask(query)
    except QueryError as error:
        if not isinstance(query, str) and f"{MAX_LEVELS} levels" in str(error):
            return None
        return f"{ask.__name__}({_shown(query)}): {error!r}"
    except Exception as error:  # any is a failure to report
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{ask.__name__}({_shown(query)}): {error!r:.300} at {Path(where.filename).name}:{where.lineno}"


def _wrong(results: searchkit.Results) -> str:
    """What is wrong with results as data; empty if nothing is."""
    json.dumps(results.to_dict(), allow_nan=False)
    if pickle.loads(pickle.dumps(results)) != results:
        return "another when it was pickled"
    for hit in results:
        for text, spans in ((hit.title, hit.title_spans), *((s.text, s.spans) for s in (*hit.snippets, hit.snippet))):
            if wrong := _wrong_spans(text, spans):
                return f"{hit.path}: {wrong}"
        if wrong := _wrong_snippet(hit.snippet):
            return f"{hit.path}: {wrong}"
    ranks = [hit.rank for hit in results]
    if ranks != list(range(results.offset + 1, results.offset + 1 + len(ranks))):
        return f"ranks {ranks}"
    if sum(not hit.missing for hit in results) > results.total:
        return "more hits that lack nothing than there are"
    return ""


def _wrong_snippet(snippet: Snippet) -> str:
    return "a snippet of several lines" if "\n" in snippet.text else ""


def _wrong_spans(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    places = [place for span in spans for place in span]
    ordered = all(first < end for first, end in spans) and places == sorted(places)
    return "" if ordered and (not places or 0 <= places[0] <= places[-1] <= len(text)) else f"spans {spans} of {text!r}"


def _shown(query: str | Query) -> str:
    try:
        text = repr(query)
    except RecursionError:
        text = f"{type(query).__name__} of many levels"
    return text if len(text) <= 2_000 else f"{text[:2_000]}… ({len(text)} characters)"
