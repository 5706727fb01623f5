"""Folding: text normalization before all other analysis, of posts and queries alike.

Folding applies NFKC and casefold; replaces traditional and rare forms of Han characters, one character by one
(``variants``); replaces all kinds of quotation marks, dashes and middle dots by one of each; and removes invisible
characters and the commas of grouped numbers (1,234). A wide comma between two numbers, as in 拨打120，120来了, becomes
an enumeration comma, which groups nothing. ``fold`` is idempotent. ``FoldedText`` maps each folded character to its
place in the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from searchkit.language.variants import simplified, simplified_each
from searchkit.model import Span

FOLDING_VERSION = 4
"""Part of the index fingerprint: raise it whenever ``fold`` returns another text for any input."""

_VARIANTS = {
    **dict.fromkeys('“”„‟〝〞〟「」『』﹁﹂﹃﹄″«»', '"'),
    **dict.fromkeys("‘’‚‛′‹›ʼ", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘⁃─━⎯⸺⸻˗", "-"),
    **dict.fromkeys("·・•‧∙⋅⸱·᛫˙", "·"),
    **dict.fromkeys("〜∼〰", "~"),
    **dict.fromkeys("∶︰", ":"),
    **dict.fromkeys("○◯", "〇"),
    "⋯": "...",
    **dict.fromkeys("\t\v\f\x1f", " "),
    **dict.fromkeys("\r\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
}

_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"  # whose folding is their standard form

_FILLERS = "\u034f\u115f\u1160\u3164\uffa0"  # invisible, although their category is a letter's or a mark's

_REPLACEMENT = "\ufffd"  # for unpaired surrogates, which UTF-8 cannot encode

_GROUP = re.compile(",[0-9]{3}")
_GROUPED = re.compile(r"(?<![0-9])(?<![0-9][.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?!,?[0-9])")

_WIDE_GROUP = re.compile("，[0-9]{3}")
_WIDE_GROUPED = re.compile(r"(?<![0-9])(?<![0-9][.,，])([1-9][0-9]{0,2})((?:，[0-9]{3})+)(?!，?[0-9])")


def fold_char(char: str) -> str:
    """The folding of one character without its neighbours; empty for an invisible character.

    >>> fold_char("Ａ"), fold_char("㈱"), fold_char("\\u200b")
    ('a', '(株)', '')
    """
    return _TABLE[ord(char)]


def learn_foldings(chars: Iterable[str]) -> None:
    """Compute what ``fold_char`` returns for many characters, sooner than one by one."""
    _TABLE.learn(chars)


def _folding_of(char: str) -> str:
    category = unicodedata.category(char)
    if char in _VARIANTS:
        return _VARIANTS[char]
    if category == "Cs":
        return _REPLACEMENT
    if category == "Cf" or (category == "Cc" and char != "\n") or _is_invisible_mark(char):
        return ""
    folded = unicodedata.normalize("NFKC", char).casefold()
    folded = "".join(map(simplified, folded))
    return folded if folded == char else "".join(fold_char(c) for c in folded)


def _is_invisible_mark(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char in _FILLERS


class _FoldTable(dict[int, str]):
    """The folding of each code point, computed when it first occurs; an argument of ``str.translate``.

    Attributes:
        resizing: the characters so far whose folding is not exactly one character.
    """

    def __init__(self) -> None:
        self.resizing: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if _FIRST_HAN <= char <= _LAST_HAN:
            form = simplified(char)
            folded = form if form == char else self[ord(form)]
        else:
            folded = _folding_of(char)
        if len(folded) != 1:
            self.resizing.add(char)
        self[code] = folded
        return folded

    def learn(self, chars: Iterable[str]) -> None:
        """Compute the folding of many Han characters together, in a quarter of the time; others are left out."""
        new = [char for char in chars if _FIRST_HAN <= char <= _LAST_HAN and ord(char) not in self]
        forms = simplified_each(new) if new else {}
        self.update({ord(char): char for char, form in forms.items() if form == char})
        others = {char: form for char, form in forms.items() if form != char}
        if others:
            self.learn(set(others.values()) - others.keys())
            self.update({ord(char): self[ord(form)] for char, form in others.items()})


_TABLE = _FoldTable()


def ungrouped(folded: str) -> str:
    """Remove the commas of grouped numbers: one to three digits, then groups of exactly three.

    >>> ungrouped("12,345.6; 12,34; 2021,2022; 1,2,3")
    '12345.6; 12,34; 2021,2022; 1,2,3'
    """
    if not _GROUP.search(folded):  # ten times as fast as _GROUPED
        return folded
    return _GROUPED.sub(lambda number: number.group().replace(",", ""), folded)


def separated(text: str) -> str:
    """Replace the wide commas that stand between two numbers, not within one; each by one character.

    A wide comma is a clause's comma first. It groups where what follows is 000, after a single digit, or where there
    are several after two. A query's number finds what is left, such as 12，345, in ``searchkit.query.latin``.

    >>> separated("拨打120，120来了；12，000元，2，591人")
    '拨打120、120来了；12，000元，2，591人'
    """
    return _WIDE_GROUPED.sub(_wide_number, text) if _WIDE_GROUP.search(text) else text


def _wide_number(number: re.Match[str]) -> str:
    first, groups = number[1], number[2]
    is_one = groups.endswith("，000") or len(first) == 1 or (len(first) == 2 and groups.count("，") > 1)
    return number[0] if is_one else number[0].replace("，", "、")


@cache
def _composing() -> frozenset[str]:
    """Characters of combining class 0 that compose with the preceding character (Unicode: NFC_Quick_Check=Maybe)."""
    jamo = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    decompositions = (unicodedata.decomposition(chr(code)).split() for code in range(0x12000))
    canonical_pairs = (parts for parts in decompositions if len(parts) == 2 and parts[0][0] != "<")
    return frozenset(jamo | {chr(int(second, 16)) for _, second in canonical_pairs})


def composes(char: str) -> bool:
    """Whether a character of folded text may compose with the preceding character."""
    if unicodedata.combining(char):
        return True
    # all others stand there; to compute them takes 8 ms, and few texts have any
    return ("\u0300" <= char < "\u2000" or "\U00011000" <= char < "\U00012000") and char in _composing()


def _fold_cluster(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).translate(_TABLE)
    return folded if folded == cluster else _fold_cluster(folded)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text with the original offsets of each of its characters.

    Attributes:
        text: the folded text.
        starts: for each folded character, the offset in the original where it starts; None if all offsets are equal.
        ends: for each folded character, the offset in the original where it ends, excluded; None like ``starts``.
    """

    text: str
    starts: list[int] | None
    ends: list[int] | None

    def original_span(self, start: int, end: int) -> Span:
        """The span of the original text that was folded to ``text[start:end]``, which must not be empty.

        >>> fold_with_offsets("台\\u200b灣！").original_span(0, 2)
        (0, 3)
        """
        if self.starts is None or self.ends is None:
            return (start, end)
        return (self.starts[start], self.ends[end - 1])

    def ungrouped(self) -> FoldedText:
        """Remove the commas of grouped numbers; each digit of one maps to the whole number in the original."""
        if not _GROUP.search(self.text):
            return self
        numbers = [number.span() for number in _GROUPED.finditer(self.text)]
        if not numbers:
            return self
        old_starts = self.starts or range(len(self.text))
        old_ends = self.ends or range(1, len(self.text) + 1)
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end in numbers:
            digits = end - start - self.text.count(",", start, end)
            starts += [*old_starts[at:start], *[old_starts[start]] * digits]
            ends += [*old_ends[at:start], *[old_ends[end - 1]] * digits]
            at = end
        return FoldedText(ungrouped(self.text), [*starts, *old_starts[at:]], [*ends, *old_ends[at:]])


