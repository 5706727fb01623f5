"""What no commit point lists: what a rebuild wrote and did not commit, and what the commit before had."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from searchkit.engines.whoosh.codec.api import segment_id_of
from searchkit.engines.whoosh.commit.meta import NEW_META, sync_folder
from searchkit.engines.whoosh.commit.toc import generation_of, is_toc, toc_file

_PART = re.compile(r"(?:manifest|lexicon)-\d+\.zst")


def collect_garbage(folder: Path, files: Collection[str], generation: int) -> bool:
    """Remove what belongs to other commits: all files of ours but those of this one; what cannot be removed stays.

    Args:
        folder: the index folder.
        files: names of the files of the commit.
        generation: its number.

    Returns:
        Whether a segment was among them: a writer ended before it could commit it or remove it.
    """
    listed = {*files, toc_file(folder, generation).name}
    garbage: list[str] = []
    with contextlib.suppress(OSError):  # a later rebuild tries again
        garbage = [name for name in os.listdir(folder) if name not in listed and _is_ours(name)]
        tocs = [name for name in garbage if is_toc(name)]
        _remove(folder, tocs)
        if any(generation_of(name) > generation for name in tocs):
            # Whoosh opens the newest that is there: it must be gone before what it lists
            with contextlib.suppress(OSError):  # a full disk is freed all the same
                sync_folder(folder)
        _remove(folder, garbage)
    return any(segment_id_of(name) is not None for name in garbage)


def _is_ours(name: str) -> bool:
    is_part = _PART.fullmatch(name) is not None
    return segment_id_of(name) is not None or is_part or name == NEW_META or is_toc(name)


def _remove(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        with contextlib.suppress(OSError):  # on Windows somebody may have it open
            os.remove(folder / name)
