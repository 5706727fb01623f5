"""Text analysis of many texts at once, with numpy on arrays of code points.

The results are those of ``fold``, ``unigrams`` and ``words``, which specify them; tests compare the two. Python code
runs once per distinct code point, per Latin or digit run and per word that is longer than four characters; everything
else is done on whole arrays:

1. ``fold_batch`` looks up the folding of each code point in a table.
2. ``FoldedBatch.of`` concatenates the folded texts.
3. ``unigram_arrays`` looks up the class of each code point; unigrams are runs of one class, and gaps follow from the
   classes between them.
4. ``word_arrays`` concatenates all Han runs, segments them in one call and packs short words into integers.
"""

from searchkit.language.batch.folding import fold_batch
from searchkit.language.batch.segmenter import Segmenter
from searchkit.language.batch.unigrams import (
    VOCABULARY_START,
    FoldedBatch,
    UnigramArrays,
    Vocabulary,
    unigram_arrays,
)
from searchkit.language.batch.words import TermArrays, WordArrays, short_words, word_arrays, word_bounds

__all__ = [
    "VOCABULARY_START",
    "FoldedBatch",
    "Segmenter",
    "TermArrays",
    "UnigramArrays",
    "Vocabulary",
    "WordArrays",
    "fold_batch",
    "short_words",
    "unigram_arrays",
    "word_arrays",
    "word_bounds",
]
