"""The vocabulary of some posts: how many have each term, and their titles. It is kept beside a generation.

An index of OpenSearch knows its terms, but tells only a few at a time. What is typed, misspelt words and pinyin are
compared with all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Int64s, no_int64s
from searchkit.engines.dates import microseconds
from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.commit.columns import (
    COMPLETIONS,
    COUNTED_FIELDS,
    POSTS,
    TITLES,
    doc_freqs_blob,
    packed,
    packed_texts,
    unpacked,
    unpacked_texts,
)
from searchkit.engines.suggesting.blocks import Titles, completion_blocks, term_codes
from searchkit.engines.suggesting.protocol import COMPLETED_FIELDS
from searchkit.language.batch import fold_batch
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document


@dataclass(frozen=True, slots=True, eq=False)
class TitledPosts:
    """Posts and their titles.

    Attributes:
        paths: of each post its own.
        dates: int64[posts], microseconds since 1970 or ``NO_DATE``.
        written: their titles as they are written.
        titles: the folded ones.
    """

    paths: list[str]
    dates: Int64s
    written: list[str]
    titles: Titles

    @classmethod
    def concat(cls, parts: Sequence[TitledPosts]) -> TitledPosts:
        """Posts one after the other."""
        return cls(
            [path for part in parts for path in part.paths],
            np.concatenate([no_int64s(), *(part.dates for part in parts)]),
            [title for part in parts for title in part.written],
            Titles.concat([part.titles for part in parts]),
        )

    def take(self, places: Int64s) -> TitledPosts:
        """The posts at some places: int64[n], in the order that is wanted."""
        return TitledPosts(
            [self.paths[place] for place in places.tolist()],
            self.dates[places],
            [self.written[place] for place in places.tolist()],
            self.titles.take(places),
        )

    def by_path(self) -> TitledPosts:
        """The posts in the order of their paths."""
        order = sorted(range(len(self.paths)), key=self.paths.__getitem__)
        return self.take(np.array(order, np.int64))


_NO_POSTS = TitledPosts([], no_int64s(), [], Titles.of([], NO_LEXICON))


class Vocabulary:
    """The vocabulary of no posts, until some are added.

    It depends on the posts alone, not on the order in which they came and went: a post is removed by adding and
    removing the same.

    Attributes:
        doc_freqs: of each of ``COUNTED_FIELDS`` its terms, and how many posts have each.
        posts: all of them.
    """

    def __init__(self) -> None:
        self.doc_freqs: dict[str, Counter[str]] = {field: Counter() for field in COUNTED_FIELDS}
        self.posts = _NO_POSTS

    @classmethod
    def of(cls, documents: Sequence[Document], analysed: Analysed, lexicon: Lexicon) -> Vocabulary:
        """The vocabulary of documents, each with a path of its own.

        Args:
            documents: any number.
            analysed: their terms.
            lexicon: with which they were cut into words.
        """
        words = analysed.words
        vocabulary = cls()
        in_title = words.texts & 1 == 0
        sources = fold_batch([document.source for document in documents if document.source])
        tags = [dict.fromkeys(fold_batch(document.tags)) for document in documents]
        vocabulary.doc_freqs = {
            "words": _doc_freqs(words.terms, words.texts >> 1, words.names),
            "title_words": _doc_freqs(words.terms[in_title], words.texts[in_title] >> 1, words.names),
            "source": Counter(sources),
            "tag": Counter(tag for distinct in tags for tag in distinct),
        }
        vocabulary.posts = TitledPosts(
            [document.path for document in documents],
            np.array([microseconds(document.date) for document in documents], np.int64),
            [document.title for document in documents],
            Titles.of(analysed.titles, lexicon),
        )
        return vocabulary

    def add(self, others: Iterable[Vocabulary]) -> None:
        """Add the posts of others, none of which it has."""
        posts = [self.posts]
        for other in others:
            for field, counts in self.doc_freqs.items():
                counts.update(other.doc_freqs[field])
            posts.append(other.posts)
        self.posts = TitledPosts.concat(posts)

    def remove(self, others: Iterable[Vocabulary]) -> None:
        """Remove the posts of others, all of which it has, as they were when they were added."""
        paths: list[str] = []
        for other in others:
            for field, counts in self.doc_freqs.items():
                counts.subtract(other.doc_freqs[field])
            paths += other.posts.paths
        self.doc_freqs = {field: +counts for field, counts in self.doc_freqs.items()}
        removed = set(paths)
        self.posts = self.posts.take(np.flatnonzero([path not in removed for path in self.posts.paths]))

    def to_bytes(self) -> bytes:
        """All of it as one blob, for a batch that is not committed yet."""
        blobs = self._counts_and_posts(self.posts)
        return packed({name: np.frombuffer(blob, np.uint8) for name, blob in blobs.items()})

    @staticmethod
    def from_bytes(blob: bytes) -> Vocabulary:
        """The inverse of ``to_bytes``. Raises ValueError: it did not make this."""
        blobs = unpacked(blob)
        return Vocabulary.from_blobs(lambda name: blobs[name].tobytes())

    def to_blobs(self) -> dict[str, bytes]:
        """The blobs of a generation by name, with all that suggestions need; ``kept`` describes them."""
        posts = self.posts.by_path()
        blobs = self._counts_and_posts(posts)
        terms = {field: _ascending(self.doc_freqs[field]) for field in COMPLETED_FIELDS}
        encoded = {field: (term_codes(list(map(_utf8, names))), counts) for field, (names, counts) in terms.items()}
        made = completion_blocks(posts.titles, encoded)
        blobs[COMPLETIONS] = packed(
            {
                "syllables": packed_texts(made.syllables),
                "readings": made.readings,
                **{f"{table}.rows": rows for table, (rows, _) in made.tables.items()},
                **{f"{table}.buckets": buckets for table, (_, buckets) in made.tables.items()},
            }
        )
        return blobs

    @staticmethod
    def from_blobs(load: Callable[[str], bytes]) -> Vocabulary:
        """The inverse of ``to_blobs``.

        Args:
            load: gives a blob by its name.

        Raises:
            ValueError: ``to_blobs`` did not make one of them.
        """
        vocabulary = Vocabulary()
        for field in COUNTED_FIELDS:
            columns = unpacked(load(doc_freqs_blob(field)))
            counts = zip(unpacked_texts(columns["terms"]), columns["doc_freqs"].tolist(), strict=True)
            vocabulary.doc_freqs[field] = Counter(dict(counts))
        posts, titles = unpacked(load(POSTS)), unpacked(load(TITLES))
        vocabulary.posts = TitledPosts(
            unpacked_texts(posts["paths"]),
            posts["dates"],
            unpacked_texts(posts["titles"]),
            Titles(titles["codes"], titles["boundaries"]),
        )
        return vocabulary

    def _counts_and_posts(self, posts: TitledPosts) -> dict[str, bytes]:
        """The blobs from which the rest follows."""
        blobs = {}
        for field, doc_freqs in self.doc_freqs.items():
            terms, counts = _ascending(doc_freqs)
            blobs[doc_freqs_blob(field)] = packed({"terms": packed_texts(terms), "doc_freqs": counts})
        blobs[POSTS] = packed(
            {"paths": packed_texts(posts.paths), "dates": posts.dates, "titles": packed_texts(posts.written)}
        )
        blobs[TITLES] = packed({"codes": posts.titles.codes, "boundaries": posts.titles.boundaries})
        return blobs


def _doc_freqs(terms: Int64s, posts: Int64s, names: Sequence[str]) -> Counter[str]:
    """How many posts have each term, from the term and the post of each occurrence."""
    count = int(posts.max(initial=0)) + 1
    pairs = np.unique(terms * count + posts)
    doc_freqs = np.bincount(pairs // count, minlength=len(names)).tolist()
    return Counter({name: count for name, count in zip(names, doc_freqs, strict=True) if count})


def _ascending(doc_freqs: Mapping[str, int]) -> tuple[list[str], Int64s]:
    """Terms in order, which is that of their UTF-8, and int64[terms], their doc freqs."""
    terms = sorted(doc_freqs)
    return terms, np.array([doc_freqs[term] for term in terms], np.int64)


def _utf8(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")
