"""The compared systems; each is optional."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Peer

SEARCHKIT = "searchkit"
SNIPPETS = "searchkit with snippets"
TANTIVY = "tantivy"
TUTORIAL = "Whoosh tutorial"
RIPGREP = "ripgrep"

_PEERS = {
    SEARCHKIT: ("searchkit_itself:Searchkit", ()),
    SNIPPETS: ("searchkit_itself:SearchkitSnippets", ()),
    TANTIVY: ("tantivy_words:TantivyWords", ("tantivy", "rjieba")),
    "FTS5 words": ("fts5:Fts5Words", ("rjieba",)),
    "FTS5 trigram": ("fts5:Fts5Trigram", ("rjieba",)),
    "bm25s": ("bm25s_words:Bm25sWords", ("bm25s", "rjieba")),
    TUTORIAL: ("whoosh_tutorial:WhooshTutorial", ("whoosh", "jieba", "bs4", "frontmatter")),
    RIPGREP: ("ripgrep:Ripgrep", ()),
}
NAMES = tuple(_PEERS)


def rg() -> str | None:
    """The path of ripgrep, if it is installed."""
    return shutil.which("rg") or shutil.which("rg", path=str(Path(sys.executable).parent))


def missing(name: str) -> tuple[str, ...]:
    """The packages that a peer needs and that are not installed."""
    if name == RIPGREP:
        return () if rg() else ("rg",)
    return tuple(package for package in _PEERS[name][1] if find_spec(package) is None)


def peer_class(name: str) -> type[Peer]:
    """The class of a peer; imports the packages that it needs."""
    module, _, kind = _PEERS[name][0].partition(":")
    peer: type[Peer] = getattr(import_module(f"benchmarks.peers.{module}"), kind)
    return peer
