"""[searches] of searchkit.toml: what @name stands for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.query import parse
from searchkit.settings.searches import Expanded, expand

SEARCHES = {"通关": "香港 通关", "任一": "荷花 OR 梅花", "两者": "@通关 @任一", "Iphone": "title:手机"}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("@通关", "香港 通关"),
        ("＠通關 -台湾", "香港 通关 -台湾"),
        ("@iphone", "title:手机"),
        ("@任一 杭州", "荷花 OR 梅花 杭州"),
        ("-@通关", "-(香港 通关)"),
        ("NOT @通关", "NOT (香港 通关)"),
        ("杭州 OR @通关", "杭州 OR (香港 通关)"),
        ("@通关 OR 杭州", "(香港 通关) OR 杭州"),
        ("@任一 AND @通关", "(荷花 OR 梅花) AND (香港 通关)"),
        ("(@任一 杭州)", "((荷花 OR 梅花) 杭州)"),
        ("title:@通关", "title:(香港 通关)"),
        ("@两者", "香港 通关 荷花 OR 梅花"),
        ('"给 @通关 的信"', '"给 @通关 的信"'),
        ("wang@通关", "wang@通关"),
        ("@", "@"),
    ],
)
def test_a_saved_search_stands_for_its_query(query: str, meant: str) -> None:
    assert expand(query, SEARCHES) == Expanded(meant)
    parse(meant)


@pytest.mark.parametrize(
    ("searches", "note"),
    [
        (SEARCHES, "there is no saved search @通观: read as text; did you mean @通关?"),
        ({}, "there is no saved search @通观: read as text"),
    ],
)
def test_a_name_that_is_not_there_is_text(searches: dict[str, str], note: str) -> None:
    found = expand("@通观 香港", searches)
    assert (found.query, found.notes) == ("@通观 香港", (note,))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('甲 = "@乙"\n乙 = "@丙 x"\n丙 = "-@甲"', "contains itself: @甲 → @乙 → @丙 → @甲"),
        ('甲 = "@甲"', "contains itself: @甲 → @甲"),
        ('甲 = ""', "line 2: 甲 is to be a text"),
        ("甲 = 3", "line 2: 甲 is to be a text, not 3"),
        ('"甲 乙" = "x"', "cannot name a saved search"),
    ],
)
def test_what_cannot_be_a_saved_search_is_an_error(tmp_path: Path, lines: str, message: str) -> None:
    (tmp_path / "searchkit.toml").write_text(f"[searches]\n{lines}\n", encoding="utf-8")
    with pytest.raises(searchkit.SettingsError, match=message):
        searchkit.find_settings(tmp_path)


def test_a_rebuild_counts_the_new_posts_of_each(tmp_path: Path) -> None:
    def rebuild(**posts: str) -> dict[str, int]:
        for name, text in posts.items():
            (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        report = searchkit.rebuild(tmp_path, tmp_path / "index", searches=SEARCHES, jobs=1)
        assert report.to_dict()["saved"] == report.saved
        return {name: count for name, count in report.saved.items() if count}

    assert rebuild(a="香港 通关", b="荷花") == {"通关": 1, "任一": 1}
    assert rebuild(c="香港今日通关", d="香港 通关 荷花") == {"通关": 2, "任一": 1, "两者": 1}
    assert rebuild(c="香港今日通关了") == {}


def test_every_method_that_takes_a_query_knows_saved_searches(make_index: Callable[..., searchkit.Index]) -> None:
    posts = {"a.md": {"title": "通关", "date": "2021-11-08", "body": "香港 通关"}, "b.md": "香港"}
    path = make_index(posts).path
    with searchkit.open(path, searches={"关": "香港 通关"}) as index:
        assert [hit.path for hit in index.search("@关")] == ["a.md", "b.md"]
        assert (index.search("@关").total, index.search("@关").query) == (1, "@关")
        assert index.read("a.md", "@关") == index.read("a.md", "香港 通关")
        assert index.trend("@关", by="year").counts == index.trend("香港 通关", by="year").counts
        assert index.count("@关").total == index.sample("@关", 9).total == 1
        assert len(index.kwic("@关")) == len(index.kwic("香港 通关")) > 0
        assert index.search("@管").notes == ("there is no saved search @管: read as text",)
    with searchkit.open(path) as plain:
        assert plain.search("@关").total == 0
