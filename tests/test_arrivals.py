"""When posts came into an index: kept whatever happens to their text, to the index and to its segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive

import searchkit


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three posts that came with the first rebuild, two with the second."""
    archive = Archive(tmp_path)
    for name in "abc":
        archive.write(f"{name}.md", f"香港 {name}")
    archive.rebuild()
    archive.write("d.md", "香港 d")
    archive.write("e.md", "香港 e")
    archive.rebuild()
    return archive


def found(archive: Archive, query: str) -> str:
    with searchkit.open(archive.index) as index:
        return "".join(sorted(hit.path[0] for hit in index.search(query, limit=None)))


def arrivals(archive: Archive) -> dict[str, dt.datetime | None]:
    with searchkit.open(archive.index) as index:
        return {document.path: document.added for document in index.documents()}


def test_the_last_rebuild_that_brought_posts_brought_what_is_new(archive: Archive) -> None:
    assert (found(archive, "is:new"), found(archive, "香港 -is:new")) == ("de", "abc")
    archive.write("a.md", "国际 a")
    (archive.corpus / "e.md").unlink()
    archive.rebuild()
    assert found(archive, "is:new") == "d"


CHANGES: dict[str, Callable[[Archive], object]] = {
    "a changed text": lambda archive: (archive.write("a.md", "国际"), archive.rebuild()),
    "a full rebuild": lambda archive: archive.rebuild(full=True),
    "own words": lambda archive: (
        (archive.corpus.parent / "words.txt").write_text("香港 5\n", "utf-8"),
        archive.rebuild(dictionary=archive.corpus.parent / "words.txt"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_post_keeps_the_time_at_which_it_came(archive: Archive, change: str) -> None:
    before = arrivals(archive)
    assert len(set(before.values())) == 2
    CHANGES[change](archive)
    assert arrivals(archive) == before


def test_a_post_that_comes_back_is_new(archive: Archive) -> None:
    (archive.corpus / "a.md").unlink()
    archive.rebuild()
    archive.write("a.md", "香港 a")
    archive.rebuild()
    assert found(archive, "is:new") == "a"


def test_a_draft_comes_when_it_is_published(archive: Archive) -> None:
    archive.write_draft("z.md", "香港 z")
    archive.rebuild()
    assert found(archive, "is:new") == "de"
    archive.write("z.md", "香港 z")
    archive.rebuild()
    assert found(archive, "is:new") == "z"


def test_other_language_data_make_no_post_new(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = arrivals(archive)
    from searchkit.engines.whoosh.commit import meta

    monkeypatch.setattr(meta, "fingerprint", lambda: "another")
    archive.rebuild()
    monkeypatch.undo()
    archive.rebuild()
    assert arrivals(archive) == before


def test_hits_say_when_their_posts_came(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        (hit,) = index.search("香港 d", limit=1)
        assert hit.added == index.document("d.md").added
        assert hit.to_dict()["added"].endswith("Z")


@pytest.mark.parametrize(("query", "expected"), [("added:今天", "abcde"), ("added:<今天", ""), ("added:>7d", "abcde")])
def test_days_are_those_of_this_computer(archive: Archive, query: str, expected: str) -> None:
    assert found(archive, query) == expected
