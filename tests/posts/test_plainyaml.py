"""What is read of plain front matter without a parser is exactly what the parser reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.posts.frontmatter.mappings import _any_yaml
from searchkit.posts.frontmatter.plainyaml import plain_yaml

PIECES = [*"\n\n: -#'\"[]{},&*!|>%@`?~=\\港x1.", "key: ", "k:", "\n- ", "\n  - ", " #", "k: v\n", "t: [a, 港]\n", "<<"]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_it_says_what_yaml_says(text: str) -> None:
    for whole in (text, f"{text}\n", f"k: {text}\n", f"k:\n- {text}\n", f"k: [{text}]\n"):
        found = plain_yaml(whole)
        assert found is None or list(found.items()) == list(_any_yaml(whole).items())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title: 香港: 通关\n", None),
        ("title: 'C# 与 .NET'\ndate: 2021-11-08 10:00\n", {"title": "C# 与 .NET", "date": "2021-11-08 10:00"}),
        ("title: C# 通关 # 注\n", None),
        ("tags:\n  - 甲\n  - \"乙: 丙\"\ndraft:\n", {"tags": ["甲", "乙: 丙"], "draft": ""}),
        ("tags: [甲, '乙, 丙']\nurl: https://a.b/c#d\n", {"tags": ["甲", "乙, 丙"], "url": "https://a.b/c#d"}),
        ("text: 甲\n  乙\n", None),
    ],
)
def test_plain_lines_need_no_parser(text: str, found: dict[str, object] | None) -> None:
    assert plain_yaml(text) == found
