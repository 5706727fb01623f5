"""An index that somebody sent you is data: no file of it can run code."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive import Archive

import searchkit
from searchkit.engines.kept.frames import decompressed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Evil:
    """Its pickle makes a folder."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.marker,)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "code was run"


def test_the_pickle_would_run_code(marker: Path) -> None:
    pickle.loads(pickle.dumps(Evil(marker)))
    assert marker.exists()


@pytest.mark.parametrize("pattern", ["meta.json", "manifest-*.zst", "posts_*.seg"])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_in_place_of_a_file_is_damage(archive: Archive, marker: Path, pattern: str, protocol: int) -> None:
    next(archive.index.glob(pattern)).write_bytes(pickle.dumps(Evil(marker), protocol))
    with pytest.raises(searchkit.IndexCorrupt, match=r"rebuild-index --repair( --index \S+)?$"):
        archive.rebuild()
    assert not marker.exists()
    archive.rebuild(full=True)
    assert archive.seen() == archive.afresh()


def link(file: Path, tmp_path: Path) -> None:
    """To what the file was: it would be read from elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def link_to_zeros(file: Path, tmp_path: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def pipe(file: Path, tmp_path: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def folder(file: Path, tmp_path: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("replace", [link, link_to_zeros, pipe, folder])
@pytest.mark.parametrize("pattern", ["meta.json", "manifest-*.zst", "lexicon-*.zst", "posts_*.seg", "_MAIN_*.toc"])
def test_what_is_no_file_is_neither_read_nor_waited_for(
    archive: Archive, tmp_path: Path, pattern: str, replace: Callable[[Path, Path], None]
) -> None:
    dictionary = archive.root / "dictionary.txt"
    dictionary.write_text("香港 0\n", encoding="utf-8")
    archive.rebuild(dictionary=dictionary)
    file = next(archive.index.glob(pattern))
    replace(file, tmp_path)
    assert [problem.file for problem in searchkit.check(archive.index).problems] == [file.name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("replace", [link, pipe])
def test_a_lock_that_is_no_file_is_not_written_to(
    archive: Archive, tmp_path: Path, replace: Callable[[Path, Path], None]
) -> None:
    """A link named rebuild.lock made a rebuild overwrite what it leads to."""
    replace(archive.index / "rebuild.lock", tmp_path)
    before = [file.read_bytes() for file in tmp_path.glob("elsewhere")]
    with pytest.raises(searchkit.IndexNotWritten, match=r"rebuild\.lock is (a link|not a regular file); remove it$"):
        archive.rebuild()
    assert [file.read_bytes() for file in tmp_path.glob("elsewhere")] == before


@pytest.mark.parametrize("most", [10, 1_000_000])
def test_a_frame_is_decompressed_up_to_a_limit(most: int) -> None:
    """92 KB of zstd became 5.8 GB."""
    assert decompressed(zstd.compress(bytes(most)), most) == bytes(most)
    for bad in (zstd.compress(bytes(most + 1)), zstd.compress(bytes(most))[:-1], zstd.compress(b"") * 2, b"", b"no"):
        with pytest.raises(ValueError, match=r"."):
            decompressed(bad, most)


def test_the_name_of_a_new_index_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = set()
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("香港", encoding="utf-8")
    searchkit.rebuild(tmp_path / "corpus", tmp_path / "new" / "newer" / "index", jobs=1)
    assert {path.stat().st_ino for path in (tmp_path, tmp_path / "new", tmp_path / "new" / "newer")} <= synced


def test_no_module_of_searchkit_unpickles() -> None:
    sources = Path(searchkit.__file__).parent.rglob("*.py")
    assert not [file for file in sources if "pickle.load" in file.read_text(encoding="utf-8")]
