"""Documents cut into unigrams and words, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.language.batch import (
    VOCABULARY_START,
    FoldedBatch,
    Segmenter,
    UnigramArrays,
    Vocabulary,
    fold_batch,
    short_words,
    unigram_arrays,
    word_arrays,
)
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Terms of many texts.

    Attributes:
        terms: int64[n], the place of each in ``names``.
        texts: int64[n], the text of each.
        names: the distinct terms.
    """

    terms: Int64s
    texts: Int64s
    names: list[str]


class Analysed:
    """The terms of some documents. A document has two texts: 2n is the title of document n, 2n + 1 its text.

    Title and text are analysed apart, which gives the same terms as the two with ``TEXT_END`` between them: nothing
    runs across the end of a text.

    Args:
        documents: not many more than half a million characters.
        lexicon: with which they are cut into words.
    """

    def __init__(self, documents: Sequence[Document], lexicon: Lexicon) -> None:
        self._segmenter = Segmenter(lexicon)
        self.titles = fold_batch([document.title for document in documents])
        self.texts = fold_batch([document.text for document in documents])
        both = [text for pair in zip(self.titles, self.texts, strict=True) for text in pair]
        self._batch = FoldedBatch.of(both)
        self._vocabulary = Vocabulary()
        self.unigrams: UnigramArrays = unigram_arrays(self._batch, self._vocabulary)
        self.bounds: Int64s = np.append(0, np.cumsum(self.unigrams.counts))  # where the unigrams of each text begin

    def term_id(self, unigram: str) -> int | None:
        """The term id of a unigram; None where no document has it."""
        return ord(unigram) if len(unigram) == 1 else self._vocabulary.get(unigram)

    @cached_property
    def units(self) -> Occurrences:
        """The unigrams of all texts, in order."""
        terms, counts = self.unigrams.terms, self.unigrams.counts
        occurs = np.zeros(VOCABULARY_START + len(self._vocabulary), bool)
        occurs[terms] = True
        found = np.flatnonzero(occurs)
        places = np.zeros(len(occurs), np.int64)
        places[found] = np.arange(len(found))
        return Occurrences(places[terms], np.repeat(np.arange(len(counts)), counts), self._names(found.tolist()))

    @cached_property
    def words(self) -> Occurrences:
        """The words of all texts."""
        found = word_arrays(self._batch, self.unigrams, self._vocabulary, self._segmenter)
        short, short_places = np.unique(found.short.terms, return_inverse=True)
        others, other_places = np.unique(found.others.terms, return_inverse=True)
        return Occurrences(
            terms=np.concatenate([short_places, other_places + len(short)]).astype(np.int64),
            texts=np.concatenate([found.short.texts, found.others.texts]).astype(np.int64),
            names=[word.decode() for word in short_words(short)] + self._names(others.tolist()),
        )

    def _names(self, terms: Sequence[int]) -> list[str]:
        """The terms with some term ids."""
        names = list(self._vocabulary)
        return [chr(term) if term < VOCABULARY_START else names[term - VOCABULARY_START] for term in terms]
