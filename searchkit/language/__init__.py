"""Here is a text: what are its terms?"""

from searchkit.language.analysis import analyze, fingerprint
from searchkit.language.folding import FoldedText, fold, fold_with_offsets
from searchkit.language.unigrams import Unigrams, bigram_term, unigrams
from searchkit.language.words import words

__all__ = ["FoldedText", "Unigrams", "analyze", "fingerprint", "fold", "fold_with_offsets", "bigram_term", "unigrams", "words"]
