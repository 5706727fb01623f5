"""ripgrep on the raw files, including their markup: without an index and without ranking."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.extracted import Extracted
from benchmarks.peers import protocol, rg
from benchmarks.peers.protocol import Answer, Peer, Query

_TITLE = re.compile(r"^title: *(.*)$", re.MULTILINE)


class Ripgrep(Peer):
    """The folder is the corpus."""

    kinds = (protocol.COMMON, protocol.RARE, protocol.AND, protocol.PHRASE)
    grows = False

    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        raise NotImplementedError

    def open(self) -> None:
        self._command = [rg() or "rg", "--files-with-matches", "--fixed-strings", "--null", "--no-ignore"]

    def search(self, query: Query, limit: int) -> Answer:
        paths = [str(self.folder)]
        for word in query.words:
            paths = self._containing(word, paths)
        return Answer([_title(Path(path)) for path in paths[:limit]], len(paths))

    def _containing(self, word: str, paths: Sequence[str]) -> list[str]:
        matching: list[str] = []
        for start in range(0, len(paths), 2000):  # a command line has a maximum length
            command = [*self._command, "--", word, *paths[start : start + 2000]]
            output = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
            matching += output.decode("utf-8", "surrogateescape").split("\0")[:-1]
        return matching


def _title(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as lines:
        title = _TITLE.search(lines.read(1000))
    return title[1] if title else file.stem
