"""Near terms: those meant by a slip of the keyboard or the input method come first, always in the same order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.language.nearest import nearest

COUNTED = """北京 50 背景 30 上海 40 候选人 20 竞选人 25 按部就班 2 马克思 9 马克思主义 7 马克 5
    python 8 pythons 9 java 4 covid 6 café 2 15 9 iphone 3 phone 9 已经 30 未来 9 末日 8"""
VOCABULARY = {term: int(count) for term, count in zip(COUNTED.split()[::2], COUNTED.split()[1::2], strict=True)}


@pytest.mark.parametrize(
    ("word", "found"),
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
def test_nearest(word: str, found: str) -> None:
    assert nearest(word, VOCABULARY) == tuple(found.split())


@given(st.text("北京背景pyh on12侯选人马克思", max_size=6))
def test_the_order_of_the_vocabulary_does_not_count(word: str) -> None:
    other = dict(reversed(VOCABULARY.items()))
    assert nearest(word, VOCABULARY, 5) == nearest(word, other, 5)
    assert word not in nearest(word, VOCABULARY)


def test_ties_are_broken_by_how_many_documents_have_them() -> None:
    assert nearest("abcde", {"abcdf": 1, "abcdg": 3, "abcda": 3}) == ("abcda", "abcdg", "abcdf")
    assert nearest("abcde", {"abcdf": 1, "abcdg": 3}, limit=1) == ("abcdg",)
