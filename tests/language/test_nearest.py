"""Spelling suggestions: what a slip of the keyboard or of the input method meant comes first, in a fixed order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.language.nearest import nearest

DOC_FREQS = """北京 50 背景 30 上海 40 候选人 20 竞选人 25 按部就班 2 马克思 9 马克思主义 7 马克 5
    python 8 pythons 9 java 4 covid 6 café 2 15 9 iphone 3 phone 9 已经 30 未来 9 末日 8"""
VOCABULARY = {term: int(count) for term, count in zip(DOC_FREQS.split()[::2], DOC_FREQS.split()[1::2], strict=True)}


@pytest.mark.parametrize(
    ("word", "suggestions"),
    [
        ("北惊", "北京 背景"),
        ("侯选人", "候选人 竞选人"),  # the same reading before another character
        ("按步就班", "按部就班"),
        ("马克斯", "马克思 马克"),
        ("己经", "已经"),
        ("末来", "未来"),
        ("的" * 5000, ""),
        ("pyhton", "python pythons"),
        ("jave", "java"),
        ("cafe", "café"),
        ("covic", "covid"),
        ("phones", "phone iphone"),
        ("xyz", ""),
        ("jv", ""),
        ("16", ""),
        ("北", ""),
        ("+", ""),
        ("", ""),
        ("北京", "背景"),
    ],
)
def test_nearest(word: str, suggestions: str) -> None:
    assert nearest(word, VOCABULARY) == tuple(suggestions.split())


@given(st.text("北京背景pyh on12侯选人马克思", max_size=6))
def test_suggestions_do_not_depend_on_the_order_of_the_vocabulary(word: str) -> None:
    backwards = dict(reversed(VOCABULARY.items()))
    assert nearest(word, VOCABULARY, 5) == nearest(word, backwards, 5)
    assert word not in nearest(word, VOCABULARY)


def test_ties_are_broken_by_doc_frequency() -> None:
    assert nearest("abcde", {"abcdf": 1, "abcdg": 3, "abcda": 3}) == ("abcda", "abcdg", "abcdf")
    assert nearest("abcde", {"abcdf": 1, "abcdg": 3}, limit=1) == ("abcdg",)
