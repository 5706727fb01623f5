"""The manifests of a commit: a whole one, and for each commit since then what it changed.

So a small rebuild writes little. Once the changes weigh more than a share of the whole, all is written as one again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from searchkit.engines.files import Files, FileState
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.commit.commit_file import FileEntry, manifests_of
from searchkit.engines.whoosh.commit.meta import CommitPoint, read_committed, reading
from searchkit.messages import _

_MOST_CHANGES = 32
"""Each costs a rebuild a file to open."""

_SHARE = 4
"""Changes weigh at most one part in so many of the whole."""


class NextManifest(NamedTuple):
    """What the next commit keeps of files.

    Attributes:
        before: manifests that stay.
        content: of its own.
    """

    before: Mapping[str, FileEntry]
    content: bytes


def next_manifest(before: Mapping[str, FileEntry], files: Files, changes: Files) -> NextManifest:
    """The manifest of a commit that changes something, or of all files.

    Args:
        before: the manifests of the commit before.
        files: what they say.
        changes: what is known now of files that are new, changed or gone.
    """
    from searchkit.engines.kept import manifest  # zstd, which a search may do without

    content = manifest.encode(changes)
    names = manifests_of(before)
    weight = sum(before[name].size for name in names[1:]) + len(content)
    if names and len(names) <= _MOST_CHANGES and weight * _SHARE <= before[names[0]].size:
        return NextManifest(before, content)
    return NextManifest({}, manifest.encode(files.changed(changes)))


def read_files(folder: Path, point: CommitPoint) -> Files:
    """What a commit knows of each post's file.

    Raises:
        IndexCorrupt: a manifest is missing or damaged, or is another commit's.
    """
    first, *others = manifests_of(point.files)
    with reading(folder):
        files = read_manifest(folder, point, first)
        if any(files.in_state(FileState.GONE)):
            raise Damaged(folder / first, _("it has files that are gone"))
        return files.changed(*(read_manifest(folder, point, name) for name in others)) if others else files


def read_manifest(folder: Path, point: CommitPoint, name: str) -> Files:
    """What one manifest of a commit says.

    Raises:
        Damaged: it cannot be decoded, or is not that of the commit.
        OSError: it cannot be read.
    """
    from searchkit.engines.kept import manifest  # as in next_manifest

    return read_committed(manifest.decode, folder / name, point)
