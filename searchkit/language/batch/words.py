"""Words of many texts at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from searchkit.language.batch.classes import HAN_FIRST, HAN_LAST, class_table
from searchkit.language.batch.points import CodePoints, Int64s, text_of
from searchkit.language.batch.segmenter import Segmenter
from searchkit.language.batch.unigrams import (
    FoldedBatch,
    UnigramArrays,
    Vocabulary,
    count_by_start,
    unigram_bounds,
)

_PACKED_CHARS = 4  # characters of 16 bits in a packed word of 64 bits
_CHAR_BITS = 16
_CHAR_MASK = (1 << _CHAR_BITS) - 1
_LINE_FEED = ord("\n")

_CUT_CHARS = 8_192
"""Characters that are cut by one call: their words stay in the processor's cache until their lengths are known."""


@dataclass(frozen=True, slots=True)
class TermArrays:
    """Occurrences of terms in many texts; the occurrences of one term ascend by text.

    Attributes:
        terms: unsigned[n], the term of each occurrence.
        texts: int32[n], the text of each occurrence, as its index in the batch.
    """

    terms: npt.NDArray[np.unsignedinteger]
    texts: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class WordArrays:
    """The words of many texts.

    Attributes:
        short: words of up to four Han characters, packed into uint64; ``short_words`` unpacks them.
        others: all other words, as term ids.
    """

    short: TermArrays
    others: TermArrays


@dataclass(frozen=True, slots=True)
class _HanWords:
    """The words that the Han runs of many texts are cut into.

    Attributes:
        kept: int64[n], which characters of the batch are of these runs, or stand between two.
        text: those characters, line feeds between the runs.
        points: uint32[n], their code points.
        starts: int64[words], where each begins in ``text``.
        lengths: int32[words], its characters.
    """

    kept: Int64s
    text: str
    points: CodePoints
    starts: Int64s
    lengths: npt.NDArray[np.int32]

    @classmethod
    def of(cls, batch: FoldedBatch, segmenter: Segmenter) -> _HanWords:
        """Keep the Han characters, and one line feed between two runs, so that one call segments many runs apart."""
        is_han = (batch.points >= HAN_FIRST) & (batch.points <= HAN_LAST)
        before_run = ~is_han
        before_run[:-1] &= is_han[1:]
        before_run[-1:] = False
        kept = np.flatnonzero(is_han | before_run)
        points = np.where(is_han[kept], batch.points[kept], _LINE_FEED)
        text = text_of(points)
        parts = (segmenter.cut(text[a:b], points[a:b]) for a, b in pairwise(_bounds(points)))
        lengths = np.concatenate([np.zeros(0, np.int32), *map(_lengths, parts)])
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        is_word = points[starts] != _LINE_FEED
        return cls(kept, text, points, starts[is_word], lengths[is_word])


def _bounds(points: CodePoints) -> list[int]:
    """Where to divide Han runs, at line feeds, into parts of about ``_CUT_CHARS``, from the start to the end."""
    line_feeds = np.flatnonzero(points == _LINE_FEED)
    after = line_feeds.searchsorted(np.arange(_CUT_CHARS, len(points), _CUT_CHARS))
    return sorted({0, *(line_feeds[after[after < len(line_feeds)]] + 1).tolist(), len(points)})


def _lengths(words: list[str]) -> npt.NDArray[np.int32]:
    return np.fromiter(map(len, words), np.int32, len(words))


def word_bounds(batch: FoldedBatch, segmenter: Segmenter) -> tuple[Int64s, Int64s]:
    """Where the words of all texts start and end in the batch, int64[n] each: those that ``word_arrays`` has.

    Args:
        batch: folded texts.
        segmenter: cuts the Han runs.
    """
    starts, ends = unigram_bounds(batch)
    is_whole_word = (ends - starts > 1) | class_table().is_word[batch.points[starts]]
    han = _HanWords.of(batch, segmenter)
    firsts = han.kept[han.starts]
    starts = np.concatenate([starts[is_whole_word], firsts])
    return starts, np.concatenate([ends[is_whole_word], firsts + han.lengths])


def word_arrays(
    batch: FoldedBatch, unigrams: UnigramArrays, vocabulary: Vocabulary, segmenter: Segmenter
) -> WordArrays:
    """The words of each text, as ``words`` returns them.

    Args:
        batch: folded texts.
        unigrams: their unigrams, with ids of the same vocabulary.
        vocabulary: assigns ids to words of more than four characters.
        segmenter: cuts the Han runs.
    """
    han = _HanWords.of(batch, segmenter)
    points, starts, lengths = han.points, han.starts, han.lengths
    texts = _repeat_index(count_by_start(starts, np.searchsorted(han.kept, batch.starts)))

    is_short = lengths <= _PACKED_CHARS
    long = np.flatnonzero(~is_short)
    firsts = starts[long]
    long_texts = map(han.text.__getitem__, map(slice, firsts.tolist(), (firsts + lengths[long]).tolist()))
    long_terms = np.fromiter(map(vocabulary.__getitem__, long_texts), np.uint32, len(long))
    is_whole_word = class_table().is_word.take(unigrams.terms, mode="clip")  # ids of the vocabulary: the last element
    return WordArrays(
        short=TermArrays(pack_words(points, starts[is_short], lengths[is_short]), texts[is_short]),
        others=TermArrays(
            np.concatenate([unigrams.terms[is_whole_word], long_terms]),
            np.concatenate([_repeat_index(unigrams.counts)[is_whole_word], texts[long]]),
        ),
    )


def pack_words(
    points: CodePoints, starts: Int64s, lengths: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint64]:
    """Pack words of up to four characters into uint64, 16 bits each, padded with zeros: they sort as their texts do."""
    padded = np.append(points, np.zeros(_PACKED_CHARS, np.uint32)).astype(np.uint16)
    chars = np.zeros((len(starts), _PACKED_CHARS), np.uint16)  # little-endian: the first character is the last column
    chars[:, _PACKED_CHARS - 1] = padded[starts]
    for place in range(1, _PACKED_CHARS):
        longer = np.flatnonzero(lengths > place)
        chars[longer, _PACKED_CHARS - 1 - place] = padded[starts[longer] + place]
    return chars.astype("<u2", copy=False).view("<u8").astype(np.uint64, copy=False).reshape(-1)


def short_words(packed: npt.NDArray[np.uint64]) -> list[bytes]:
    """The texts of packed words, UTF-8.

    >>> [word.decode() for word in short_words(np.array([0x4E00 << 48, (0x4E00 << 48) + (0x4E2D << 32)], np.uint64))]
    ['一', '一中']
    """
    shifts = [_CHAR_BITS * place for place in range(_PACKED_CHARS - 1, -1, -1)]
    chars = [((packed >> np.uint64(shift)) & np.uint64(_CHAR_MASK)).astype(np.uint32) for shift in shifts]
    points = np.column_stack([*chars, np.full(len(packed), ord("\n"), np.uint32)])
    return text_of(points[points > 0]).encode().split(b"\n")[:-1]


def _repeat_index(counts: Int64s) -> npt.NDArray[np.int32]:
    """Each index of ``counts``, repeated that many times: the text of each of many occurrences."""
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)
