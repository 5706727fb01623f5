"""The physical fields of the index, and the doc values that each document has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class TextFields:
    """The names of the four fields that one text is indexed as; ``searchkit.language.unigrams`` says what they hold."""

    unigrams: str
    bigrams: str
    boundaries: str
    words: str


CONTENT = TextFields("unigrams", "bigrams", "boundaries", "words")
"""Title and body together: the title's unigrams come first."""

TITLE = TextFields("title_unigrams", "title_bigrams", "title_boundaries", "title_words")
"""The title alone."""

TEXT_FIELDS = (CONTENT, TITLE)

KEYWORD_FIELDS = ("part", "path", "source", "tag", "url")
"""Fields of whole values: no positions, no ranking. ``part`` has the words of identifiers."""

COMPRESSED_FIELDS = ("url",)
"""Fields whose terms lie compressed: they are long, and seldom looked up."""

BIGRAM_FIELDS = tuple(text.bigrams for text in TEXT_FIELDS)
"""Fields whose terms are two unigrams each."""

POSITION_FIELDS = tuple(name for text in TEXT_FIELDS for name in (text.bigrams, text.boundaries))
"""Fields with positions: each unigram begins one bigram or stands at one boundary."""

RANKED_FIELDS = tuple(name for text in TEXT_FIELDS for name in (text.unigrams, text.bigrams, text.words))
"""Fields that BM25 looks at."""

FIELD_ORDER = tuple(
    sorted({*KEYWORD_FIELDS, *RANKED_FIELDS, *POSITION_FIELDS}, key=lambda name: (name in BIGRAM_FIELDS, name))
)
"""The fields as they are written: unigrams before their bigrams."""

LENGTH_FIELD = {name: text.unigrams for text in TEXT_FIELDS for name in (text.bigrams, text.boundaries)}
"""Of each field with positions, the doc value that bounds them: how many unigrams the text has."""

DOC_VALUES_DTYPE = np.dtype(
    [("date", "<i8"), ("text", "<i8"), ("added", "<i8"), ("offset", "<i4"), *((name, "<u4") for name in RANKED_FIELDS)]
)
"""A document's doc values: date in microseconds since 1970, hash of its folded text, when it came into the index in
microseconds since 1970, seconds that the date's time zone
is ahead of UTC, terms in each ranked field."""

DocValues = npt.NDArray[Any]
"""Structured[documents]: one row of ``DOC_VALUES_DTYPE`` per document."""
