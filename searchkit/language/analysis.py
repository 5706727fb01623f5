"""The full analysis of one text, and the fingerprint of everything that it depends on."""

from __future__ import annotations

import unicodedata
from functools import cache

from searchkit.arguments import checked_text
from searchkit.language.folding import FOLDING_VERSION, fold_with_offsets
from searchkit.language.installed import installed_version
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import UNIGRAMS_VERSION, unigrams
from searchkit.language.words import dictionary_version, words
from searchkit.model import Analysis, Token


def analyze(text: str, lexicon: Lexicon = NO_LEXICON) -> Analysis:
    """Analyze a text as it would be indexed: folded text, unigrams, bigrams and words.

    Args:
        text: any text.
        lexicon: own words, with which it is cut.

    Raises:
        QueryError: it is no text.

    >>> analyze("國際論壇").words
    ('国际', '论坛')
    """
    folded = fold_with_offsets(checked_text("text", text))
    grams = unigrams(folded.text)
    tokens = []
    for position, (unigram, gap, start) in enumerate(zip(grams.texts, grams.gaps, grams.starts, strict=True)):
        tokens.append(Token(unigram, position, *folded.original_span(start, start + len(unigram)), gap))
    return Analysis(
        folded=folded.text,
        unigrams=tuple(tokens),
        bigrams=tuple(bigram for bigram, _ in grams.bigrams()),
        words=tuple(words(folded.text, lexicon)),
    )


@cache
def fingerprint() -> str:
    """A text that changes whenever the terms of an index would.

    It names the versions of folding, unigrams, jieba's dictionary, OpenCC's tables and Unicode. An index with another
    fingerprint has to be rebuilt.
    """
    parts = (
        f"folding {FOLDING_VERSION}",
        f"unigrams {UNIGRAMS_VERSION}",
        dictionary_version(),
        f"OpenCC {installed_version('OpenCC', 'opencc')}",
        f"Unicode {unicodedata.unidata_version}",
    )
    return ", ".join(parts)
