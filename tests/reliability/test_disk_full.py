"""A full disk: a clear error, the old index intact, and nothing left that would keep the disk full."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import Archive
from instants import LAST, before_each_change, in_child

import searchkit

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def full_from(instant: int) -> Callable[[int, str], None]:
    def refuse(count: int, event: str) -> None:
        if count >= instant and event not in ("os.remove", "os.rmdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return refuse


@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_disk_that_is_full_from_some_change_of_a_file_on(archive: Archive, jobs: int) -> None:
    old = archive.seen()
    archive.write("a.md", "香港 改了")
    archive.delete("b.md")
    archive.write("new.md", "香港 全文检索")
    archive.write("new2.md", "國際 新闻 香港 全文检索")
    new = archive.afresh()
    for instant in itertools.count(1, 3):

        def rebuild(instant: int = instant) -> None:
            before_each_change(archive.index, full_from(instant))
            archive.rebuild(jobs=jobs)

        code = in_child(rebuild, errors=(searchkit.IndexNotWritten,))
        assert code in (LAST, 1)
        assert archive.seen() in ((new,) if code == LAST else (old, new))
        assert not archive.strays()
        if code == LAST:
            break
    assert instant > 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("only root may mount a disk")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_real_disk_that_runs_full(
    small_disk: Path, tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.rebuilding.rebuild.BATCH_BYTES", 5_000)
    archive = Archive(tmp_path)
    archive.index.symlink_to(small_disk)
    archive.write("a.md", "香港")
    archive.rebuild()
    old = archive.seen()
    for number in range(40):
        text = "".join(chr(0x4E00 + (number * 7919 + i * i) % 20000) for i in range(800))
        archive.write(f"{number}.md", f"满\n{text}")
    for _ in range(2):  # the second time it is not the first one's leavings that fill it
        with pytest.raises(searchkit.IndexNotWritten, match=r"No space left.*old index stands; free some space"):
            archive.rebuild(jobs=jobs)
        assert archive.seen() == old
        assert not archive.strays()
    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
    archive.rebuild(jobs=jobs)
    assert archive.seen() == archive.afresh()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "mine")
    archive.write("a.md")
    archive.root.chmod(0o500)
    try:
        with pytest.raises(searchkit.IndexNotWritten, match="Permission denied"):
            archive.rebuild()
    finally:
        archive.root.chmod(0o700)


def test_a_file_where_the_index_folder_should_be(archive: Archive) -> None:
    with pytest.raises(searchkit.IndexNotWritten):
        searchkit.rebuild(archive.corpus, archive.corpus / "a.md", jobs=1)
    assert "新闻" in (archive.corpus / "a.md").read_text(encoding="utf-8")
