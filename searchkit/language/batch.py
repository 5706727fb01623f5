"""Many texts at once: the same folding, units and words as one by one, from arrays of code points.

Nothing here is done in Python a character or a unit at a time, but cutting words and naming Latin runs.
``fold``, ``units`` and ``words`` say what the outcome is; tests hold the two ways equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt

from searchkit.language.folding import composes, fold, fold_char, ungrouped
from searchkit.language.units import (
    JOINED,
    PUNCTUATION_GAP,
    SENTENCE_GAP,
    TEXT_END,
    TEXT_GAP,
    is_joiner,
    is_run,
    is_sentence_end,
    is_unit,
)
from searchkit.language.words import is_word, segmenter

CodePoints = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

_CODE_SPACE = 0x110000
_PUNCTUATION, _JOINER, _SPACE, _SENTENCE, _LINE, _OTHER_SPACE, _DOT, _APOSTROPHE, _TEXT_END = range(9)
_SINGLE, _LETTER, _DIGIT = 9, 10, 11  # units: one character each, and runs
_UNKNOWN = 255


class Vocabulary(dict[str, int]):
    """Numbers for terms, in the order in which they are first met."""

    def __init__(self) -> None:
        super().__init__()
        self._other_words = np.zeros(0, bool)
        self._lengths = np.zeros(0, np.int64)

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number

    def other_words(self) -> npt.NDArray[np.bool_]:
        """bool[len(self)], which terms are words that no dictionary has to cut; each looked at once."""
        self._look_at_new()
        return self._other_words

    def lengths(self) -> Numbers:
        """int64[len(self)], characters of each term."""
        self._look_at_new()
        return self._lengths

    def _look_at_new(self) -> None:
        known = len(self._lengths)
        if known < len(self):
            new = list(islice(self, known, None))
            self._other_words = np.append(self._other_words, np.fromiter(map(_is_other_word, new), bool, len(new)))
            self._lengths = np.append(self._lengths, np.fromiter(map(len, new), np.int64, len(new)))


@dataclass(frozen=True, slots=True)
class TermArrays:
    """The terms of many texts, in no order.

    Attributes:
        terms: int64[n], numbers of a vocabulary.
        texts: int64[n], which text each is from.
    """

    terms: Numbers
    texts: Numbers


@dataclass(frozen=True, slots=True)
class UnitArrays:
    """The units of many texts, in order.

    Attributes:
        terms: int64[n], numbers of a vocabulary.
        texts: int64[n], which text each is from, ascending.
        gaps: int64[n], the kind of gap after each, ``TEXT_GAP`` after the last of a text.
    """

    terms: Numbers
    texts: Numbers
    gaps: Numbers

    @property
    def positions(self) -> Numbers:
        """int64[n], each unit's place in its text."""
        places = np.arange(len(self.texts))
        first = np.flatnonzero(np.diff(self.texts, prepend=-1))
        positions: Numbers = places - np.repeat(first, np.diff(np.append(first, len(places))))
        return positions


def code_points(text: str) -> CodePoints:
    """uint32[len(text)]: the text as an array; a surrogate is its own code point."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _text(points: npt.NDArray[np.integer]) -> str:
    return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class _PointTable:
    """Facts on code points, each worked out when it is first met."""

    def __init__(self) -> None:
        self._known = np.zeros(_CODE_SPACE, bool)

    def learn(self, points: CodePoints) -> None:
        """Work out what is not known yet of these."""
        met = np.zeros(_CODE_SPACE, bool)
        met[points] = True
        for code in np.flatnonzero(met & ~self._known).tolist():
            self._learn(code)
        self._known |= met

    def _learn(self, code: int) -> None:
        raise NotImplementedError


class _FoldTable(_PointTable):
    """How long the folding of a code point is, where it begins in ``folded``, and whether it joins what precedes it."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths = np.ones(_CODE_SPACE, np.uint8)
        self.firsts = np.zeros(_CODE_SPACE, np.uint32)
        self.composes = np.zeros(_CODE_SPACE, bool)
        self.folded = np.zeros(0, np.uint32)
        self._pieces: list[str] = []
        self._total = 0

    def learn(self, points: CodePoints) -> None:
        super().learn(points)
        if self._pieces:
            self.folded = np.concatenate([self.folded, code_points("".join(self._pieces))])
            self._pieces.clear()

    def _learn(self, code: int) -> None:
        piece = fold_char(chr(code))
        self.lengths[code] = len(piece)
        self.firsts[code] = self._total
        self.composes[code] = bool(piece) and composes(piece[0])
        self._pieces.append(piece)
        self._total += len(piece)


