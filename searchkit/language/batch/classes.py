"""Classes of code points: what each character of folded text is to the analyzers."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from searchkit.language.batch.points import CODE_SPACE, CodePointTable
from searchkit.language.unigrams import (
    JOINED,
    PUNCTUATION_GAP,
    SENTENCE_GAP,
    TEXT_END,
    TEXT_GAP,
    is_joiner,
    is_letter_run,
    is_sentence_end,
    is_unigram,
)
from searchkit.language.words import is_word

Classes = npt.NDArray[np.uint8]
"""The class of each character: of separators, then of unigrams from ``SINGLE`` on."""

PUNCTUATION, JOINER, SPACE, SENTENCE, LINE, OTHER_SPACE, DOT, APOSTROPHE, TEXT_END_MARK, HYPHEN = range(10)
SINGLE, LETTER, DIGIT = 10, 11, 12  # a unigram of one character; a character of a letter or digit run
_UNCLASSIFIED = 255

HAN_FIRST, HAN_LAST = 0x4E00, 0x9FD5
"""The first and the last character that jieba segments, as in ``searchkit.language.words``."""

GAP_OF_CLASS = np.full(256, JOINED, np.uint8)
GAP_OF_CLASS[[PUNCTUATION, OTHER_SPACE, APOSTROPHE]] = PUNCTUATION_GAP
GAP_OF_CLASS[[SENTENCE, LINE]] = SENTENCE_GAP
GAP_OF_CLASS[TEXT_END_MARK] = TEXT_GAP
"""uint8[256]: the gap of a separator of one character, by its class; that of a dot depends on what follows."""


class ClassTable(CodePointTable):
    """Properties of the code points of folded text.

    Attributes:
        classes: uint8[code points], the class of each.
        is_word: bool[code points + 1], whether the unigram with a term id is a word that needs no segmentation; the
            last element stands for all ids of the vocabulary, which are letter and digit runs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.classes = np.full(CODE_SPACE, _UNCLASSIFIED, np.uint8)
        self.is_word = np.zeros(CODE_SPACE + 1, bool)
        self.is_word[CODE_SPACE] = True
        han = slice(HAN_FIRST, HAN_LAST + 1)  # most of what is new in a text
        self.classes[han] = SINGLE
        self._computed[han] = True

    def _compute(self, codes: list[int]) -> None:
        for code in codes:
            char = chr(code)
            self.classes[code] = _class_of(char)
            self.is_word[code] = is_word(char) and not HAN_FIRST <= code <= HAN_LAST


_CLASS_OF_CHAR = {" ": SPACE, "\n": LINE, ".": DOT, "'": APOSTROPHE, "-": HYPHEN, TEXT_END: TEXT_END_MARK}


def _class_of(char: str) -> int:
    if is_unigram(char):
        return LETTER if is_letter_run(char) else DIGIT if char.isdecimal() else SINGLE
    if char in _CLASS_OF_CHAR:
        return _CLASS_OF_CHAR[char]
    if is_joiner(char):
        return JOINER
    if is_sentence_end(char):
        return SENTENCE
    return OTHER_SPACE if char.isspace() else PUNCTUATION


class_table = cache(ClassTable)
