"""Options of types that mean nothing: a SearchkitError that says which, never another exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import searchkit
from searchkit import Index
from searchkit.errors import SearchkitError

MakeIndex = Callable[..., Index]


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    return make_index({"a.md": "香港 通关"})


@pytest.mark.parametrize("wrong", [-1, 1.5, b"a", ["a", 5], {5}, object(), np.array([1, 2]), [10**5_000], print])
@pytest.mark.parametrize(
    "ask",
    [
        lambda index, wrong: index.search(wrong),
        lambda index, wrong: index.search("a", sort=wrong),
        lambda index, wrong: index.count(by=wrong),
        lambda index, wrong: index.trend(wrong),
        lambda index, wrong: index.trend("a", by=wrong),
        lambda index, wrong: index.kwic("a", sort=wrong),
        lambda index, wrong: index.collocates("a", sort=wrong),
        lambda index, wrong: index.keywords(wrong),
        lambda index, wrong: index.keywords("a", wrong),
        lambda index, wrong: index.similar(wrong),
        lambda index, wrong: index.sample("a", 1, seed=wrong),
        lambda index, wrong: index.read(wrong, "a"),
        lambda index, wrong: index.read("a.md", wrong),
        lambda index, wrong: index.document(wrong),
        lambda index, wrong: index.paths(wrong),
        lambda index, wrong: index.terms(wrong),
        lambda index, wrong: index.terms("a", wrong),
        lambda index, wrong: index.suggest(wrong),
        lambda index, wrong: index.suggest("a", past=[wrong]),
        lambda index, wrong: searchkit.analyze(wrong),
        lambda index, wrong: searchkit.expand(wrong, {}),
        lambda index, wrong: searchkit.expand("@a", wrong),
        lambda index, wrong: searchkit.open(index.path, {"b": wrong}).search("@a"),
        lambda index, wrong: searchkit.rebuild(index.corpus, index.path, timezone=wrong, dry_run=True),
        lambda index, wrong: searchkit.check([wrong]),
    ],
)
def test_an_option_of_a_wrong_type_is_named(index: Index, ask: Callable[[Index, Any], object], wrong: object) -> None:
    with pytest.raises(SearchkitError):
        ask(index, wrong)



def test_a_flag_is_true_or_false(index: Index) -> None:
    with pytest.raises(SearchkitError, match="explain must be True or False"):
        index.search("a", explain=np.array([1, 2]))
    with pytest.raises(SearchkitError, match="progress must be True or False"):
        index.kwic("a", progress=np.array([1, 2]))


@pytest.mark.parametrize("path", ["a\0b", "\ud800", b"a", None])
def test_what_is_no_path_is_an_error(path: Any) -> None:
    with pytest.raises(SearchkitError, match="is no path; use the path of a folder or a file"):
        searchkit.open(path)


def test_a_number_of_too_many_digits_to_be_written_is_named_by_its_type(index: Index) -> None:
    with pytest.raises(SearchkitError, match="limit must be a whole number, 0 or more, not '<int>'"):
        index.search("a", limit=-(10**5_000))
