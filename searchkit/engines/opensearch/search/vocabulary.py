"""The vocabulary of a generation: which words begin so, read so, or are near to one that does not occur?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from threading import Lock

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.opensearch.commit.columns import Columns, doc_freqs_blob, unpacked, unpacked_texts
from searchkit.engines.opensearch.schema import CONTENT, TITLE
from searchkit.engines.words.patterns import within_edits
from searchkit.engines.words.sounds import Sounds
from searchkit.query.ast import Fuzzy, Pinyin
from searchkit.query.compiled import Needle


class DocFreqs(Mapping[str, int]):
    """How many posts have each term of a field; in the order of the terms.

    Args:
        names: the terms, ascending.
        counts: int64[terms].
    """

    def __init__(self, names: list[str], counts: Int64s) -> None:
        self.names = names
        self._counts = counts

    def __getitem__(self, term: str) -> int:
        place = bisect_left(self.names, term)
        if place == len(self.names) or self.names[place] != term:
            raise KeyError(term)
        return int(self._counts[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def beginning(self, prefix: str) -> range:
        """The places of the terms that begin so."""
        first = bisect_left(self.names, prefix)
        return range(first, bisect_right(self.names, prefix, first, key=lambda term: term[: len(prefix)]))

    def most_frequent(self, places: range, limit: int) -> list[tuple[str, int]]:
        """The terms at some places that most posts have, and how many these are; then in order."""
        counts = self._counts[places.start : places.stop]
        order = np.argsort(-counts, kind="stable")[:limit]
        return [(self.names[places.start + place], int(counts[place])) for place in order.tolist()]


class LazyVocabulary:
    """The vocabulary of a generation. What is asked for first is loaded, once for all threads.

    Args:
        load: gives one of its blobs by name, see ``searchkit.engines.opensearch.commit.columns``.
    """

    def __init__(self, load: Callable[[str], bytes]) -> None:
        self._load = load
        self._lock = Lock()
        self._blobs: dict[str, Columns] = {}
        self._doc_freqs: dict[str, DocFreqs] = {}

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The words that begin so and how many posts have each, the most frequent first, then in order."""
        words = self.doc_freqs(CONTENT.words)
        return words.most_frequent(words.beginning(prefix), limit)

    def nearest(self, word: str, limit: int) -> dict[str, int]:
        """The distance of each of the words that are nearest to a folded one, best first."""
        from searchkit.language.nearest import nearest_distances  # edit distances, where nothing is found only

        return nearest_distances(word, self.doc_freqs(CONTENT.words), limit)

    def readings(self, pattern: Pinyin) -> list[Needle]:
        """The texts that read as a pinyin says: beginnings of words; or, by initials, whole words of titles.

        Raises:
            MissingDependency: pypinyin is not installed.
        """
        return self._sounds.readings(pattern)

    @cached_property
    def _sounds(self) -> Sounds:
        return Sounds(lambda: self.doc_freqs(CONTENT.words), lambda: self.doc_freqs(TITLE.words))

    def fuzzy_terms(self, pattern: Fuzzy, field: str) -> list[str]:
        """The words of a field that a fuzzy pattern stands for, ascending.

        Args:
            pattern: the pattern.
            field: ``words`` or ``title_words``.
        """
        words = self.doc_freqs(field)
        places = words.beginning(pattern.text[:1])
        return within_edits(pattern, islice(words.names, places.start, places.stop))

    def doc_freqs(self, field: str) -> DocFreqs:
        """How many posts have each term of one of ``COUNTED_FIELDS``."""
        with self._lock:
            found = self._doc_freqs.get(field)
            if found is None:
                columns = unpacked(self._load(doc_freqs_blob(field)))
                found = self._doc_freqs[field] = DocFreqs(unpacked_texts(columns["terms"]), columns["doc_freqs"])
        return found

    def columns(self, blob: str) -> Columns:
        """The arrays of one of the other blobs."""
        with self._lock:
            found = self._blobs.get(blob)
            if found is None:
                found = self._blobs[blob] = unpacked(self._load(blob))
        return found
