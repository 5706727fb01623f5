"""Folding of many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from searchkit.language.batch.points import CODE_SPACE, CodePoints, CodePointTable, Int64s, code_points, text_of
from searchkit.language.folding import composes, fold, fold_char, learn_foldings, separated, ungrouped


class _FoldTable(CodePointTable):
    """The folding of each code point.

    A code point is irregular if its folding is not exactly one character, or begins with a character that may compose
    with the preceding one.

    Attributes:
        folded: uint32[code points], the folding of regular code points.
        irregular: bool[code points].
        lengths: uint8[code points], the length of each folding.
        starts: uint32[code points], the start of the folding of irregular code points in ``expansions``.
        composes: bool[code points], whether the folding may compose with the preceding character.
        expansions: uint32[n], the foldings of all irregular code points, concatenated.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folded = np.zeros(CODE_SPACE, np.uint32)
        self.irregular = np.zeros(CODE_SPACE, bool)
        self.lengths = np.ones(CODE_SPACE, np.uint8)
        self.starts = np.zeros(CODE_SPACE, np.uint32)
        self.composes = np.zeros(CODE_SPACE, bool)
        self.expansions = np.zeros(0, np.uint32)

    def _compute(self, codes: list[int]) -> None:
        learn_foldings(map(chr, codes))
        foldings = [fold_char(chr(code)) for code in codes]
        composing = np.array([bool(folding) and composes(folding[0]) for folding in foldings])
        lengths = np.array(list(map(len, foldings)))
        is_irregular = composing | (lengths != 1)
        self.composes[codes], self.irregular[codes] = composing, is_irregular
        regular, irregular = (np.flatnonzero(part) for part in (~is_irregular, is_irregular))
        of_code = np.array(codes)
        self.folded[of_code[regular]] = [ord(foldings[place]) for place in regular.tolist()]
        self.lengths[of_code[irregular]] = lengths[irregular]
        self.starts[of_code[irregular]] = len(self.expansions) + np.cumsum(lengths[irregular]) - lengths[irregular]
        expansions = code_points("".join(foldings[place] for place in irregular.tolist()))
        self.expansions = np.concatenate([self.expansions, expansions])


_fold_table = cache(_FoldTable)


def fold_batch(texts: Sequence[str]) -> list[str]:
    """Fold many texts.

    >>> fold_batch(["國際", "Ａ１"])
    ['国际', 'a1']
    """
    texts = list(texts)
    points = code_points("".join(texts))
    bounds = np.cumsum([0, *map(len, texts)])
    if grouped := _texts_at(bounds, _group_commas(points, "，")):
        for at in grouped:
            texts[at] = separated(texts[at])  # as long as it was
        points = code_points("".join(texts))
    table = _fold_table()
    table.add(points)
    irregular = np.flatnonzero(table.irregular[points])
    folded_points, folded_bounds = _fold_points(points, irregular, bounds)
    folded = text_of(folded_points)
    results = [folded[start:end] for start, end in pairwise(folded_bounds.tolist())]
    for at in _texts_at(folded_bounds, _group_commas(folded_points, ",")):
        results[at] = ungrouped(results[at])
    for at in _texts_at(bounds, irregular[table.composes[points[irregular]]]):
        results[at] = "\n".join(map(fold, texts[at].split("\n")))  # by line: few lines hold combining characters
    return results


def _texts_at(bounds: Int64s, offsets: Int64s) -> list[int]:
    """The texts that contain these offsets, ascending; ``bounds`` are the offsets where each text starts and ends."""
    return sorted(set((np.searchsorted(bounds, offsets, side="right") - 1).tolist()))


def _fold_points(points: CodePoints, irregular: Int64s, bounds: Int64s) -> tuple[CodePoints, Int64s]:
    """The folding of each code point on its own.

    Args:
        points: the code points of all texts.
        irregular: int64[n], where irregular code points are, ascending.
        bounds: int64[texts + 1], where each text starts and ends.

    Returns:
        The folded code points, and the bounds of the texts among them.
    """
    table = _fold_table()
    folded = table.folded[points]
    if not len(irregular):
        return folded, bounds
    # Repeat each code point as often as its folding has characters, then write the foldings of irregular ones.
    lengths = table.lengths[points[irregular]].astype(np.int64)
    repeats = np.ones(len(points), np.int64)
    repeats[irregular] = lengths
    folded = np.repeat(folded, repeats)
    shifts = np.append(0, np.cumsum(lengths - 1))  # by how much the text has grown before each irregular code point
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    sources = np.repeat(table.starts[points[irregular]].astype(np.int64), lengths) + within
    targets = np.repeat(irregular + shifts[:-1], lengths) + within
    folded[targets] = table.expansions[sources]
    return folded, bounds + shifts[np.searchsorted(irregular, bounds)]


def _group_commas(points: CodePoints, comma: str) -> Int64s:
    """Where a comma stands between a digit and three digits."""
    commas = np.flatnonzero(points == ord(comma))
    commas = commas[(commas > 0) & (commas < len(points) - 3)]
    for distance in (-1, 1, 2, 3):
        neighbours = points[commas + distance]
        commas = commas[(neighbours >= ord("0")) & (neighbours <= ord("9"))]
    return commas
