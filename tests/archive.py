"""A folder of posts and its index, to change and to look at from outside."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import whoosh.index

import searchkit

QUERIES = ("", "香港", "國際 新闻", '"全文检索"', "-香港", "title:香港", "zzz")
"""What a searcher may ask; every post of an archive answers some of them."""

LONG_AGO = 1_600_000_000 * 10**9
"""A time of change that no rebuild takes for racy."""

Seen = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Archive:
    """``corpus/`` and ``index/`` below one folder."""

    root: Path

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def index(self) -> Path:
        return self.root / "index"

    def write_draft(self, name: str, text: str = "香港 新闻", mtime_ns: int | None = None) -> None:
        """Give a post this text, and say that it is a draft."""
        self.write(name, text, mtime_ns, more="draft: true\n")

    def write_plain(self, name: str, text: str) -> None:
        """Write a file that is no post."""
        file = self.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def write(self, name: str, text: str = "香港 新闻", mtime_ns: int | None = None, more: str = "") -> None:
        """Give a post this text, its first line as title; without ``mtime_ns`` it is a second younger than before.

        ``more`` are further lines of its front matter.
        """
        file = self.corpus / name
        before = file.stat().st_mtime_ns if file.exists() else LONG_AGO
        file.parent.mkdir(parents=True, exist_ok=True)
        title = json.dumps(text.partition("\n")[0], ensure_ascii=False)
        file.write_text(f"---\ntitle: {title}\ndate: 2021-11-08\n{more}---\n{text}\n", encoding="utf-8")
        self.touch(name, before + 10**9 if mtime_ns is None else mtime_ns)

    def touch(self, name: str, mtime_ns: int) -> None:
        os.utime(self.corpus / name, ns=(mtime_ns, mtime_ns))

    def delete(self, name: str) -> None:
        (self.corpus / name).unlink()

    def rebuild(self, **options: Any) -> searchkit.RebuildReport:
        return searchkit.rebuild(self.corpus, self.index, **{"jobs": 1} | options)

    def seen(self) -> Seen:
        """All that a searcher sees of the index."""
        with searchkit.open(self.index) as index:
            return seen(index)

    def afresh(self, selection: searchkit.Selection = searchkit.Selection()) -> Seen:  # noqa: B008 - it is frozen
        """What a full rebuild of this corpus in another folder shows."""
        other = self.root / "afresh"
        searchkit.rebuild(self.corpus, other, selection=selection, full=True, jobs=1, allow_empty=True)
        with searchkit.open(other) as index:
            return seen(index)

    def strays(self) -> set[str]:
        """Files and folders of the index that its commit point has no use for."""
        return set(os.listdir(self.index)) - self._wanted()

    def missing(self) -> set[str]:
        """Files that its commit point needs and that are not there."""
        return self._wanted() - set(os.listdir(self.index)) - {"rebuild.lock"}

    def _wanted(self) -> set[str]:
        meta = self.commit()
        generation = meta["generation"]
        wanted = {"meta.json", "rebuild.lock", f"_MAIN_{generation}.toc"}
        wanted |= {name for name in meta["files"] if name.startswith(("lexicon-", "manifest-"))}
        return wanted | {f"posts_{segment['id']}.seg" for segment in meta["segments"]}

    def commit(self) -> dict[str, Any]:
        """What ``meta.json`` says."""
        commit: dict[str, Any] = json.loads((self.index / "meta.json").read_bytes())["commit"]
        return commit

    def change_commit(self, **changes: object) -> None:
        """Let ``meta.json`` say something else, with the checksum of that."""
        body = json.dumps(self.commit() | changes, separators=(",", ":"), ensure_ascii=False).encode()
        envelope = b'{"checksum":"%08x","commit":%b}\n' % (zlib.crc32(body), body)
        (self.index / "meta.json").write_bytes(envelope)

    def bytes(self) -> dict[str, bytes]:
        """Every file of the index."""
        files = (file for file in self.index.rglob("*") if file.is_file())
        return {str(file.relative_to(self.index)): file.read_bytes() for file in files}

    def segment_files(self) -> set[Path]:
        """The files of the index' segments."""
        return set(self.index.glob("posts_*"))


def seen(index: searchkit.Index) -> Seen:
    """What each of ``QUERIES`` finds, in order and with scores, and every stored document, whenever it came."""
    pages = [index.search(query, limit=1000) for query in QUERIES]
    return (
        *((page.query, page.total, *((hit.path, hit.score, hit.also) for hit in page)) for page in pages),
        tuple(replace(document, added=None) for document in index.documents()),
    )


def seen_by_whoosh(folder: Path) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Path and title of every post that Whoosh's own ``open_dir`` finds, and of those that a search finds."""
    index = whoosh.index.open_dir(folder)
    with index.searcher() as searcher:
        found = searcher.search(index.schema["body"].parse_query("body", "香港"), limit=None)
        everything = {(stored["path"], stored["title"]) for stored in searcher.reader().all_stored_fields()}
        return everything, {(hit["path"], hit["title"]) for hit in found}
