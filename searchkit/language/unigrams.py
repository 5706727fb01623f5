"""Unigrams: what text is matched by.

A unigram is one Han character (kana, hangul and the like too), one run of Latin letters, one run of digits, or one
symbol (``+``, ``#``, ``&``, an emoji …). Its position is its place among the unigrams of the text: 0, 1, 2, …

Between two unigrams is a gap of some kind. Spaces, hyphens, dashes, middle dots and underscores are none, nor is a
single dot between two unigrams or an apostrophe within a Latin word: such neighbours are a bigram. Before other
punctuation, the end of a sentence or a line, the end of a text, a unigram is at a break, and its term there names the
kind. So each unigram begins one bigram or stands at one break; a phrase is a chain of bigrams and boundaries, and matches its own
punctuation and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNIGRAMS_VERSION = 2
"""Part of the index' fingerprint: raise it whenever ``unigrams`` gives other unigrams or gaps."""

JOINED = 0
"""The gap between two unigrams with nothing but joiners between."""

PUNCTUATION_GAP = 1
"""The gap of a comma, a colon, a quote, a bracket."""

SENTENCE_GAP = 2
"""The gap of the end of a sentence or a line."""

TEXT_GAP = 3
"""The gap at the end of a text: no query has it, so no phrase runs from a title into a body."""

_GAP_MARKS = ("", "!", '"', "#")
"""What ends the term of a break, by its gap: signs that sort before what unigrams go on with."""

TEXT_END = "\0"
"""Between two texts that are one; folded text never holds it."""

_WIDE = "\u2e80"  # the first code point of the East Asian scripts: letters from here on stand alone
_SYMBOLS = (
    "+#&@%$\u00a2-\u00a6\u00a9\u00ac\u00ae\u00b0\u00b1\u00d7\u00f7"
    "\u20a0-\u20cf\u2100-\u23ff\u25a0-\u2bff\U0001f000-\U0001fbff"
)
_RUN = rf"[^\W\d_{_WIDE}-\U0010ffff]+"
_UNIGRAM = rf"{_RUN}|\d+|[^\W\d_\0-\u2e7f]|[{_SYMBOLS}]"
_BETWEEN = rf"(?:[^\w{_SYMBOLS}]|_)+"

_PIECE = re.compile(rf"{_UNIGRAM}|{_BETWEEN}")
_UNIGRAM_START = re.compile(rf"[^\W_]|[{_SYMBOLS}]")
_JOINERS = re.compile(r"[ \-·_]+")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]|\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Unigrams:
    """The unigrams of one folded text, as parallel lists.

    Attributes:
        texts: the unigrams, in order.
        gaps: the kind of gap after each, ``TEXT_GAP`` after the last.
        starts: where each begins in the folded text, in characters.
    """

    texts: list[str]
    gaps: list[int]
    starts: list[int]

    def bigrams(self) -> list[tuple[str, int]]:
        """Every two joined unigrams as one term, with the first one's position.

        >>> unigrams("北京。iPhone15".lower()).bigrams()
        [('北 京', 0), ('iphone 15', 2)]
        """
        texts = self.texts
        return [(bigram_term(texts[at], texts[at + 1]), at) for at, gap in enumerate(self.gaps) if gap == JOINED]

    def boundaries(self) -> list[tuple[str, int]]:
        """Every unigram before a gap as a term with its kind, and the unigram's position.

        >>> unigrams("北京。iPhone15".lower()).boundaries()
        [('京"', 1), ('15#', 3)]
        """
        return [(boundary_term(self.texts[at], gap), at) for at, gap in enumerate(self.gaps) if gap != JOINED]


def bigram_term(first: str, second: str) -> str:
    """The term of two joined unigrams. The space keeps 3 6 apart from 36."""
    return f"{first} {second}"


def boundary_term(unigram: str, gap: int) -> str:
    """The term of a unigram before a gap."""
    return f"{unigram}{_GAP_MARKS[gap]}"


def first_terms(unigram: str) -> tuple[str, tuple[str, ...]]:
    """How the terms of bigrams begin that a unigram is the first of, and its terms at boundaries: one of these is where it is.

    >>> first_terms("京")
    ('京 ', ('京!', '京"', '京#'))
    """
    return bigram_term(unigram, ""), tuple(boundary_term(unigram, gap) for gap in (PUNCTUATION_GAP, SENTENCE_GAP, TEXT_GAP))


_USUAL = 16  # characters between two unigrams: what is longer is not seen twice


