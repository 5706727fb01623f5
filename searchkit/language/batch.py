"""Many texts at once: the same folding, unigrams and words as one by one, from arrays of code points.

Nothing here is done in Python a character or a unigram at a time, but cutting words and naming Latin runs.
``fold``, ``unigrams`` and ``words`` say what the outcome is; tests hold the two ways equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from searchkit.language.folding import composes, fold, fold_char, ungrouped
from searchkit.language.unigrams import (
    JOINED,
    PUNCTUATION_GAP,
    SENTENCE_GAP,
    TEXT_END,
    TEXT_GAP,
    is_joiner,
    is_run,
    is_sentence_end,
    is_unigram,
)
from searchkit.language.words import is_word, segmenter

CodePoints = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Terms = npt.NDArray[np.uint32]

_CODE_SPACE = 0x110000
_PUNCTUATION, _JOINER, _SPACE, _SENTENCE, _LINE, _OTHER_SPACE, _DOT, _APOSTROPHE, _TEXT_END = range(9)
_SINGLE, _LETTER, _DIGIT = 9, 10, 11  # unigrams: one character each, and runs
_UNKNOWN = 255
_HAN = (0x4E00, 0x9FD5)  # what jieba cuts, see ``words``
_SHORT = 4  # characters: so many fit into a key
_KEY_BITS = 16  # of a character in a key
_KEY = (1 << _KEY_BITS) - 1

FIRST_NAMED = _CODE_SPACE
"""A term below it is one character, by its code point; the others are numbers of a vocabulary, from here on."""


class Vocabulary(dict[str, int]):
    """Numbers for terms that are not one character, in the order in which they are first met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = FIRST_NAMED + len(self)
        return number


@dataclass(frozen=True, slots=True)
class TermArrays:
    """Terms of many texts; those of one term ascend by text.

    Attributes:
        terms: unsigned[n].
        texts: int32[n], which text each is from.
    """

    terms: npt.NDArray[np.unsignedinteger]
    texts: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class UnigramArrays:
    """The unigrams of many texts, in order.

    Attributes:
        terms: uint32[n], code points and numbers of a vocabulary.
        gaps: uint8[n], the kind of gap after each, ``TEXT_GAP`` after the last of a text.
        counts: int64[texts], how many there are in each text.
    """

    terms: Terms
    gaps: npt.NDArray[np.uint8]
    counts: Numbers


@dataclass(frozen=True, slots=True)
class WordArrays:
    """The words of many texts.

    Attributes:
        short: those of up to four Han characters, as ``short_words`` brings them back from their terms, uint64.
        others: the others, as unigrams are numbered.
    """

    short: TermArrays
    others: TermArrays


def code_points(text: str) -> CodePoints:
    """uint32[len(text)]: the text as an array; a surrogate is its own code point."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _text(points: npt.NDArray[np.integer]) -> str:
    return points.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


class _PointTable:
    """Facts on code points, each worked out when it is first met."""

    def __init__(self) -> None:
        self._known = np.zeros(_CODE_SPACE, bool)

    def learn(self, points: CodePoints) -> None:
        """Work out what is not known yet of these."""
        for code in sorted(set(points[~self._known[points]].tolist())):
            self._learn(code)
            self._known[code] = True

    def _learn(self, code: int) -> None:
        raise NotImplementedError


class _FoldTable(_PointTable):
    """The folding of each code point: ``folded``, but where it is ``odd``.

    Of an odd one, whose folding is not one character or may join what precedes it: how long the folding is, where it
    begins in ``pieces``, and whether it joins.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folded = np.zeros(_CODE_SPACE, np.uint32)
        self.odd = np.zeros(_CODE_SPACE, bool)
        self.lengths = np.ones(_CODE_SPACE, np.uint8)
        self.firsts = np.zeros(_CODE_SPACE, np.uint32)
        self.composes = np.zeros(_CODE_SPACE, bool)
        self.pieces = np.zeros(0, np.uint32)

    def _learn(self, code: int) -> None:
        piece = fold_char(chr(code))
        self.composes[code] = bool(piece) and composes(piece[0])
        self.odd[code] = len(piece) != 1 or self.composes[code]
        if self.odd[code]:
            self.lengths[code] = len(piece)
            self.firsts[code] = len(self.pieces)
            self.pieces = np.concatenate([self.pieces, code_points(piece)])
        else:
            self.folded[code] = ord(piece)


