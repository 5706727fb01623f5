"""The same posts give the same answers, whatever the history of rebuilds: all that a search shows, for each kind."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive import Archive
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchkit

FACETS = ("source", "tag", "year", "month")
QUERIES = (
    *("", "香港", "香港 通关", '"香港通关"', "香 港", "-香港", "title:香港", "(香港 OR 通关) -python", '"香港 通关"~3'),
    *("香*", "*港", "pyth*", "python~", "pyton", "香巷", "事实上", "PYTHON", "python3", "fox", "的是了", "date:2021"),
    *("pinyin:shi", "pinyin:xianggang", "pinyin:xg", "pinyin:en", "pinyin:shishi", "香港 pinyin:shi"),
    *("source:甲", "tag:新问", "source:甲报 香港"),
)
"""Of each kind, found and not found."""

WORDS = ("儿女", "香港", "通关", "事实", "实施", "时事", "师", "石", "恩", "嗯", "相关", "的")
WORDS += ("python", "pythons", "pythno")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
posts = st.fixed_dictionaries(
    {"title": texts, "text": texts, "source": st.sampled_from(["甲报", "乙报"]), "tag": st.sampled_from(["新闻", "史"])}
)
steps = st.lists(
    st.dictionaries(st.sampled_from("abcdefgh"), st.none() | posts, min_size=1, max_size=5), min_size=1, max_size=3
)
"""What changes before each rebuild: posts by name, None for those that are deleted."""


def shown(index: searchkit.Index) -> list[Any]:
    """All that a search shows, but for the time that it took, and for when posts came, which is their history."""
    pages = [index.search(query, facets=FACETS, explain=True).to_dict() | {"seconds": 0} for query in QUERIES]
    for page in pages:
        page["hits"] = [hit | {"added": None} for hit in page["hits"]]
    documents = [replace(document, added=None) for document in index.documents()]
    return [pages, [index.terms(prefix) for prefix in ("", "香", "p")], documents]


@settings(max_examples=10)
@given(steps=steps)
@example([{"a": {"title": "儿女", "text": "香港", "source": "甲报", "tag": "史"}}])  # initials, since none read en here
def test_a_history_shows_what_a_full_rebuild_shows(steps: list[dict[str, dict[str, str] | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        for number, word in enumerate(WORDS):  # enough that what comes later is a segment of its own
            archive.write(f"always/{number}.md", f"{word}\n{word} {WORDS[number - 1]}")
        archive.rebuild()
        for changes in steps:
            for name, post in changes.items():
                change(archive, f"{name}.md", post)
            archive.rebuild()
        other = Path(folder) / "afresh"
        searchkit.rebuild(archive.corpus, other, jobs=1)
        with searchkit.open(archive.index) as grown, searchkit.open(other) as built:
            assert shown(grown) == shown(built)


def change(archive: Archive, name: str, post: dict[str, str] | None) -> None:
    if post is not None:
        more = f"author: {post['source']}\ntags: [{post['tag']}]\n"
        archive.write(name, f"{post['title']}\n{post['text']}", more=more)
    elif (archive.corpus / name).exists():
        archive.delete(name)
