"""What the operating system refuses is an error of searchkit, with the reason, not one of Python."""

from __future__ import annotations

import os

import pytest
from archive import Archive
from instants import LAST, in_child

import searchkit

NOBODY = 65534

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or os.geteuid() != 0, reason="needs root, to be somebody else")


@pytest.mark.parametrize("folder", ["corpus", "index"])
def test_a_folder_that_may_not_be_entered(archive: Archive, folder: str) -> None:
    """``Path.is_dir`` raised PermissionError."""
    for above in (archive.root, *archive.root.parents[:-2]):
        above.chmod(0o755)
    (archive.root / folder).rename(archive.root / "closed")
    (archive.root / folder).mkdir(mode=0o700)
    (archive.root / "closed").rename(archive.root / folder / "in")

    def ask() -> None:
        os.setuid(NOBODY)
        inside = Archive(archive.root)
        corpus, index = inside.corpus, inside.index
        paths = {"corpus": corpus, "index": index} | {folder: archive.root / folder / "in"}
        with pytest.raises(searchkit.SearchkitError, match="ermission denied"):
            searchkit.rebuild(paths["corpus"], paths["index"])

    assert in_child(ask) == LAST
