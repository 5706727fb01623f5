"""docs/posts.md names the keys that are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from searchkit.language import fold
from searchkit.posts.frontmatter.keys import KEYS, field_of

PAGE = (Path(__file__).parents[2] / "docs" / "posts.md").read_text("utf-8")
NAMED = set(re.findall(r"`([\w-]+)`", PAGE))


@pytest.mark.parametrize("field", sorted(KEYS.keys() - {"other"}))
def test_every_key_is_named(field: str) -> None:
    named = {fold(name).replace("_", "") for name in NAMED if field_of(name) == field}
    assert {fold(key) for key in KEYS[field].split()} == named