def fold(text: str) -> str:
    """Fold a text.

    >>> fold("Ｃｈｉｎａ：國際論壇")
    'china:国际论坛'
    """
    folded = separated(text).translate(_TABLE)
    return ungrouped(folded) if unicodedata.is_normalized("NFKC", folded) else fold_with_offsets(text).text


def fold_with_offsets(text: str) -> FoldedText:
    """Fold a text and keep the original offsets.

    >>> fold_with_offsets("(ﬁn)")
    FoldedText(text='(fin)', starts=[0, 1, 1, 2, 3], ends=[1, 2, 2, 3, 4])
    """
    text = separated(text)
    folded = text.translate(_TABLE)
    normal = unicodedata.is_normalized("NFKC", folded)
    if normal and _TABLE.resizing.isdisjoint(text):
        return FoldedText(folded, None, None).ungrouped()
    clusters: list[str] = []  # the folding of each original character, with those that compose with it
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(text):
        folding = _TABLE[ord(char)]
        if not folding:
            continue
        if not normal and clusters and composes(folding[0]):
            clusters[-1] += folding
            ends[-1] = at + 1
        else:
            clusters.append(folding)
            starts.append(at)
            ends.append(at + 1)
    if not normal:
        clusters = list(map(_fold_cluster, clusters))
    return FoldedText(
        "".join(clusters),
        [start for cluster, start in zip(clusters, starts, strict=True) for _ in cluster],
        [end for cluster, end in zip(clusters, ends, strict=True) for _ in cluster],
    ).ungrouped()
