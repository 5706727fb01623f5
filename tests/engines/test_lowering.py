"""Every query tree matches what it says of the texts: random trees against a scan of all posts."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit import Document, Index
from searchkit.engines.whoosh.search.match.lower import lower
from searchkit.language import fold, unigrams, words
from searchkit.language.unigrams import TEXT_END
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
    Or,
    Phrase,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.ast import map_leaves

POSTS = {
    "a.md": {"title": "香港通关", "body": "从香港到北京，通关。香港通关", "author": "甲", "date": "2021-11-08"},
    "b.md": {"title": "北京香", "body": "香港。通关 kube kubernetes", "author": "乙", "tags": ["旅行"]},
    "c.md": {"title": "kubernetes", "body": "北京，香港 iphone15 与 iphone 通", "author": "甲", "date": "2022-01-01"},
    "d.md": {"title": "关", "body": "港通香 kubernete\n北京 北京 kube", "tags": ["旅行", "香港"]},
    "e/f.md": {"title": "通关香港", "body": "iphone-15 通，关", "author": "丙", "date": "2020-02-29"},
}

TEXTS = st.sampled_from(
    ["香", "港", "香港", "港通", "通关", "香港通关", "北京", "北京香", "kube", "iphone15", "京，香", "通，关"]
)
FIELDS = st.sampled_from(["", "title", "body"])
DATES = st.sampled_from([None, *(dt.datetime(year, 6, 1, tzinfo=dt.UTC) for year in (2020, 2021, 2022))])
LEAVES = st.one_of(
    st.builds(Text, TEXTS, FIELDS),
    st.builds(Phrase, TEXTS, FIELDS),
    st.builds(Near, st.lists(TEXTS, min_size=2, max_size=3).map(tuple), st.integers(0, 6), FIELDS),
    st.builds(Prefix, st.sampled_from(["香", "通关", "kube", "iphone1"]), FIELDS),
    st.builds(Wildcard, st.sampled_from(["*netes", "*ubern*"]), FIELDS),
    st.builds(Fuzzy, st.sampled_from(["kubernetes", "kubenr"]), st.integers(1, 2), FIELDS),
    st.builds(FieldValue, st.sampled_from(["source", "tag"]), st.sampled_from(["甲", "旅行"])),
    st.builds(Wildcard, st.sampled_from(["*f*", "a.md", "*"]), st.just("path")),
    st.builds(DateRange, DATES, DATES),
    st.sampled_from([Every(), Nothing(), New(), AddedRange(), AddedRange(None, dt.datetime(2000, 1, 1))]),
)
TREES = st.recursive(
    LEAVES,
    lambda children: st.one_of(
        st.lists(children, min_size=1, max_size=3).map(lambda parts: And(*parts)),
        st.lists(children, min_size=1, max_size=3).map(lambda parts: Or(*parts)),
        children.map(Not),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def posts(make_index: Callable[..., Index]) -> Index:
    """Two segments and a deleted post."""
    return make_index({"a.md": "旧", **{path: POSTS[path] for path in ("b.md", "d.md")}}, POSTS)


@settings(max_examples=300)
@given(TREES)
def test_a_tree_matches_what_a_scan_of_the_posts_finds(posts: Index, tree: Query) -> None:
    newest = max(document.added for document in posts.documents() if document.added)
    spelled = map_leaves(tree, lambda leaf: AddedRange(newest, newest) if leaf == New() else leaf)
    expected = {document.path for document in posts.documents() if matches(spelled, document)}
    assert {hit.path for hit in posts.search(tree)} == expected


def matches(query: Query, document: Document) -> bool:
    """Whether a post matches, by a scan of its text."""
    match query:
        case And():
            return all(matches(part, document) for part in query.parts)
        case Or():
            return any(matches(part, document) for part in query.parts)
        case Not():
            return not matches(query.part, document)
        case Every() | Nothing():
            return isinstance(query, Every)
        case Text():
            return all(places(word, document, query.field) for word in words_of(query.text))
        case Phrase():
            return bool(places(query.text, document, query.field))
        case Near():
            return near(query, document)
        case FieldValue():
            return query.value in ((document.source,) if query.field == "source" else document.tags)
        case DateRange() | AddedRange():
            low, high = (end and end.timestamp() for end in (query.since, query.until))
            found = document.date if isinstance(query, DateRange) else document.added
            date = found.timestamp() if found else None
            return date is not None and (low is None or low <= date) and (high is None or date <= high)
        case Wildcard() if query.field == "path":
            return fnmatch.fnmatchcase(document.path, query.pattern)
    return any(pattern_matches(query, word) for word in words_in(query, document)) or continued(query, document)


def content(document: Document, field: str) -> str:
    title, body = fold(document.title), fold(document.body)
    return {"": f"{title}{TEXT_END}{body}", "title": title, "body": body}[field]


def places(text: str, document: Document, field: str) -> list[int]:
    """Where a text begins, in unigrams, its punctuation included."""
    whole, part = unigrams(content(document, field)), unigrams(fold(text))
    size = len(part.texts)
    return [
        at
        for at in range(len(whole.texts) - size + 1)
        if whole.texts[at : at + size] == part.texts and whole.gaps[at : at + size - 1] == part.gaps[:-1]
    ]


def words_of(text: str) -> Sequence[str]:
    """The pieces of a text that are looked for one by one: its words, cut where punctuation stands between."""
    return [word for piece in re.split("[，。]", text) for word in (words(piece) if not piece.isascii() else [piece])]


def near(query: Near, document: Document) -> bool:
    """Whether a cluster of occurrences, none further than the distance from those before it, has every text."""
    sizes = {text: len(unigrams(fold(text)).texts) for text in query.texts}
    occurrences = sorted((at, text) for text in sizes for at in places(text, document, query.field))
    clusters: list[list[str]] = []
    reach = 0
    for start, text in occurrences:
        if not clusters or start - reach > query.distance + 1:
            clusters.append([])
            reach = 0
        clusters[-1].append(text)
        reach = max(reach, start + sizes[text] - 1)
    return any(all(cluster.count(text) >= query.texts.count(text) for text in sizes) for cluster in clusters)


def words_in(query: Query, document: Document) -> Sequence[str]:
    return words(content(document, query.field))  # type: ignore[union-attr]


def pattern_matches(query: Query, word: str) -> bool:
    match query:
        case Prefix():
            return word.startswith(query.text)
        case Wildcard():
            return fnmatch.fnmatchcase(word, query.pattern)
        case Fuzzy():
            return word[0] == query.text[0] and distance(word, query.text) <= query.edits
    raise AssertionError(query)


def continued(query: Query, document: Document) -> bool:
    """Whether the last of several unigrams goes on, as iphone1 does in iphone15; or several Han words stand there."""
    if not isinstance(query, Prefix) or len(unigrams(query.text).texts) == 1:
        return False
    if not query.text.isascii():
        return len(words(query.text)) > 1 and bool(places(query.text, document, query.field))
    first, last = unigrams(query.text).texts
    whole = unigrams(content(document, query.field))
    joined = zip(whole.texts, whole.texts[1:], whole.gaps, strict=False)
    return any(a == first and b.startswith(last) and not gap for a, b, gap in joined)


def distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


@pytest.mark.parametrize(("text", "is_kept"), [("香港", True), ("香港" * 5_000, False)])
def test_what_a_short_text_becomes_is_kept(text: str, is_kept: bool) -> None:
    """A thousand long ones would take a gigabyte."""
    assert (lower(Text(text)) is lower(Text(text))) == is_kept