class _ClassTable(_PointTable):
    """The class of a code point of folded text."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = np.full(_CODE_SPACE, _UNKNOWN, np.uint8)

    def _learn(self, code: int) -> None:
        self.classes[code] = _class_of(chr(code))


_OWN_CLASS = {" ": _SPACE, "\n": _LINE, ".": _DOT, "'": _APOSTROPHE, TEXT_END: _TEXT_END}


def _class_of(char: str) -> int:
    if is_unit(char):
        return _LETTER if is_run(char) else _DIGIT if char.isdecimal() else _SINGLE
    if char in _OWN_CLASS:
        return _OWN_CLASS[char]
    if is_joiner(char):
        return _JOINER
    if is_sentence_end(char):
        return _SENTENCE
    return _OTHER_SPACE if char.isspace() else _PUNCTUATION


_fold_table = cache(_FoldTable)
_class_table = cache(_ClassTable)


def fold_batch(texts: Sequence[str]) -> list[str]:
    """The folding of each text; ``fold_batch(texts) == [fold(text) for text in texts]``."""
    points = code_points("".join(texts))
    table = _fold_table()
    table.learn(points)
    lengths = table.lengths[points].astype(np.int64)
    ends = np.cumsum(lengths)
    offsets = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    folded_points = table.folded[np.repeat(table.firsts[points], lengths) + offsets]
    folded = _text(folded_points)
    borders = np.cumsum([0, *map(len, texts)])
    folded_borders = np.concatenate([[0], ends])[borders]
    composed = np.append(0, np.cumsum(table.composes[points]))[borders]
    pieces = [folded[start:end] for start, end in pairwise(folded_borders.tolist())]
    grouped = np.searchsorted(folded_borders, _group_commas(folded_points), side="right") - 1
    for number in sorted(set(grouped.tolist())):
        pieces[number] = ungrouped(pieces[number])
    for number in np.flatnonzero(np.diff(composed)).tolist():
        pieces[number] = fold(texts[number])
    return pieces


def _group_commas(points: CodePoints) -> Numbers:
    """Where there is a comma after a digit and before three."""
    commas = np.flatnonzero(points == ord(","))
    commas = commas[(commas > 0) & (commas < len(points) - 3)]
    for distance in (-1, 1, 2, 3):
        beside = points[commas + distance]
        commas = commas[(beside >= ord("0")) & (beside <= ord("9"))]
    return commas


@dataclass(frozen=True, slots=True)
class FoldedBatch:
    """Folded texts as one array, a line's end after each.

    Attributes:
        text: all of them.
        points: its code points.
        starts: int64[texts], where each begins.
    """

    text: str
    points: CodePoints
    starts: Numbers

    @classmethod
    def of(cls, folded: Sequence[str]) -> FoldedBatch:
        text = "".join(f"{part}\n" for part in folded)
        starts = np.cumsum([0, *(len(part) + 1 for part in folded)])[:-1]
        return cls(text, code_points(text), starts.astype(np.int64))

    def text_numbers(self, places: Numbers) -> Numbers:
        """Which text each place is in."""
        return np.searchsorted(self.starts, places, side="right") - 1


def unit_arrays(batch: FoldedBatch, vocabulary: Vocabulary) -> UnitArrays:
    """The units of each text and the gaps between, as ``units`` gives them."""
    table = _class_table()
    table.learn(batch.points)
    classes = table.classes[batch.points]
    is_unit_point = classes >= _SINGLE
    after = np.append(classes[1:], _LINE)
    before = np.insert(classes[:-1], 0, _LINE)
    run = classes > _SINGLE
    starts = np.flatnonzero(is_unit_point & (~run | (before != classes)))
    ends = np.flatnonzero(is_unit_point & (~run | (after != classes))) + 1
    numbers = _unit_numbers(batch, starts, ends, run[starts], vocabulary)
    texts = batch.text_numbers(starts)
    return UnitArrays(numbers, texts, _gaps(classes, after, starts, ends, texts))


def _unit_numbers(
    batch: FoldedBatch, starts: Numbers, ends: Numbers, run: npt.NDArray[np.bool_], vocabulary: Vocabulary
) -> Numbers:
    numbers = np.empty(len(starts), np.int64)
    points = batch.points[starts]
    met = np.zeros(_CODE_SPACE, bool)
    met[points[~run]] = True
    by_point = np.zeros(_CODE_SPACE, np.int64)
    for code in np.flatnonzero(met).tolist():
        by_point[code] = vocabulary[chr(code)]
    numbers[~run] = by_point[points[~run]]
    text = batch.text
    runs = [vocabulary[text[a:b]] for a, b in zip(starts[run].tolist(), ends[run].tolist(), strict=True)]
    numbers[run] = runs
    return numbers


def _gaps(
    classes: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8], starts: Numbers, ends: Numbers, texts: Numbers
) -> Numbers:
    if not len(starts):
        return np.zeros(0, np.int64)
    gaps = _GAPS[classes]
    dots = np.flatnonzero(classes == _DOT)
    following = after[dots]
    ends_sentence = (following >= _SINGLE) | np.isin(following, (_SPACE, _LINE, _OTHER_SPACE))
    gaps[dots] = np.where(ends_sentence, SENTENCE_GAP, PUNCTUATION_GAP)
    between = np.maximum.reduceat(gaps, starts).astype(np.int64)
    alone = starts[1:] - ends[:-1] == 1
    mark = classes[ends[:-1]]
    letters = (classes[starts[:-1]] == _LETTER) & (classes[starts[1:]] == _LETTER)
    between[:-1][alone & ((mark == _DOT) | ((mark == _APOSTROPHE) & letters))] = JOINED
    between[np.diff(texts, append=-1) != 0] = TEXT_GAP
    return between


_GAPS = np.full(256, JOINED, np.uint8)
_GAPS[[_PUNCTUATION, _OTHER_SPACE, _APOSTROPHE]] = PUNCTUATION_GAP
_GAPS[[_SENTENCE, _LINE]] = SENTENCE_GAP
_GAPS[_TEXT_END] = TEXT_GAP


_HAN = (0x4E00, 0x9FD5)  # what jieba cuts, see ``words``


def word_arrays(batch: FoldedBatch, units: UnitArrays, vocabulary: Vocabulary) -> TermArrays:
    """The words of each text, as ``words`` gives them, in no order.

    Args:
        batch: the texts.
        units: their units, with numbers of the same vocabulary.
        vocabulary: numbers for the words.
    """
    single = vocabulary.other_words()[units.terms]
    han = (batch.points >= _HAN[0]) & (batch.points <= _HAN[1])
    edge = ~han & np.append(han[1:], False)  # one character between two runs stands for all
    kept = np.flatnonzero(han | edge)
    cut = segmenter()(_text(np.where(han[kept], batch.points[kept], ord("\n"))))
    numbers = np.fromiter(map(vocabulary.__getitem__, cut), np.int64, len(cut))
    lengths = vocabulary.lengths()[numbers]
    starts = np.cumsum(lengths) - lengths
    words = numbers != vocabulary["\n"]
    han_texts = batch.text_numbers(kept[starts[words]])
    terms = np.concatenate([numbers[words], units.terms[single]])
    return TermArrays(terms, np.concatenate([han_texts, units.texts[single]]))


def _is_other_word(unit: str) -> bool:
    return is_word(unit) and not _HAN[0] <= ord(unit[0]) <= _HAN[1]
