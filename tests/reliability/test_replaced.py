"""What happens to an index folder while it is searched: a reader goes on, or says what is wrong, and sees what is new.

Reading takes no lock and writes nothing, so it needs neither permission to write nor room on the disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive, seen
from instants import LAST, before_each_change, in_child

import searchkit
from searchkit.engines.whoosh.codec.container import BlockFile

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534


@pytest.fixture
def other(tmp_path: Path) -> Archive:
    """Another archive, whose index has the same generation."""
    other = Archive(tmp_path / "other")
    for name, text in {"a.md": "上海 新闻", "b.md": "國際 新聞\n上海", "c.md": "全文检索\n全文檢索 引擎"}.items():
        other.write(name, text)
    other.rebuild()
    return other


def test_another_folder_in_its_place_is_seen_at_the_next_call(archive: Archive, other: Archive) -> None:
    with searchkit.open(archive.index) as index:
        before = seen(index)
        archive.index.rename(archive.root / "away")
        other.index.rename(archive.index)
        assert seen(index) == archive.seen() != before
        shutil.rmtree(archive.index)
        with pytest.raises(searchkit.IndexNotFound, match="run: searchkit rebuild-index"):
            seen(index)
        (archive.root / "away").rename(archive.index)
        assert seen(index) == before


def test_what_is_read_while_the_folder_goes_is_read_to_its_end(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        expected = list(index.documents())
        documents = index.documents()
        first = next(documents)
        shutil.rmtree(archive.index)
        assert [first, *documents] == expected


def test_a_backup_of_the_same_generation_is_seen(archive: Archive, other: Archive) -> None:
    expected = other.seen()
    with searchkit.open(archive.index) as index:
        assert archive.commit()["generation"] == other.commit()["generation"]
        (archive.index / "meta.json").write_bytes((other.index / "meta.json").read_bytes())
        with pytest.raises(searchkit.IndexCorrupt, match=r"posts_\w+.seg is missing; run: searchkit .* --repair"):
            seen(index)
        shutil.copytree(other.index, archive.index, dirs_exist_ok=True)
        assert seen(index) == expected


def test_what_is_written_over_the_commit_file_is_seen_though_its_size_and_time_are_the_same(archive: Archive) -> None:
    file = archive.index / "meta.json"
    with searchkit.open(archive.index) as index:
        version, times = index.version, file.stat()
        file.write_bytes(file.read_bytes())
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert index.version != version


def test_an_older_commit_point_says_what_it_misses(archive: Archive) -> None:
    older = (archive.index / "meta.json").read_bytes()
    archive.write("a.md", "改了")
    archive.rebuild(full=True)
    with searchkit.open(archive.index) as index:
        before = seen(index)
        latest = (archive.index / "meta.json").read_bytes()
        (archive.index / "meta.json").write_bytes(older)
        for ask in (lambda: seen(index), archive.seen, archive.rebuild):
            with pytest.raises(searchkit.IndexCorrupt, match="is missing; run: searchkit rebuild-index --repair"):
                ask()
        (archive.index / "meta.json").write_bytes(latest)
        assert seen(index) == before


def test_a_segment_that_somebody_writes_over(archive: Archive) -> None:
    """What was read of it before had been verified, and what came after was believed."""
    [segment] = archive.segment_files()
    whole = segment.read_bytes()
    with searchkit.open(archive.index) as index:
        before = seen(index)
        segment.write_bytes(bytes(len(whole)))
        for ask in (lambda: seen(index), archive.seen):
            with pytest.raises(searchkit.IndexCorrupt, match="is damaged; run: searchkit rebuild-index --repair"):
                ask()
        segment.write_bytes(whole)
        assert seen(index) == before
        os.utime(segment)
        assert seen(index) == before


def test_a_byte_of_a_segment_that_was_verified_and_changed_since(archive: Archive) -> None:
    """A date that was read before had been verified, and was not again."""
    [segment] = archive.segment_files()
    with BlockFile(segment) as blocks:
        place = blocks.directory["doc_values"].offset
    with searchkit.open(archive.index) as index:
        index.search("香港", sort="newest")
        with segment.open("r+b") as file:
            file.seek(place)
            file.write(b"?")
        with pytest.raises(searchkit.IndexCorrupt, match="is damaged"):
            index.search("香港", sort="newest")


def test_a_segment_that_is_removed_or_replaced_is_read_on_by_who_has_it_open(archive: Archive, other: Archive) -> None:
    [segment] = archive.segment_files()
    with searchkit.open(archive.index) as index:
        before = seen(index)
        segment.unlink()
        assert seen(index) == before
        shutil.copyfile(other.segment_files().pop(), segment)
        assert seen(index) == before
        with pytest.raises(searchkit.IndexCorrupt):
            archive.seen()


@pytest.mark.skipif(not ROOT, reason="needs root, to be somebody else")
@pytest.mark.parametrize("may_enter", [True, False])
def test_who_may_not_write_may_search_and_who_may_not_enter_is_told(archive: Archive, may_enter: bool) -> None:
    for above in (archive.root, *archive.root.parents[:-2]):
        above.chmod(0o755)

    def ask() -> None:
        with searchkit.open(archive.index) as index:
            before = seen(index)
            archive.index.chmod(0o755 if may_enter else 0o700)
            os.setuid(NOBODY)
            for again in (lambda: seen(index), archive.seen):
                if may_enter:
                    assert again() == before
                else:
                    with pytest.raises(searchkit.IndexFailure, match=r"ermission denied; check the folder's perm"):
                        again()

    assert in_child(ask) == LAST


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("only root may mount a disk")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_and_one_that_becomes_read_only_are_searched(archive: Archive, disk: Path) -> None:
    shutil.copytree(archive.index, disk / "index")
    on_disk = Archive(disk)
    expected = archive.seen()
    with searchkit.open(on_disk.index) as index:
        with pytest.raises(OSError, match="No space left"):
            (disk / "filling").write_bytes(bytes(5_000_000))
        assert (seen(index), on_disk.seen()) == (expected, expected)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert (seen(index), on_disk.seen()) == (expected, expected)
        assert searchkit.check(on_disk.index).problems == ()
    with pytest.raises(searchkit.IndexNotWritten, match="Read-only file system; the old index stands"):
        searchkit.rebuild(archive.corpus, on_disk.index)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_search_changes_no_file_of_the_index(archive: Archive) -> None:
    changes: list[str] = []

    def search() -> None:
        before_each_change(archive.index, lambda count, event: changes.append(event))
        with searchkit.open(archive.index) as index:
            seen(index)
            index.suggest("香")
            index.status()
        searchkit.check(archive.index)
        assert changes == []
        (archive.index / "new").touch()
        assert changes != [], "this test sees nothing"

    assert in_child(search) == LAST
