"""What rebuilds and checks report: posts with problems, numbers of posts, the status of an index."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from searchkit.model import iso_date
from searchkit.tables import Displayed


@dataclass(frozen=True, slots=True)
class PostProblem:
    """A problem with the file of a post."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a file of an index.

    Attributes:
        file: the file.
        message: what is wrong.
    """

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A site of a generator in the corpus, and its posts.

    Attributes:
        generator: "Hexo site", "Obsidian vault".
        path: the folder of its configuration, relative to the corpus; ``.`` for the corpus, ``..`` for one above.
        folders: the folders that hold its posts, relative to ``path``, and how many are in each.
        elsewhere: posts in its other folders: pages.
    """

    generator: str
    path: str
    folders: tuple[tuple[str, int], ...]
    elsewhere: int

    def to_dict(self) -> dict[str, Any]:
        """The site as ``rebuild-index --format json`` prints it."""
        return {
            "generator": self.generator,
            "path": self.path,
            "folders": dict(self.folders),
            "elsewhere": self.elsewhere,
        }


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """The outcome of a rebuild, in numbers of posts.

    Attributes:
        added: new posts.
        updated: posts whose content changed.
        removed: posts that are no longer in the corpus, or left out now.
        unchanged: all other posts.
        documents: posts in the index after the rebuild.
        skipped: posts that could not be read, with the reason.
        warnings: posts that were indexed in spite of a problem, with the problem.
        seconds: the wall time.
        dry_run: whether nothing was written.
        left_out: files that could be posts and are none, each with the reason, by path.
        removed_left_out: how many of ``removed`` are there still and left out.
        sites: the sites of generators in the corpus.
        changed_words: own words that were added, removed or got another frequency since the last rebuild.
        changed_synonyms: words that got other own synonyms.
        reindexed: unchanged posts that were indexed again, since they contain some of ``changed_words``.
        saved: how many of the ``added`` posts each saved search finds, by its name; empty if nothing was written.
        damage: what was wrong with the index before, if it was checked.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    documents: int
    skipped: tuple[PostProblem, ...]
    warnings: tuple[PostProblem, ...]
    seconds: float
    dry_run: bool = field(default=False)
    left_out: tuple[PostProblem, ...] = ()
    removed_left_out: int = 0
    sites: tuple[SiteReport, ...] = ()
    changed_words: int = 0
    changed_synonyms: int = 0
    reindexed: int = 0
    saved: Mapping[str, int] = field(default_factory=dict)
    damage: tuple[Problem, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether a post, an own word or an own synonym of the index is another than before."""
        posts = self.added or self.updated or self.removed or self.reindexed
        return bool(posts or self.changed_words or self.changed_synonyms)

    def left_out_by_reason(self) -> dict[str, int]:
        """How many files are left out for each reason, the most frequent first."""
        counts = Counter(problem.reason for problem in self.left_out)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def to_dict(self) -> dict[str, Any]:
        """The report as ``rebuild-index --format json`` prints it."""
        return {
            "added": self.added,
            "updated": self.updated,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "documents": self.documents,
            "changed_words": self.changed_words,
            "changed_synonyms": self.changed_synonyms,
            "reindexed": self.reindexed,
            "saved": dict(self.saved),
            "skipped": [{"path": p.path, "reason": p.reason} for p in self.skipped],
            "warnings": [{"path": p.path, "reason": p.reason} for p in self.warnings],
            "left_out": [{"path": p.path, "reason": p.reason} for p in self.left_out],
            "removed_left_out": self.removed_left_out,
            "sites": [site.to_dict() for site in self.sites],
            "damage": [{"file": problem.file, "message": problem.message} for problem in self.damage],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class InitReport:
    """What ``searchkit init`` found and wrote.

    Attributes:
        file: the ``searchkit.toml`` that was written.
        sites: the sites of generators.
        posts: how many posts there are.
        index: where the index goes.
        word_lists: the names of word lists that were found, and are used.
    """

    file: str
    sites: tuple[SiteReport, ...]
    posts: int
    index: str
    word_lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of an index found.

    Attributes:
        index: its folder or address.
        corpus: the corpus folder; empty where the commit point cannot be read.
        documents: posts in the index.
        bytes: the size of the index on disk.
        analysed: how many documents were analysed again, to compare their terms.
        problems: what is wrong with the files of the index.
        compared: how many posts were read again, to compare their text.
        stale: posts whose file gives another text than the index has, though its size and time are those it knows.
        added: posts of the corpus that the index lacks; None where the corpus could not be compared.
        changed: posts whose file has another size or modification time; None as well.
        removed: posts of the index that the corpus lacks; None as well.
        seconds: the wall time.
    """

    index: str
    corpus: str
    documents: int
    bytes: int
    analysed: int
    problems: tuple[Problem, ...]
    compared: int
    stale: tuple[PostProblem, ...]
    added: int | None
    changed: int | None
    removed: int | None
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong; posts that came, changed or went since the last rebuild are nothing wrong."""
        return not self.problems and not self.stale

    def to_dict(self) -> dict[str, Any]:
        """The report as ``searchkit check --format json`` prints it."""
        return {
            "index": self.index,
            "corpus": self.corpus,
            "whole": self.is_whole,
            "documents": self.documents,
            "bytes": self.bytes,
            "analysed": self.analysed,
            "problems": [{"file": problem.file, "message": problem.message} for problem in self.problems],
            "compared": self.compared,
            "stale": [{"path": problem.path, "reason": problem.reason} for problem in self.stale],
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Status:
    """An index, and the changes in its corpus since it was built.

    Attributes:
        index: its folder or address.
        corpus: the corpus folder.
        documents: posts in the index.
        bytes: the size of the index on disk.
        built: the time of the last rebuild, timezone-aware, UTC.
        added: posts of the corpus that the index lacks; None where the corpus is on another machine.
        changed: posts whose file has another size or modification time; None as well.
        removed: posts of the index that the corpus lacks; None as well.
        changed_words: own words that the index was built without, with, or with another frequency.
        changed_synonyms: words that have other own synonyms than the index.
    """

    index: str
    corpus: str
    documents: int
    bytes: int
    built: dt.datetime
    added: int | None
    changed: int | None
    removed: int | None
    changed_words: int = 0
    changed_synonyms: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The status as ``searchkit status --format json`` prints it."""
        return {
            "index": self.index,
            "corpus": self.corpus,
            "documents": self.documents,
            "bytes": self.bytes,
            "built": iso_date(self.built),
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "changed_words": self.changed_words,
            "changed_synonyms": self.changed_synonyms,
        }


@dataclass(frozen=True, repr=False)
class Overview(Displayed):
    """What an index holds.

    Attributes:
        index: its folder or address.
        corpus: the folder of posts that it was built from.
        documents: how many posts it holds.
        first: the first day of a post; None if none has a date.
        last: the last one.
        sources: the sources, each with its number of posts, the most frequent first.
        built: when the last rebuild changed it, in UTC.
    """

    index: str
    corpus: str
    documents: int
    first: dt.date | None
    last: dt.date | None
    sources: tuple[tuple[str, int], ...]
    built: dt.datetime

    def __repr__(self) -> str:
        days = f", {self.first} to {self.last}" if self.first else ""
        return f"<Index {self.index!r}: {self.documents:,} posts{days}, built {iso_date(self.built)}>"

    def age(self) -> dt.timedelta:
        """How long ago it was built."""
        return dt.datetime.now(dt.UTC) - self.built