class _GapTable(dict[str, int]):
    """The kind of gap that a stretch between two unigrams is, by its text."""

    def __missing__(self, between: str) -> int:
        if _JOINERS.fullmatch(between) or between == ".":
            gap = JOINED
        elif TEXT_END in between:
            gap = TEXT_GAP
        elif _SENTENCE_END.search(between):
            gap = SENTENCE_GAP
        else:
            gap = PUNCTUATION_GAP
        if len(between) <= _USUAL and len(self) < 100_000:
            self[between] = gap
        return gap


_GAPS = _GapTable()


def pieces(folded: str) -> list[str]:
    """The text in pieces, a unigram or a stretch between unigrams each; joined they are the text.

    >>> pieces("iphone15，很好")
    ['iphone', '15', '，', '很', '好']
    """
    return _PIECE.findall(folded)


def is_unigram(piece: str) -> bool:
    """Whether one of the ``pieces`` is a unigram."""
    return _UNIGRAM_START.match(piece) is not None


def is_joiner(char: str) -> bool:
    """Whether a character between two unigrams is no gap, whatever is beside it."""
    return _JOINERS.match(char) is not None


def is_sentence_end(char: str) -> bool:
    """Whether a character between two unigrams ends a sentence, whatever is beside it."""
    return _SENTENCE_END.match(char) is not None and char != "."


def is_run(unigram: str) -> bool:
    """Whether a unigram is a run of letters of an alphabet, such as a Latin word."""
    first = unigram[:1]  # as _RUN has it, whose pattern takes 2 ms to compile
    return first < _WIDE and first.isalnum() and not first.isdecimal()


def goes_on(unigram: str) -> bool:
    """Whether a unigram is a run, of letters or of digits: those have spaces between, others stand side by side."""
    return is_run(unigram) or unigram.isdecimal()


def unigrams(folded: str) -> Unigrams:
    """The unigrams of a folded text.

    Args:
        folded: text that went through ``fold``.

    >>> unigrams("中国-东盟。合作").gaps
    [0, 0, 0, 2, 0, 3]
    """
    texts: list[str] = []
    gaps: list[int] = []
    starts: list[int] = []
    start = 0
    gap = JOINED
    apostrophe = False
    for piece in _PIECE.findall(folded):
        if _UNIGRAM_START.match(piece):
            if apostrophe:
                gap = JOINED if is_run(texts[-1]) and is_run(piece) else PUNCTUATION_GAP
            if texts:
                gaps.append(gap)
            gap, apostrophe = JOINED, False
            texts.append(piece)
            starts.append(start)
        elif piece == "'":
            apostrophe = bool(texts)
        else:
            gap = _GAPS[piece]
        start += len(piece)
    if texts:
        gaps.append(TEXT_GAP)
    return Unigrams(texts, gaps, starts)


def occurrences(
    needle: tuple[str, ...], gaps: tuple[int, ...], open_start: bool = False, open_end: bool = False
) -> re.Pattern[str]:
    """A pattern that finds unigrams in a folded text, where they stand with these gaps between.

    It matches where the index says that they are; a gap must still be checked for its kind, see ``gaps_of``.

    Args:
        needle: the unigrams, at least one.
        gaps: one fewer.
        open_start: the first may be the end of a longer one, which is found whole.
        open_end: the last may be the beginning of a longer one.

    >>> occurrences(("iphone", "15"), (JOINED,)).search("iphone-15 pro").group()
    'iphone-15'
    >>> occurrences(("kube",), (), open_end=True).search("on kubernetes").group()
    'kubernetes'
    """
    last = len(needle) - 1
    parts = [_unigram_pattern(needle[0], open_start, open_end and not last)]
    for at, gap in enumerate(gaps, 1):
        parts.append(_joined_pattern(needle[at - 1], needle[at]) if gap == JOINED else _BETWEEN)
        parts.append(_unigram_pattern(needle[at], False, open_end and at == last))
    return re.compile("".join(parts))


def gaps_of(text: str) -> tuple[int, ...]:
    """The gaps between the unigrams of a folded text."""
    return tuple(unigrams(text).gaps[:-1])


def _unigram_pattern(unigram: str, open_start: bool, open_end: bool) -> str:
    if is_run(unigram):
        letter = rf"[^\W\d_{_WIDE}-\U0010ffff]"
    elif unigram[0].isdecimal():
        letter = r"\d"
    else:
        return re.escape(unigram)
    before, after = f"{letter}*" if open_start else "", f"{letter}*" if open_end else ""
    return rf"(?<!{letter}){before}{re.escape(unigram)}{after}(?!{letter})"


def _joined_pattern(before: str, after: str) -> str:
    apostrophe = "'" if is_run(before) and is_run(after) else ""
    return rf"(?:[ \-·_]*|[.{apostrophe}])"
