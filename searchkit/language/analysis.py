"""A text as it is indexed, all at once; and what decides how it is."""

from __future__ import annotations

import unicodedata
from functools import cache

from searchkit.language.folding import FOLDING_VERSION, fold_with_offsets
from searchkit.language.installed import installed_version
from searchkit.language.unigrams import UNIGRAMS_VERSION, unigrams
from searchkit.language.words import dictionary_version, words
from searchkit.model import Analysis, Token


def analyze(text: str) -> Analysis:
    """Unigrams, bigrams and words of a text, as they are indexed.

    >>> analyze("國際論壇").words
    ('国际', '论坛')
    """
    folded = fold_with_offsets(text)
    found = unigrams(folded.text)
    tokens = []
    for position, (unigram, gap, start) in enumerate(zip(found.texts, found.gaps, found.starts, strict=True)):
        tokens.append(Token(unigram, position, *folded.original_span(start, start + len(unigram)), gap))
    return Analysis(
        folded=folded.text,
        unigrams=tuple(tokens),
        bigrams=tuple(bigram for bigram, _ in found.bigrams()),
        words=tuple(words(folded.text)),
    )


@cache
def fingerprint() -> str:
    """What the terms of an index depend on: two equal fingerprints give equal terms."""
    parts = (
        f"folding {FOLDING_VERSION}",
        f"unigrams {UNIGRAMS_VERSION}",
        dictionary_version(),
        f"OpenCC {installed_version('OpenCC', 'opencc')}",
        f"Unicode {unicodedata.unidata_version}",
    )
    return ", ".join(parts)
