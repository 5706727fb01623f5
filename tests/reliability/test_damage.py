"""A damaged or outdated index says so, with the command that mends it; it never answers from a part."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from archive import Archive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.engines.registry import engine_of
from searchkit.engines.whoosh.commit.commit_file import FORMAT_VERSION

REPAIR = r"; run: searchkit rebuild-index --repair( --index \S+)?$"
META = "meta.json"
CUTS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[:-1],
    lambda data: data + b"\0",
)


def files(archive: Archive) -> list[Path]:
    """The files that a search reads."""
    return [archive.index / META, *archive.segment_files()]


def assert_mended(archive: Archive, **options: Any) -> None:
    archive.rebuild(**options)
    assert archive.seen() == archive.afresh()
    assert not archive.strays()


@pytest.mark.parametrize("cut", CUTS)
def test_a_file_of_another_length(archive: Archive, cut: Callable[[bytes], bytes]) -> None:
    archive.write("new.md")
    for file in files(archive):
        before = file.read_bytes()
        file.write_bytes(cut(before))
        for command in (archive.seen, archive.rebuild, lambda: archive.rebuild(dry_run=True)):
            with pytest.raises(searchkit.IndexCorrupt, match=re.escape(file.name) + ".*" + REPAIR):
                command()
        file.write_bytes(before)
    file.write_bytes(cut(before))
    assert_mended(archive, full=True)


def test_a_file_that_is_missing(archive: Archive) -> None:
    for file in archive.segment_files():
        before = file.read_bytes()
        file.unlink()
        for command in (archive.seen, archive.rebuild):
            with pytest.raises(searchkit.IndexCorrupt, match=re.escape(file.name) + ".*" + REPAIR):
                command()
        file.write_bytes(before)
    file.unlink()
    assert_mended(archive, full=True)


@pytest.mark.parametrize("damage", [*CUTS, lambda data: data[:-1] + bytes([data[-1] ^ 1])])
def test_a_damaged_lexicon(archive: Archive, damage: Callable[[bytes], bytes]) -> None:
    dictionary = archive.root / "dictionary.txt"
    dictionary.write_text("香港 0\n", encoding="utf-8")
    archive.rebuild(dictionary=dictionary)
    [file] = archive.index.glob("lexicon-*.zst")
    file.write_bytes(damage(file.read_bytes()))
    for command in (archive.seen, archive.rebuild):
        with pytest.raises(searchkit.IndexCorrupt, match=re.escape(file.name) + ".*" + REPAIR):
            command()
    assert [problem.file for problem in searchkit.check(archive.index).problems] == [file.name]
    assert_mended(archive, full=True)


def test_a_missing_manifest_hinders_a_rebuild_but_no_search(archive: Archive) -> None:
    before = archive.seen()
    next(archive.index.glob("manifest-*.zst")).unlink()
    assert archive.seen() == before
    with searchkit.open(archive.index) as index, pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
        index.status()
    with pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
        archive.rebuild()
    assert_mended(archive, full=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_that_changed_raise_nothing_but_searchkit_errors(archive: Archive, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([*files(archive), archive.index / "manifest-1.zst"]))
    before = file.read_bytes()
    after = bytearray(before)
    places = st.integers(0, len(after) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4)):
        after[place] = byte
    file.write_bytes(after)
    for command in (archive.seen, lambda: archive.rebuild(dry_run=True)):
        with contextlib.suppress(searchkit.SearchkitError):
            command()
    file.write_bytes(before)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "one"},
        *({"generation": value} for value in (None, 1.0, "1", -1, True, 2, 10**30, float("inf"))),
        *({"built": value} for value in ("yesterday", 1, "2021-11-08T00:00:00")),
        *({"corpus": value} for value in (None, 1, "a\0b")),
        *({"segments": value} for value in (1, [{}], [[]], [])),
        *({"files": value} for value in ([], {}, {"posts_none.seg": [1, 1]}, {"../meta.json": [1, 1]})),
    ],
)
def test_a_commit_point_that_says_nonsense(archive: Archive, changes: dict[str, object]) -> None:
    archive.change_commit(**changes)
    for command in (archive.seen, archive.rebuild):
        with pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
            command()
    assert_mended(archive, full=True)


@pytest.mark.parametrize(
    "changes",
    [
        *({"documents": value} for value in (7, 5, 0, -1, 6.0, "6", None, True, 10**10, float("inf"))),
        *({"deleted": value} for value in ([6], [-1], [1.9], ["1"], [True], [2, 1], [1, 1], "12", {"1": 2}, None)),
        *({"id": value} for value in ("", "none", "../../0011223344556677", "0011223344556677", 1, None)),
    ],
)
def test_a_segment_that_is_none(archive: Archive, changes: dict[str, object]) -> None:
    [segment] = archive.commit()["segments"]
    archive.change_commit(segments=[segment | changes])
    with pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
        archive.seen()
    assert not searchkit.check(archive.index).is_whole


def test_a_segment_that_is_listed_twice(archive: Archive) -> None:
    archive.change_commit(segments=archive.commit()["segments"] * 2)
    with pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
        archive.seen()


def test_each_flip_of_the_commit_file_is_noticed(archive: Archive) -> None:
    """1,2 in the list of deleted documents became 1.2: a deleted post was found again."""
    file = archive.index / META
    engine, data = engine_of(archive.index), file.read_bytes()
    for place in range(len(data)):
        for bit in (1, 4, 128):
            file.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            with pytest.raises((searchkit.IndexCorrupt, searchkit.IndexOutdated)):
                engine.info()


@pytest.mark.parametrize(
    "differ", [partial(Archive.write, name="other.md", text="别的"), partial(Archive.delete, name="a.md")]
)
@pytest.mark.parametrize("name", ["manifest-*.zst", "posts_*.seg"])
def test_a_file_of_another_build(archive: Archive, name: str, differ: Callable[[Archive], None]) -> None:
    """A manifest of another build was accepted, and the next rebuild kept old versions findable."""
    [file] = archive.index.glob(name)
    other = Archive(archive.root / "other")
    shutil.copytree(archive.corpus, other.corpus)
    differ(other)
    other.rebuild()
    file.write_bytes(next(other.index.glob(name)).read_bytes())
    with pytest.raises(searchkit.IndexCorrupt, match=re.escape(file.name) + ".*" + REPAIR):
        archive.rebuild()
    assert [problem.file for problem in searchkit.check(archive.index).problems] == [file.name]
    assert_mended(archive, full=True)


BRACKETS = "[" * 100_000
CHECKED = f'{{"checksum":"{zlib.crc32(BRACKETS.encode()):08x}","commit":{BRACKETS}}}\n'


@pytest.mark.parametrize("text", [BRACKETS, CHECKED, "", "[]", "null", '"format"', "{}", "\x80", "{"])
def test_a_commit_point_that_is_none(archive: Archive, text: str) -> None:
    (archive.index / "meta.json").write_text(text, encoding="latin-1")
    with pytest.raises(searchkit.IndexCorrupt, match=REPAIR):
        archive.seen()
    assert_mended(archive, full=True)


@pytest.mark.parametrize(
    "changes",
    [{"format": FORMAT_VERSION + 1}, {"format": FORMAT_VERSION - 1}, {"fingerprint": "folding 0"}],
)
def test_an_index_of_another_version_says_so_and_a_rebuild_makes_it_new(
    archive: Archive, changes: dict[str, object]
) -> None:
    archive.change_commit(**changes)
    with pytest.raises(searchkit.IndexOutdated, match=r"; run: searchkit rebuild-index --index \S+$"):
        archive.seen()
    report = archive.rebuild()
    assert (report.added, report.unchanged) == (6, 0)
    assert_mended(archive)


def test_an_index_that_was_opened_before_it_is_outdated_says_so_at_the_next_search(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        archive.change_commit(fingerprint="another")
        with pytest.raises(searchkit.IndexOutdated):
            index.search("香港")


CUT = """
import os, sys, searchkit
with searchkit.open(sys.argv[1]) as index:
    index.search("香港")
    os.truncate(sys.argv[2], 4096 if len(sys.argv) < 4 else 0)
    for read in (lambda: index.search("新闻"), lambda: index.document("new.md"), lambda: list(index.documents())):
        try:
            read()
        except searchkit.IndexCorrupt as error:
            print(error)
"""


@pytest.mark.parametrize("more", [[], ["0"]])
def test_a_file_that_is_cut_while_it_is_open_ends_no_process(archive: Archive, more: list[str]) -> None:
    """Reading a page of a mapped file that is no longer there was a SIGBUS."""
    archive.write("new.md", "新闻" * 5_000)
    archive.rebuild(full=True)
    [file] = archive.segment_files()
    command = [sys.executable, "-c", CUT, str(archive.index), str(file), *more]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(f"{file} is damaged; run: searchkit rebuild-index --repair") == 3


def test_other_files_in_the_index_folder_are_nobodys_business(archive: Archive) -> None:
    (archive.index / ".gitkeep").touch()
    (archive.index / "notes.txt").write_text("mine")
    archive.rebuild(full=True)
    assert archive.strays() == {".gitkeep", "notes.txt"}
