"""Which posts are most alike, and which are nearly the same text?"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from searchkit.engines.protocol import Match, Request, Searcher
from searchkit.frames import Column
from searchkit.language import fold, words
from searchkit.model import Document, iso_date
from searchkit.query.ast import Or, Text
from searchkit.query.compiled import CompiledQuery, ScoringTerm
from searchkit.tables import Table

NEAR_DUPLICATE = 0.8
"""The ratio from which on two texts are nearly the same."""

TELLING_WORDS = 25
"""Words of a post that look for similar ones; as many as Lucene's MoreLikeThis takes."""

_MIN_CANDIDATES = 40  # posts that are compared character by character: near-duplicates among them come first
_MAX_COMPARED = 20_000  # characters of a text that are compared: 5 ms for two
_SENTENCE = re.compile(r"[^。！？!?；;…\n]+[。！？!?；;…”」』)）]*")


@dataclass(frozen=True, slots=True)
class Differences:
    """What one of two texts says and the other does not, sentence by sentence; script, case and signs do not count.

    Attributes:
        only_here: sentences of the post that was asked about.
        only_there: sentences of the similar one.
    """

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The sentences as JSON types."""
        return {"only_here": list(self.only_here), "only_there": list(self.only_there)}


@dataclass(frozen=True, slots=True)
class SimilarPost:
    """A post like another one.

    Attributes:
        path: of the post.
        title: one line.
        date: timezone-aware, in its author's time zone; or None.
        source: the publisher; empty if unknown.
        score: BM25 of the words that tell the other post from all; comparable within one answer only.
        ratio: from 0 to 1, how much of both texts is the same, in the same order, when folded: twice the longest common
            subsequence by the characters of both.
        differences: of a near-duplicate, what differs; None of others.
    """

    path: str
    title: str
    date: dt.datetime | None
    source: str
    score: float
    ratio: float
    differences: Differences | None

    @property
    def duplicate(self) -> bool:
        """Whether it is nearly the same text: its ratio is at least ``NEAR_DUPLICATE``."""
        return self.ratio >= NEAR_DUPLICATE

    def to_dict(self) -> dict[str, Any]:
        """The post as JSON types."""
        return {
            "path": self.path,
            "title": self.title,
            "date": iso_date(self.date),
            "source": self.source,
            "score": round(self.score, 6),
            "ratio": round(self.ratio, 4),
            "duplicate": self.duplicate,
            "differences": self.differences.to_dict() if self.differences else None,
        }


@dataclass(frozen=True)
class Similar(Table[SimilarPost]):
    """The posts most like one: near-duplicates first, by their ratio, then others by score.

    Attributes:
        path: of the post that was asked about.
        posts: the similar ones.
    """

    rows_field: ClassVar[str] = "posts"

    path: str
    posts: tuple[SimilarPost, ...]

    def to_dict(self) -> dict[str, Any]:
        """The posts as ``searchkit similar --format json`` prints them."""
        return {"path": self.path, "posts": self.to_dicts()}

    def columns(self) -> tuple[Column, ...]:
        """A line for each post: path, title, day, source, score, ratio, duplicate."""
        posts = self.posts
        return (
            Column("path", "text", [post.path for post in posts]),
            Column("title", "text", [post.title for post in posts]),
            Column("day", "day", [post.date and post.date.date() for post in posts]),
            Column("source", "text", [post.source for post in posts]),
            Column("score", "number", [post.score for post in posts]),
            Column("ratio", "number", [post.ratio for post in posts]),
            Column("duplicate", "flag", [post.duplicate for post in posts]),
        )

    def __repr__(self) -> str:
        return f"<Similar to {self.path!r}: {len(self)} posts>"


def similar(searcher: Searcher, document: Document, limit: int) -> Similar:
    """The posts most like a document of a commit point; see ``Index.similar``."""
    posts = sorted(_posts(searcher, document, limit), key=_order)
    return Similar(document.path, tuple(posts[:limit]))


def _order(post: SimilarPost) -> tuple[bool, float, float, str]:
    return (not post.duplicate, -post.ratio if post.duplicate else 0.0, -post.score, post.path)


def _posts(searcher: Searcher, document: Document, limit: int) -> Iterator[SimilarPost]:
    query = _telling_query(searcher, document)
    for match in searcher.search(query, Request(limit=limit + _MIN_CANDIDATES)).matches if query else ():
        if document.path not in (match.document.path, *match.document.paths):
            yield _compared(document, match)
    for path in document.paths:
        if path != document.path and (other := searcher.document(path)):
            yield _compared(document, Match(other, 0.0))


def _telling_query(searcher: Searcher, document: Document) -> CompiledQuery | None:
    """What ranks posts by the words that tell a document from all others; None if it has none."""
    counts = Counter(words(fold(f"{document.title}\n{document.text}"), searcher.lexicon))
    doc_freqs = searcher.doc_freqs(counts)
    posts = searcher.info.documents
    weights = {
        word: (1 + math.log(count)) * math.log(posts / doc_freqs[word])
        for word, count in counts.items()
        if len(word) > 1 and 1 < doc_freqs[word] < posts
    }
    telling = sorted(weights, key=lambda word: (-weights[word], word))[:TELLING_WORDS]
    if not telling:
        return None
    return CompiledQuery(
        text="",
        required=Or(*map(Text, telling)),
        optional=(),
        match_any=True,
        names_missing=False,
        title="",
        in_one_piece=(),
        scoring=tuple(ScoringTerm("words", word, 1 + math.log(counts[word])) for word in telling),
        scoring_patterns=(),
        content_words=(),
        needles=(),
        lexicon=searcher.lexicon,
    )


def _compared(document: Document, match: Match) -> SimilarPost:
    from rapidfuzz.fuzz import ratio  # 10 ms

    other = match.document
    compared = (fold(text[:_MAX_COMPARED]) for text in (_whole(document), _whole(other)))
    same = ratio(*compared) / 100
    return SimilarPost(
        path=other.path,
        title=other.title,
        date=other.date,
        source=other.source,
        score=match.score,
        ratio=same,
        differences=_differences(document, other) if same >= NEAR_DUPLICATE else None,
    )


def _whole(document: Document) -> str:
    return f"{document.title}\n{document.text}"


def _differences(here: Document, there: Document) -> Differences:
    left, right = _sentences(here), _sentences(there)
    return Differences(
        tuple(text for said, text in left.items() if said not in right),
        tuple(text for said, text in right.items() if said not in left),
    )


def _sentences(document: Document) -> dict[str, str]:
    """The sentences of a post, each by its letters."""
    found: dict[str, str] = {}
    for sentence in _SENTENCE.findall(_whole(document)):
        if letters := "".join(filter(str.isalnum, fold(sentence))):
            found.setdefault(letters, sentence.strip())
    return found
