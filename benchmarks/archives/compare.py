"""What a document says and lacks, compared with its raw file."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import searchkit
from benchmarks.archives.blocks import divide, divide_html
from benchmarks.archives.marks import marks_left, prose_lines
from benchmarks.archives.membership import Membership, files, membership
from benchmarks.archives.metadata import RawPost, split
from benchmarks.archives.said import day, same_title, titles, wrong_tags
from benchmarks.archives.visible import han_runs, squash

KINDS = ("posts", "title", "day", "tags", "han", "marks", "warnings")


class Failure(NamedTuple):
    """One thing that is wrong.

    Attributes:
        kind: one of ``KINDS``.
        path: the file, relative to its archive.
        expected: what the raw file says.
        got: what the document has.
    """

    kind: str
    path: str
    expected: str
    got: str


@dataclass
class Archive:
    """The outcome for one archive.

    Attributes:
        name: its folder's name.
        counts: posts, files left out, warnings, and what was compared: titles, days, tags, runs, lines.
        failures: everything that is wrong.
        documents: for each path, the document.
    """

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    documents: dict[str, searchkit.Document] = field(default_factory=dict)


def read_raw(file: Path) -> tuple[str, RawPost]:
    """The text of a raw file, and the same in two parts."""
    text = file.read_bytes().decode("utf-8", "replace")
    return text, split(text)


def check(folder: Path) -> Archive:
    """Index an archive and compare every document with its raw file."""
    archive = Archive(folder.name)
    with tempfile.TemporaryDirectory() as index:
        report = searchkit.rebuild(folder, index)
        with searchkit.open(index) as opened:
            for document in opened.documents():
                archive.documents |= dict.fromkeys(document.paths or (document.path,), document)
    archive.counts["posts"] = len(archive.documents)
    archive.counts["warnings"] = len(report.warnings)
    archive.failures += [Failure("warnings", problem.path, "", problem.reason) for problem in report.warnings]
    jekyll = (folder / "_posts").is_dir()
    for path in files(folder):
        _, post = read_raw(folder / path)
        archive.counts["left out"] += path not in archive.documents
        archive.failures += _membership(folder, path, post, path in archive.documents)
        if path in archive.documents:
            archive.failures += _compare(path, post, archive, jekyll)
    return archive


def _membership(folder: Path, path: str, post: RawPost, is_in: bool) -> Iterator[Failure]:
    expected = membership(folder, path, post)
    if expected is Membership.POST and not is_in:
        yield Failure("posts", path, "a post", "left out")
    if expected is Membership.LEFT_OUT and is_in:
        yield Failure("posts", path, "left out", "a post")


def _compare(path: str, post: RawPost, archive: Archive, jekyll: bool) -> Iterator[Failure]:
    document, counts = archive.documents[path], archive.counts
    blocks = divide_html(post.content) if path.lower().endswith(".html") else divide(post.content)
    counts["titles"] += 1
    forms = titles(path, post, blocks)
    if not same_title(forms, document.title):
        yield Failure("title", path, forms[0], document.title)
    if expected := day(path, post):
        counts["days"] += 1
        got = document.date.date().isoformat() if document.date else ""
        if got != expected:
            yield Failure("day", path, expected, got)
    missing, extra = wrong_tags(post, document.tags, jekyll)
    counts["tags"] += 1
    if missing or extra:
        yield Failure("tags", path, f"missing {list(missing)}, wrong {list(extra)}", str(list(document.tags)))
    text = squash(f"{document.title}\n{document.body}")
    runs = han_runs(blocks)
    counts["runs"] += len(runs)
    yield from (Failure("han", path, run, "") for run in runs if run not in text)
    counts["lines"] += len(prose_lines(blocks, document.body))
    yield from (
        Failure("marks", path, f"{kind}: {mark}", line) for kind, mark, line in marks_left(blocks, document.body)
    )
