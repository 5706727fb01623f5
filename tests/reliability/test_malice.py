"""An index that somebody sent you is data: no file of it can run code."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from archive import Archive

import searchkit


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
    with pytest.raises(searchkit.IndexCorrupt, match=r"rebuild-index --full( --index \S+)?$"):
        archive.rebuild()
    assert not marker.exists()
    archive.rebuild(full=True)
    assert archive.seen() == archive.afresh()


def test_no_module_of_searchkit_unpickles() -> None:
    sources = Path(searchkit.__file__).parent.rglob("*.py")
    assert not [file for file in sources if "pickle.load" in file.read_text(encoding="utf-8")]
