"""What a document says and lacks, compared with its raw file."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import searchkit
from benchmarks.archives.blocks import Blocks, divide, divide_html
from benchmarks.archives.marks import marks_left, prose_lines
from benchmarks.archives.membership import COMPARED, Membership, files, membership
from benchmarks.archives.metadata import RawPost, split
from benchmarks.archives.said import day, same_title, titles, wrong_tags
from benchmarks.archives.visible import HAN, han_runs, latin_words, literal_texts, seen_text, spaced_lines, squash

_EMPHASIS = re.compile(r"[*~=]+")
KINDS = (
    "posts",
    "title",
    "day",
    "tags",
    "han",
    "latin",
    "fewer",
    "unseen",
    "code",
    "space",
    "marks",
    "description",
    "warnings",
)


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
    jekyll = (folder / "_posts").is_dir()
    with tempfile.TemporaryDirectory() as index:
        report = searchkit.rebuild(folder, index)
        with searchkit.open(index) as opened:
            archive.documents |= _documents(opened)
            for path in files(folder):
                _, post = read_raw(folder / path)
                archive.failures += _file_failures(folder, path, post, archive, jekyll)
                if path in archive.documents:
                    archive.failures += description_failures(
                        path, post, archive.documents[path], opened, archive.counts
                    )
    archive.counts["posts"] = len(archive.documents)
    archive.counts["warnings"] = len(report.warnings)
    archive.failures += [Failure("warnings", problem.path, "", problem.reason) for problem in report.warnings]
    return archive


def _documents(index: searchkit.Index) -> Iterator[tuple[str, searchkit.Document]]:
    for document in index.documents():
        yield document.path, document
        yield from ((path, index.document(path)) for path in document.paths[1:])


def _file_failures(folder: Path, path: str, post: RawPost, archive: Archive, jekyll: bool) -> Iterator[Failure]:
    document = archive.documents.get(path)
    archive.counts["left out"] += document is None
    yield from _membership(folder, path, post, document is not None)
    if document and PurePosixPath(path).suffix.lower() in COMPARED:
        blocks = divide_html(post.content) if path.lower().endswith(".html") else divide(post.content)
        yield from metadata_failures(path, post, blocks, document, jekyll, archive.counts)
        yield from text_failures(path, post, blocks, document, archive.counts)


def _membership(folder: Path, path: str, post: RawPost, is_in: bool) -> Iterator[Failure]:
    expected = membership(folder, path, post)
    if expected is Membership.POST and not is_in:
        yield Failure("posts", path, "a post", "left out")
    if expected is Membership.LEFT_OUT and is_in:
        yield Failure("posts", path, "left out", "a post")


def metadata_failures(
    path: str, post: RawPost, blocks: Blocks, document: searchkit.Document, jekyll: bool, counts: Counter[str]
) -> Iterator[Failure]:
    """What is wrong with title, day and tags; ``counts`` is raised by what was compared."""
    counts["titles"] += 1
    forms = titles(path, post, blocks)
    if not same_title(forms, document.title):
        yield Failure("title", path, forms[0], document.title)
    if expected := day(path, post):
        counts["days"] += 1
        got = document.date.date().isoformat() if document.date else ""
        if got != expected:
            yield Failure("day", path, expected, got)
    counts["tags"] += 1
    missing, extra = wrong_tags(post, document.tags, jekyll)
    if missing or extra:
        yield Failure("tags", path, f"missing {list(missing)}, wrong {list(extra)}", str(list(document.tags)))


def text_failures(
    path: str, post: RawPost, blocks: Blocks, document: searchkit.Document, counts: Counter[str]
) -> Iterator[Failure]:
    """What the text lacks, and what it has too much; ``counts`` is raised by what was compared."""
    text = squash(f"{document.title}\n{document.body}")
    unmarked = _EMPHASIS.sub("", text)  # marks left are counted as such, not as lost runs
    for run, times in Counter(han_runs(blocks)).items():
        counts["runs"] += times
        if run not in text and run not in unmarked:
            yield from [Failure("han", path, run, "")] * times
        elif (found := max(text.count(run), unmarked.count(run))) < times:
            yield Failure("fewer", path, f"{run}, {times} times", f"{found} times")
    words = latin_words(blocks)
    counts["words"] += len(words)
    yield from (Failure("latin", path, word, "") for word in words if word not in text)
    seen = seen_text(blocks, post.metadata)
    for line in document.body.split("\n"):
        yield from (Failure("unseen", path, run, line) for run in HAN.findall(line) if run not in seen)
    for code in () if path.lower().endswith(".html") else literal_texts(blocks):
        counts["code"] += 1
        if squash(code) not in text:
            yield Failure("code", path, code, "")
    body = f"{document.body.expandtabs(4)}\n"
    for line in spaced_lines(blocks):
        counts["spaced"] += 1
        if f"{line}\n" not in body:
            yield Failure("space", path, line, "")
    counts["lines"] += len(prose_lines(blocks, document.body))
    yield from (
        Failure("marks", path, f"{kind}: {mark}", line) for kind, mark, line in marks_left(blocks, document.body)
    )


def description_failures(
    path: str, post: RawPost, document: searchkit.Document, index: searchkit.Index, counts: Counter[str]
) -> Iterator[Failure]:
    """Descriptions that no search finds; ``counts`` is raised by those that the text itself does not have."""
    text = squash(f"{document.title}\n{document.body}")
    for key in ("description", "subtitle", "summary"):
        runs = [run for run in HAN.findall(squash(str(post.metadata.get(key) or ""))) if run not in text]
        if runs:
            counts["descriptions"] += 1
            hits = index.search(f'"{runs[0]}"', limit=1000, snippet_chars=0)
            if not any(path in (hit.path, *hit.also) for hit in hits):
                yield Failure("description", path, f"{key}: {runs[0]}", "")
