"""Which files of an archive are posts: the rules of section 7 of the reader's contract, applied to raw files."""

from __future__ import annotations

from enum import Enum
from pathlib import Path, PurePosixPath

from benchmarks.archives.metadata import RawPost

SUFFIXES = frozenset((".md", ".markdown", ".html", ".mdx", ".txt", ".org", ".rst", ".qmd", ".ipynb"))
_FOLDERS_OF_GENERATORS = frozenset(
    [
        "_drafts",
        "_includes",
        "_layouts",
        "_site",
        "archetypes",
        "node_modules",
        "public",
        "scaffolds",
        "themes",
        "vendor",
    ]
)
_POSSIBLE_FOLDERS = frozenset(
    ["layouts", "_data", "_sass", "static", "assets", "resources", "snippets", "exampleSite", "drafts"]
)
_CONFIGURATIONS = frozenset(
    [
        "_config.yml",
        "hugo.toml",
        "hugo.yaml",
        "config.toml",
        "config.yaml",
        "mkdocs.yml",
        "package.json",
        ".vuepress",
        ".obsidian",
    ]
)
MARKDOWN = frozenset((".md", ".markdown"))
COMPARED = MARKDOWN | {".html"}
"""Suffixes of the files whose text the rules of ``markup`` can read."""


class Membership(Enum):
    """Whether a file is a post."""

    POST = "a post"
    LEFT_OUT = "left out"
    EITHER = "either"


def files(archive: Path) -> list[str]:
    """All files that might be posts, relative to the archive; hidden folders are passed over."""
    paths = (path.relative_to(archive) for path in archive.rglob("*") if path.suffix.lower() in SUFFIXES)
    return sorted(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))


def membership(archive: Path, path: str, post: RawPost) -> Membership:
    """Whether a file is a post by its folders, its name and what it says of itself."""
    place = PurePosixPath(path)
    folders = set(place.parts[:-1])
    flags = {key: str(post.metadata.get(key, "")).strip().lower() for key in ("draft", "published")}
    if folders & _FOLDERS_OF_GENERATORS or flags["draft"] == "true" or flags["published"] == "false":
        return Membership.LEFT_OUT
    if place.stem.upper().split("_")[0] in ("README", "LICENSE"):
        beside = {entry.name for entry in (archive / place).parent.iterdir()}
        return Membership.LEFT_OUT if beside & _CONFIGURATIONS else Membership.EITHER
    if folders & _POSSIBLE_FOLDERS or place.suffix.lower() not in MARKDOWN:
        return Membership.EITHER
    return Membership.POST
