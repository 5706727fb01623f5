"""What BM25 asks of a generation: how many documents it has, how long its fields are, how many have a term."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.schema import CONTENT, TITLE
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.scoring.bm25 import K1, B, idf
from searchkit.query.ast import TextField
from searchkit.query.compiled import TermKind

_KEPT = 200_000
_AT_ONCE = 256


class RankedField(NamedTuple):
    """A field that BM25 looks at.

    Attributes:
        name: as explanations name it.
        kind: what its terms are.
        of: ``title`` for that of titles alone.
        tokens: the field of the index that has its terms.
        length: that of the number of its terms in each document.
    """

    name: str
    kind: TermKind
    of: TextField
    tokens: str
    length: str


_FIELDS = (
    RankedField("words", "words", "", CONTENT.words, CONTENT.n_words),
    RankedField("unigrams", "unigrams", "", CONTENT.units, CONTENT.n_units),
    RankedField("bigrams", "bigrams", "", CONTENT.links, CONTENT.n_pairs),
    RankedField("title_words", "words", "title", TITLE.words, TITLE.n_words),
    RankedField("title_unigrams", "unigrams", "title", TITLE.units, TITLE.n_units),
    RankedField("title_bigrams", "bigrams", "title", TITLE.links, TITLE.n_pairs),
)
RANKED: dict[tuple[TextField, TermKind], RankedField] = {(field.of, field.kind): field for field in _FIELDS}
"""The ranked field of a logical field and a kind of term."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """BM25 of one field as a function of a term's frequency f and the length n: f (1 + k1) / (f + base + slope n)."""

    base: float
    slope: float


class Statistics:
    """Asks once for each term.

    Args:
        client: of the cluster.
        point: the generation.

    Attributes:
        doc_count: how many documents there are.
    """

    def __init__(self, client: Client, point: CommitPoint) -> None:
        self._client = client
        self._point = point
        self._known: dict[Hashable, int] = {}
        self.doc_count = point.info.documents

    def saturation(self, field: RankedField) -> Saturation:
        """Of a ranked field, with its average length, at least 1 (Robertson and Zaragoza 2009, eq. 3.13)."""
        total = self._point.totals[field.length]
        average = max(total / max(self.doc_count, 1), 1.0)
        return Saturation(K1 * (1 - B), K1 * B / average)

    def doc_freqs(self, clauses: Mapping[Hashable, Clause]) -> dict[Hashable, int]:
        """How many documents match each of some clauses, by a key that means the same throughout a generation."""
        known = self._known
        found = {key: known[key] for key in clauses if key in known}
        asked = [key for key in clauses if key not in found]
        if asked:
            counts = self.counts([clauses[key] for key in asked])
            found |= dict(zip(asked, counts, strict=True))
            self._known = {**(known if len(known) < _KEPT else {}), **found}
        return found

    def counts(self, clauses: Sequence[Clause]) -> list[int]:
        """How many documents match each of some clauses."""
        found: list[int] = []
        for start in range(0, len(clauses), _AT_ONCE):
            some = clauses[start : start + _AT_ONCE]
            bodies = [{"size": 0, "track_total_hits": True, "query": clause} for clause in some]
            found += [answer["hits"]["total"]["value"] for answer in self._client.msearch(self._point.index, bodies)]
        return found

    def idf(self, doc_freq: int) -> float:
        """The inverse document frequency of a term that so many documents have; 0 for none."""
        return idf(self.doc_count, doc_freq) if doc_freq else 0.0
