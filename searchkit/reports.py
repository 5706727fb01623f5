"""What rebuilds and checks report: posts with problems, numbers of posts, the status of an index."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from searchkit.model import iso_date


@dataclass(frozen=True, slots=True)
class PostProblem:
    """A problem with the file of a post."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """The outcome of a rebuild, in numbers of posts.

    Attributes:
        added: new posts.
        updated: posts whose content changed.
        removed: posts that are no longer in the corpus, or no longer readable.
        unchanged: all other posts.
        documents: posts in the index after the rebuild.
        skipped: posts that could not be read, with the reason.
        warnings: posts that were indexed in spite of a problem, with the problem.
        seconds: the wall time.
        dry_run: whether nothing was written.
        changed_words: own words that were added, removed or got another frequency since the last rebuild.
        changed_synonyms: words that got other own synonyms.
        reindexed: unchanged posts that were indexed again, since they contain some of ``changed_words``.
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
    changed_words: int = 0
    changed_synonyms: int = 0
    reindexed: int = 0

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
            "skipped": [{"path": p.path, "reason": p.reason} for p in self.skipped],
            "warnings": [{"path": p.path, "reason": p.reason} for p in self.warnings],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class InitReport:
    """What ``searchkit init`` found and wrote.

    Attributes:
        file: the ``searchkit.toml`` that was written.
        site: the kind of site, such as ``Hexo site``; empty where it is none.
        posts_folder: the folder of the site that holds its posts, relative to it; empty for all of it.
        posts: how many posts there are.
        index: where the index goes.
        word_lists: the names of word lists that were found, and are used.
    """

    file: str
    site: str
    posts_folder: str
    posts: int
    index: str
    word_lists: tuple[str, ...]


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
class Status:
    """An index, and the changes in its corpus since it was built.

    Attributes:
        index: the index folder.
        corpus: the corpus folder.
        documents: posts in the index.
        bytes: the size of the index on disk.
        built: the time of the last rebuild, timezone-aware, UTC.
        added: posts of the corpus that the index lacks.
        changed: posts whose file has another size or modification time.
        removed: posts of the index that the corpus lacks.
        changed_words: own words that the index was built without, with, or with another frequency.
        changed_synonyms: words that have other own synonyms than the index.
    """

    index: str
    corpus: str
    documents: int
    bytes: int
    built: dt.datetime
    added: int
    changed: int
    removed: int
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
