"""Texts that OpenSearch cannot find itself: it gives candidates, whose stored texts are looked at.

Its intervals know how far two texts are apart, but not chains of texts, each near to the next.
"""

from __future__ import annotations

from collections import Counter, OrderedDict

from searchkit.engines.keys import documents_near
from searchkit.engines.opensearch.analysis.terms import DocumentTerms, document_terms
from searchkit.engines.opensearch.search.documents import Documents
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.language.lexicon import Lexicon
from searchkit.query.ast import Near, Phrase, Prefix, TextField
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
        self._known: OrderedDict[Near | Prefix | Phrase, list[str]] = OrderedDict()

    def clause(self, leaf: Near | Prefix | Phrase, candidates: Clause) -> Clause:
        """The documents that match a leaf, of those that match a clause."""
        ids = self._known.get(leaf)
        if ids is None:
            ids = self._known[leaf] = self._found(leaf, candidates)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return dsl.ids(ids)

    def _found(self, leaf: Near | Prefix | Phrase, candidates: Clause) -> list[str]:
        found = []
        for part in self._documents.parts(candidates):
            terms = document_terms([document for _, document in part], self._lexicon)
            found += [document_id for (document_id, _), each in zip(part, terms, strict=True) if matches(each, leaf)]
        return found


def matches(document: DocumentTerms, leaf: Near | Prefix | Phrase) -> bool:
    """Whether a document has texts close to each other, a text, or one whose last unigram goes on."""
    if isinstance(leaf, Phrase):
        needle = needle_of(leaf.text)
        return needle is not None and bool(len(document.occurrences(needle, leaf.field)))
    if isinstance(leaf, Prefix):
        beginning = open_needle(f"{leaf.text}*")
        return beginning is not None and bool(len(document.occurrences(beginning, _text_field(leaf))))
    needles = Counter(needle for text in leaf.texts if (needle := needle_of(text)))
    starts = [document.occurrences(needle, leaf.field) for needle in needles]
    lengths = [len(needle.unigrams) for needle in needles]
    return bool(len(documents_near(starts, lengths, list(needles.values()), leaf.distance)))


def _text_field(leaf: Prefix) -> TextField:
    return "body" if leaf.field == "body" else "title" if leaf.field == "title" else ""
