"""Words of identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.language import fold
from searchkit.language.identifiers import camel_parts, identifiers, is_part


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("getUserById", "get user by id"),
        ("maxRetryCount", "max retry count"),
        ("parseHTML", "parse html"),
        ("XMLHttpRequest", "xml http request"),
        ("ArrayIndexOutOfBoundsException", "array index out of bounds exception"),
        ("macOS", "mac os"),
        ("HTMLParser", "html parser"),
        ("YouTube", ""),
        ("PostgreSQL", ""),
        ("iPhone", ""),
        ("APIs", ""),
        ("DDoS", ""),
        ("HTTPS", ""),
        ("word", ""),
    ],
)
def test_words_of_a_name(name: str, parts: str) -> None:
    assert " ".join(camel_parts(name)) == parts


@pytest.mark.parametrize(
    ("text", "part", "name"),
    [
        ("用 ASP.NET 写", ".net", "asp.net"),
        ("打开 main.py。", ".py", "main.py"),
        ("在example.com上", ".com", "example.com"),
    ],
)
def test_a_name_behind_a_dot(text: str, part: str, name: str) -> None:
    assert identifiers(text) == {name: (part,)}


@pytest.mark.parametrize("text", [".NET 与 net", "句子. 又一句", "见 https://example.com/getUserById", "3.14"])
def test_no_identifier(text: str) -> None:
    assert identifiers(text) == {}


@given(st.text(st.sampled_from("aAbBcCzZ09._ 中"), max_size=30))
def test_each_part_is_in_the_folded_name_and_the_name_in_the_folded_text(text: str) -> None:
    for name, parts in identifiers(text).items():
        assert name in fold(text)
        assert all(is_part(part) and part in name and part != name for part in parts)
