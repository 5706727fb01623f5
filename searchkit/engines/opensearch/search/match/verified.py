"""Texts that OpenSearch cannot find itself: it gives candidates, whose stored texts are looked at.

Its intervals know how far two texts are apart, but not chains of texts, each near to the next.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.engines.opensearch.analysis.terms import DocumentTerms, document_terms
from searchkit.engines.opensearch.search.documents import Documents
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.language.lexicon import Lexicon
from searchkit.query.ast import Near, Prefix, TextField
from searchkit.query.needles import needle_of, open_needle

_KEPT = 64
"""Leaves whose documents are kept: a query asks for each several times, and again for the next page."""


class Verified:
    """Finds the documents of one generation.

    Args:
        documents: of the generation.
        lexicon: with which these were cut into words.
    """

    def __init__(self, documents: Documents, lexicon: Lexicon) -> None:
        self._documents = documents
        self._lexicon = lexicon
        self._known: OrderedDict[Near | Prefix, list[str]] = OrderedDict()

    def clause(self, leaf: Near | Prefix, candidates: Clause) -> Clause:
        """The documents that match a leaf, of those that match a clause."""
        ids = self._known.get(leaf)
        if ids is None:
            ids = self._known[leaf] = self._found(leaf, candidates)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return dsl.ids(ids)

    def _found(self, leaf: Near | Prefix, candidates: Clause) -> list[str]:
        found = []
        for part in self._documents.parts(candidates):
            terms = document_terms([document for _, document in part], self._lexicon)
            found += [document_id for (document_id, _), each in zip(part, terms, strict=True) if matches(each, leaf)]
        return found


def matches(document: DocumentTerms, leaf: Near | Prefix) -> bool:
    """Whether a document has texts close to each other, or a text whose last unigram goes on."""
    if isinstance(leaf, Prefix):
        beginning = open_needle(f"{leaf.text}*")
        return beginning is not None and bool(len(document.occurrences(beginning, _text_field(leaf))))
    needles = Counter(needle for text in leaf.texts if (needle := needle_of(text)))
    spreads = [
        Spread(document.occurrences(needle, leaf.field).tolist(), len(needle.unigrams), times)
        for needle, times in needles.items()
    ]
    return are_near(spreads, leaf.distance)


def _text_field(leaf: Prefix) -> TextField:
    return "body" if leaf.field == "body" else "title" if leaf.field == "title" else ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where one of several texts stands in a document.

    Attributes:
        starts: positions of its first unigrams, ascending.
        length: its unigrams.
        times: how often it must be there.
    """

    starts: Sequence[int]
    length: int
    times: int


def are_near(texts: Sequence[Spread], between: int) -> bool:
    """Whether a cluster of occurrences, each at most ``between`` unigrams behind those before it, has every text.

    >>> are_near([Spread((0, 40), 2, 1), Spread((44,), 2, 1)], 2), are_near([Spread((0,), 2, 1), Spread((5,), 2, 1)], 2)
    (True, False)
    """
    found = sorted((start, number) for number, text in enumerate(texts) for start in text.starts)
    counts: Counter[int] = Counter()
    reach = 0
    for start, number in found:
        if start - reach > between + 1:
            counts.clear()
        reach = max(reach, start + texts[number].length - 1)
        counts[number] += 1
        if all(counts[at] >= text.times for at, text in enumerate(texts)):
            return True
    return False
