"""From trees to the clauses of OpenSearch: no node is asked."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torture.wording import Wording

from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.lower import Lowering
from searchkit.engines.opensearch.search.rank.ranker import FIRST_TERMS, is_large
from searchkit.engines.opensearch.search.rank.scoring import WeightedTerm, counting
from searchkit.engines.opensearch.search.rank.statistics import RANKED
from searchkit.query import And, FieldValue, Fuzzy, Near, Not, Or, Phrase, Pinyin, Prefix, Query, Text, compile_query
from searchkit.query.ast import Every, New, Nothing
from searchkit.query.needles import needle_of


class NoWords:
    """A vocabulary in which every pattern stands for two words."""

    def readings(self, pattern: Pinyin) -> list[object]:
        return [needle_of("香港"), needle_of("相干")]

    def fuzzy_terms(self, pattern: Fuzzy, field: str) -> list[str]:
        return ["docker", "docked"]


LOWERING = Lowering(NoWords(), 7, lambda leaf, candidates: dsl.ids(["a"]))


@pytest.mark.parametrize(
    ("tree", "clause"),
    [
        (Phrase("港"), dsl.term("units", "港")),
        (Phrase("香港", "title"), dsl.term("title_links", "香_港")),
        (Phrase("香港。新闻"), {"match_phrase": {"links": '香_港 港"新 新_闻'}}),
        (Phrase("港", "body"), dsl.term("body_units", "港")),
        (Phrase("3.11"), dsl.term("links", "3$11")),
        (Text("user"), dsl.any_of([dsl.term("units", "user"), dsl.term("part", "user")])),
        (Prefix("香"), dsl.prefix("words", "香")),
        (Prefix("香港 ip"), {"match_phrase_prefix": {"links": {"query": "香_港 港_ip", "max_expansions": 2**31 - 1}}}),
        (FieldValue("tag", "美食"), dsl.any_of([dsl.term("tag", "美食"), dsl.prefix("tag", "美食/")])),
        (Fuzzy("docket", 1), dsl.terms("words", ["docker", "docked"])),
        (New(), dsl.term("added", 7)),
        (And(Phrase("港"), Not(Phrase("澳"))), dsl.all_of([dsl.term("units", "港")], [dsl.term("units", "澳")])),
        (And(), dsl.EVERYTHING),
        (Or(), dsl.NOTHING),
        (Near(("香港", "新闻"), 3), dsl.ids(["a"])),
        (Phrase("香港" * 200), dsl.ids(["a"])),
    ],
)
def test_a_tree_becomes_a_clause(tree: Query, clause: dsl.Clause) -> None:
    assert LOWERING.lower(tree) == clause


@given(st.randoms(use_true_random=False))
def test_every_tree_becomes_json_that_utf_8_can_encode(chance: random.Random) -> None:
    compiled = compile_query(Wording(chance, ["香港", "\ud800 a\u2028", "iphone 15"]).tree())
    tree = And(compiled.required, *(clause.query for clause in compiled.optional))
    assert json.dumps(LOWERING.lower(tree), ensure_ascii=False).encode()


def test_clauses_without_an_effect_are_left_out() -> None:
    assert LOWERING.lower(And(Every(), Phrase("港"))) == LOWERING.lower(Or(Nothing(), Phrase("港")))


def test_what_ranks_counts_all_words_of_a_pattern_or_some() -> None:
    words = counting(LOWERING.pattern(Fuzzy("docket", 1), "words"))
    assert [part["term"]["words"]["value"] for part in words["bool"]["should"]] == ["docker", "docked"]
    assert counting(words, 1)["bool"]["should"] == words["bool"]["should"][:1]
    assert counting(dsl.prefix("words", "香"), 9)["prefix"]["words"]["rewrite"] == "top_terms_9"


def test_a_question_none_of_whose_words_occur_matches_few_documents() -> None:
    field = RANKED["", "bigrams"]
    terms = [WeightedTerm(field, str(number), dsl.NOTHING, 1.0, 9_000_000) for number in range(FIRST_TERMS + 1)]
    query = compile_query("为什么香港的旅客可以通关？")
    assert query.match_any
    assert not is_large(query, terms)
    assert is_large(query, [*terms, WeightedTerm(RANKED["", "words"], "的", dsl.NOTHING, 1.0, 9_000_000)])
