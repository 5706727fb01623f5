"""Text analysis: folding, and the terms that a text is indexed under."""

from searchkit.language.analysis import analyze, fingerprint
from searchkit.language.folding import FoldedText, fold, fold_with_offsets
from searchkit.language.unigrams import Unigrams, bigram_term, unigrams
from searchkit.language.words import words

__all__ = [
    "FoldedText",
    "Unigrams",
    "analyze",
    "bigram_term",
    "fingerprint",
    "fold",
    "fold_with_offsets",
    "unigrams",
    "words",
]
