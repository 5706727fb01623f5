"""Here is a text: what are its terms?"""

from searchkit.language.analysis import analyze, fingerprint
from searchkit.language.folding import FoldedText, fold, fold_with_offsets
from searchkit.language.units import Units, pair_term, units
from searchkit.language.words import words

__all__ = ["FoldedText", "Units", "analyze", "fingerprint", "fold", "fold_with_offsets", "pair_term", "units", "words"]