class _ClassTable(_PointTable):
    """The class of a code point of folded text, and whether it is a word where no dictionary has to cut it."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = np.full(_CODE_SPACE, _UNKNOWN, np.uint8)
        self.other_words = np.zeros(_CODE_SPACE + 1, bool)
        self.other_words[FIRST_NAMED] = True  # all runs

    def _learn(self, code: int) -> None:
        char = chr(code)
        self.classes[code] = _class_of(char)
        self.other_words[code] = is_word(char) and not _HAN[0] <= code <= _HAN[1]


_OWN_CLASS = {" ": _SPACE, "\n": _LINE, ".": _DOT, "'": _APOSTROPHE, TEXT_END: _TEXT_END}


def _class_of(char: str) -> int:
    if is_unigram(char):
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
    borders = np.cumsum([0, *map(len, texts)])
    odd = np.flatnonzero(table.odd[points])
    folded_points, folded_borders = _folded(points, odd, borders)
    folded = _text(folded_points)
    pieces = [folded[start:end] for start, end in pairwise(folded_borders.tolist())]
    grouped = np.searchsorted(folded_borders, _group_commas(folded_points), side="right") - 1
    for number in sorted(set(grouped.tolist())):
        pieces[number] = ungrouped(pieces[number])
    composed = np.searchsorted(borders, odd[table.composes[points[odd]]], side="right") - 1
    for number in sorted(set(composed.tolist())):
        pieces[number] = "\n".join(map(fold, texts[number].split("\n")))  # few lines need the long way
    return pieces


def _folded(points: CodePoints, odd: Numbers, borders: Numbers) -> tuple[CodePoints, Numbers]:
    """The folding of each code point, and where the borders are among them."""
    table = _fold_table()
    folded = table.folded[points]
    if not len(odd):
        return folded, borders
    lengths = table.lengths[points[odd]].astype(np.int64)
    counts = np.ones(len(points), np.int64)
    counts[odd] = lengths
    folded = np.repeat(folded, counts)
    grown = np.append(0, np.cumsum(lengths - 1))
    offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    firsts = table.firsts[points[odd]].astype(np.int64)
    folded[np.repeat(odd + grown[:-1], lengths) + offsets] = table.pieces[np.repeat(firsts, lengths) + offsets]
    return folded, borders + grown[np.searchsorted(odd, borders)]


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

    def counts(self, places: Numbers) -> Numbers:
        """How many of some places, ascending, each text has."""
        return _counts(places, self.starts)


def unigram_arrays(batch: FoldedBatch, vocabulary: Vocabulary) -> UnigramArrays:
    """The unigrams of each text and the gaps between, as ``unigrams`` gives them."""
    table = _class_table()
    table.learn(batch.points)
    classes = table.classes[batch.points]
    begins = classes >= _SINGLE
    ends_here = begins.copy()
    apart = (classes[1:] != classes[:-1]) | (classes[1:] <= _SINGLE)
    begins[1:] &= apart
    ends_here[:-1] &= apart
    starts, ends = np.flatnonzero(begins), np.flatnonzero(ends_here) + 1
    terms = batch.points[starts]
    runs = np.flatnonzero((classes[starts] > _SINGLE) & (ends - starts > 1))
    found = map(batch.text.__getitem__, map(slice, starts[runs].tolist(), ends[runs].tolist()))
    terms[runs] = np.fromiter(map(vocabulary.__getitem__, found), np.uint32, len(runs))
    gaps = _gaps(classes, starts, ends)
    counts = batch.counts(starts)
    gaps[(np.cumsum(counts) - 1)[counts > 0]] = TEXT_GAP
    return UnigramArrays(terms, gaps, counts)


def _gaps(classes: npt.NDArray[np.uint8], starts: Numbers, ends: Numbers) -> npt.NDArray[np.uint8]:
    """The kind of gap after each unigram, as if all were one text."""
    gaps = np.zeros(len(starts), np.uint8)  # all joined
    apart = np.flatnonzero(starts[1:] != ends[:-1])
    if not len(apart):
        return gaps
    kinds = _GAPS[classes]
    dots = np.flatnonzero(classes == _DOT)
    following = classes[dots + 1]  # a line's end comes last
    ends_sentence = (following >= _SINGLE) | np.isin(following, (_SPACE, _LINE, _OTHER_SPACE))
    kinds[dots] = np.where(ends_sentence, SENTENCE_GAP, PUNCTUATION_GAP)
    first, last = ends[apart], starts[apart + 1]
    between = np.maximum.reduceat(kinds, np.column_stack([first, last]).reshape(-1))[::2]
    mark = classes[first]
    letters = (classes[first - 1] == _LETTER) & (classes[last] == _LETTER)
    between[(last - first == 1) & ((mark == _DOT) | ((mark == _APOSTROPHE) & letters))] = JOINED
    gaps[apart] = between
    return gaps


_GAPS = np.full(256, JOINED, np.uint8)
_GAPS[[_PUNCTUATION, _OTHER_SPACE, _APOSTROPHE]] = PUNCTUATION_GAP
_GAPS[[_SENTENCE, _LINE]] = SENTENCE_GAP
_GAPS[_TEXT_END] = TEXT_GAP


def word_arrays(batch: FoldedBatch, unigrams: UnigramArrays, vocabulary: Vocabulary) -> WordArrays:
    """The words of each text, as ``words`` gives them.

    Args:
        batch: the texts.
        unigrams: their unigrams, with numbers of the same vocabulary.
        vocabulary: numbers for the words.
    """
    han = (batch.points >= _HAN[0]) & (batch.points <= _HAN[1])
    edge = ~han
    edge[:-1] &= han[1:]  # one character between two runs stands for all
    edge[-1:] = False
    kept = np.flatnonzero(han | edge)
    points = np.where(han[kept], batch.points[kept], ord("\n"))
    cut = segmenter()(_text(points))
    lengths = np.fromiter(map(len, cut), np.int32, len(cut))
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    places = np.flatnonzero(points[starts] != ord("\n"))
    starts, lengths = starts[places], lengths[places]
    texts = _repeated(_counts(starts, np.searchsorted(kept, batch.starts)))
    short = lengths <= _SHORT
    long = np.flatnonzero(~short)
    names = map(vocabulary.__getitem__, map(cut.__getitem__, places[long].tolist()))
    long_words = np.fromiter(names, np.uint32, len(long))
    other = _class_table().other_words.take(unigrams.terms, mode="clip")
    return WordArrays(
        TermArrays(_short_keys(points, starts[short], lengths[short]), texts[short]),
        TermArrays(
            np.concatenate([unigrams.terms[other], long_words]),
            np.concatenate([_repeated(unigrams.counts)[other], texts[long]]),
        ),
    )


def _short_keys(
    points: CodePoints, starts: Numbers, lengths: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint64]:
    """Words as numbers in the order of their texts: 16 bits a character, 0 after the last."""
    letters = np.append(points, np.zeros(_SHORT, np.uint32)).astype(np.uint16)
    keys = np.zeros((len(starts), _SHORT), np.uint16)  # the first character in the highest bits
    keys[:, _SHORT - 1] = letters[starts]
    for place in range(1, _SHORT):
        longer = np.flatnonzero(lengths > place)
        keys[longer, _SHORT - 1 - place] = letters[starts[longer] + place]
    return keys.astype("<u2", copy=False).view("<u8").astype(np.uint64, copy=False).reshape(-1)


def short_words(keys: npt.NDArray[np.uint64]) -> list[bytes]:
    """The words of such keys, UTF-8.

    >>> [word.decode() for word in short_words(np.array([0x4E00 << 48, (0x4E00 << 48) + (0x4E2D << 32)], np.uint64))]
    ['一', '一中']
    """
    shifts = [_KEY_BITS * place for place in range(_SHORT - 1, -1, -1)]
    letters = [((keys >> np.uint64(shift)) & np.uint64(_KEY)).astype(np.uint32) for shift in shifts]
    points = np.column_stack([*letters, np.full(len(keys), ord("\n"), np.uint32)])
    return _text(points[points > 0]).encode().split(b"\n")[:-1]


def _counts(places: Numbers, starts: Numbers) -> Numbers:
    """How many of the places, ascending, there are from each start up to the next."""
    return np.diff(np.append(np.searchsorted(places, starts), len(places)))


def _repeated(counts: Numbers) -> npt.NDArray[np.int32]:
    """Each place as often as it counts: which text each of many is from."""
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)
