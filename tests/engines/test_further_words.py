"""What is asked of an index for further words: with an index of a few texts, which keeps what it was asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.words.forms import Forms
from searchkit.engines.words.parts import part_words
from searchkit.engines.words.unknown import unknown
from searchkit.language.nearest import nearest_distances
from searchkit.query import And, Every, FieldValue, Not, Or, Phrase, Query, Text, compile_query, parse
from searchkit.query.compiled import CompiledQuery
from searchkit.query.latin import in_parts
from searchkit.query.questions import is_function_word


class Posts:
    """An index of texts whose words are separated by spaces, each with a tag; it keeps what was looked up."""

    def __init__(self, *texts: str, tags: Sequence[str] = ()) -> None:
        self.texts = texts
        self.tags = tags or [""] * len(texts)
        self.asked: list[set[str]] = []
        self.requests = 0

    def occurring(self, texts: Collection[str]) -> set[str]:
        assert texts, "nothing is asked for"
        self.asked.append(set(texts))
        return {text for text in texts if any(self._contains(number, text) for number in range(len(self.texts)))}

    def _contains(self, number: int, text: str) -> bool:
        return f" {text} " in f" {self.texts[number]} "

    def matches(self, number: int, query: Query) -> bool:
        match query:
            case And(parts):
                return all(self.matches(number, part) for part in parts)
            case Or(parts):
                return any(self.matches(number, part) for part in parts)
            case Text(text) | Phrase(text):
                return self._contains(number, text)
            case FieldValue("tag", value):
                return self.tags[number] == value
        return isinstance(query, Every)

    def documents(self, clauses: Sequence[Query]) -> SomePosts:
        numbers = range(len(self.texts))
        return SomePosts(self, [number for number in numbers if all(self.matches(number, each) for each in clauses)])

    def nearest(self, word: str, limit: int) -> Mapping[str, int]:
        return nearest_distances(word, {word: 1 for text in self.texts for word in text.split()}, limit)

    def written(self, field: str, value: str) -> str:
        return value.upper()


class SomePosts:
    """Some of them."""

    def __init__(self, posts: Posts, numbers: Sequence[int]) -> None:
        self.posts = posts
        self.numbers = numbers

    def counts(self, queries: Sequence[Query]) -> list[int]:
        self.posts.requests += bool(queries)
        return [sum(self.posts.matches(number, query) for number in self.numbers) for query in queries]

    def values(self, field: str) -> Mapping[str, int]:
        tags = [self.posts.tags[number] for number in self.numbers] if field == "tag" else []
        return {tag: tags.count(tag) for tag in sorted(set(tags), key=lambda tag: (-tags.count(tag), tag))}


def asked_for(text: str) -> CompiledQuery:
    return compile_query(parse(text))


def test_all_forms_of_all_words_are_looked_up_at_once_and_once_only() -> None:
    posts, forms = Posts("wi fi", "node js"), Forms()
    resolved = forms.resolve(asked_for("wifi nodejs docker"), posts.occurring)
    assert len(posts.asked) == 1
    assert {"".join(needle.unigrams) for needle in resolved.needles} == {"wifi", "nodejs"}
    for query in ("docker wifi", "nodejs", "docker wifi"):
        forms.resolve(asked_for(query), posts.occurring)
    assert posts.asked[1:] == [{"dockerwifi"}]


def test_a_neighbour_that_is_written_in_one_is_found_for_this_neighbour_only() -> None:
    posts, forms = Posts("youtube", "tube"), Forms()
    assert forms.resolve(asked_for("you tube"), posts.occurring).needles
    assert not forms.resolve(asked_for("open tube"), posts.occurring).needles


@pytest.mark.parametrize("query", ["香港 通关", "how can one use the searchengine for research work today?"])
def test_a_query_of_no_latin_words_and_a_sentence_ask_for_nothing(query: str) -> None:
    posts = Posts("search engine")
    compiled = asked_for(query)
    assert Forms().resolve(compiled, posts.occurring).query == compiled
    assert posts.asked == []


def test_a_word_in_parts_is_looked_up_part_by_part() -> None:
    posts = Posts("max retry count", "retry counter")
    resolved = Forms().resolve(asked_for("maxretrycount"), posts.occurring)
    assert [needle.unigrams for needle in resolved.needles] == [("max", "retry", "count")]
    assert len(posts.asked) <= 1 + 4 + 1  # its two parts and itself, then each of four parts, then the whole


def in_all_ways(word: str) -> list[tuple[str, ...]]:
    """A word in three parts or four of two letters at least, in the order of the first cut, then of the next."""
    inner = range(2, len(word) - 1)
    cuts = sorted(cut for number in (2, 3) for cut in combinations(inner, number))
    divided = [tuple(word[a:b] for a, b in pairwise((0, *cut, len(word)))) for cut in cuts]
    return [parts for parts in divided if min(map(len, parts)) > 1]


@given(st.text("abx", min_size=8, max_size=12), st.data())
def test_a_word_in_parts_is_any_whole_whose_parts_all_occur(word: str, data: st.DataObject) -> None:
    ways = in_all_ways(word)
    words = data.draw(st.sets(st.sampled_from(sorted({part for parts in ways for part in parts}))))
    wholes = data.draw(st.sets(st.sampled_from([" ".join(parts) for parts in ways])))
    expected = [
        " ".join(parts)
        for parts in ways
        if " ".join(parts) in wholes and all(part in words and not is_function_word(part, part) for part in parts)
    ]
    assert list(in_parts(word, (words | wholes).intersection)) == expected


def test_a_function_word_is_no_part() -> None:
    assert in_parts("togetcat", {"to", "get", "cat", "to get cat"}.intersection) == ()
    assert in_parts("bigetcat", {"bi", "get", "cat", "bi get cat"}.intersection) == ("bi get cat",)


def test_parts_of_identifiers_are_looked_up_for_what_is_wanted_in_any_field() -> None:
    posts = Posts("user", "max")
    query = compile_query(And(Text("user"), Text("max", "title"), Not(Text("retry")), Text("香港")))
    assert part_words(query, posts.occurring) == {"user"}
    assert posts.asked == [{"user"}]
    assert part_words(asked_for("香港"), posts.occurring) == set()


def test_near_words_that_find_something_beside_the_rest_come_first() -> None:
    posts = Posts("pythons 故宫", "python", "python")
    assert unknown(asked_for("pythonz"), Every(), posts) == (("pythonz", ("python", "pythons")),)
    assert unknown(asked_for("pythonz 故宫"), Every(), posts) == (("pythonz", ("pythons", "python")),)
    assert unknown(asked_for("pythonz"), Phrase("故宫"), posts) == (("pythonz", ("pythons", "python")),)


def test_a_value_is_offered_as_it_is_written_what_finds_something_first() -> None:
    posts = Posts("天", "地", "地", tags=["web设计师", "web", "web"])
    query = FieldValue("tag", "web设计")
    assert unknown(asked_for("天"), query, posts) == (("tag:web设计", ("tag:WEB设计师", "tag:WEB")),)
    assert unknown(asked_for("地"), query, posts) == (("tag:web设计", ("tag:WEB", "tag:WEB设计师")),)


def test_many_words_take_no_more_requests_than_one() -> None:
    """Each request goes over a network: what the words are, which of them occur, the rest, and what finds most."""
    one, many = Posts("python", "nginx", "docker"), Posts("python", "nginx", "docker")
    unknown(asked_for("pythonx"), Every(), one)
    unknown(asked_for("pythonx nginxx dockerx"), Every(), many)
    assert one.requests == many.requests <= 4
