"""The exact-match analyzer: unigrams, the gaps between them, bigrams and boundaries.

Folded text is split into **unigrams** and the separators between them. A unigram is

- one letter of a script that is written without spaces (Han, kana) or of any other script from U+2E80 on (hangul),
- one run of letters of an alphabet (``iphone``),
- one run of digits (``15``),
- one symbol (``+``, ``#``, ``&``, an emoji), or
- one leading sign: the dot of ``.net``, the minus of ``-5``.

The position of a unigram is its ordinal among the unigrams of the text: 0, 1, 2, …

Each unigram is followed by a **gap**, which is the kind of separator before the next unigram:

- ``JOINED``: nothing; joiners only (spaces, hyphens, middle dots, underscores); a single dot; or a single apostrophe
  between two letter runs; but between two digit runs:
- ``DOT_GAP``: a single dot, and ``HYPHEN_GAP``: joiners with a hyphen, so that 3.11, 3-11 and 3 11 are three texts;
- ``PUNCTUATION_GAP``: any other punctuation;
- ``SENTENCE_GAP``: the end of a sentence or of a line;
- ``TEXT_GAP``: the end of the text.

The index holds two kinds of terms besides the unigrams themselves. A **bigram** is two joined unigrams, at the position
of the first. A **boundary** is a unigram with the gap after it, unless that is ``JOINED``. So every unigram either
begins exactly one bigram or stands at exactly one boundary, and a phrase is a chain of bigrams and boundaries at
consecutive positions: it matches its own punctuation and no other.

``北京。iphone15`` has the unigrams 北, 京, iphone and 15; the bigrams 北京 at position 0 and iphone 15 at position 2;
and two boundaries: 京 at position 1, before the end of a sentence, and 15 at position 3, before the end of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNIGRAMS_VERSION = 3
"""Part of the index fingerprint: raise it whenever ``unigrams`` returns other unigrams or gaps for any text."""

JOINED = 0
"""No gap: the two unigrams form a bigram."""

PUNCTUATION_GAP = 1
"""The gap of a comma, a colon, a quotation mark, a bracket."""

SENTENCE_GAP = 2
"""The gap of the end of a sentence or a line."""

TEXT_GAP = 3
"""The gap at the end of a text. No query contains it, so no phrase matches across the end of a title."""

DOT_GAP = 4
"""The gap of a dot between two numbers, as in 3.11."""

HYPHEN_GAP = 5
"""The gap of a hyphen between two numbers, as in 2021-11."""

_GAP_MARKS = ("", "!", '"', "#", "$", "%")
"""The suffix of a boundary term, by gap. They sort before all letters and digits, so that terms sort by unigram."""

TEXT_END = "\0"
"""The separator of two texts that are indexed as one; folded text never contains it."""

_EAST_ASIAN = "\u2e80"  # the first code point of the East Asian scripts: from here on, each letter is a unigram
_SYMBOLS = (
    "+#&@%$\u00a2-\u00a6\u00a9\u00ac\u00ae\u00b0\u00b1\u00d7\u00f7"
    "\u20a0-\u20cf\u2100-\u23ff\u25a0-\u2bff\U0001f000-\U0001fbff"
)
_LETTER = rf"[^\W\d_{_EAST_ASIAN}-\U0010ffff]"
_LETTER_RUN = rf"{_LETTER}+"
_UNIGRAM = rf"{_LETTER_RUN}|\d+|[^\W\d_\0-\u2e7f]|[{_SYMBOLS}]"
_MEASURE = r"\d+(?:\.\d+)? ?[\u00b0%\u5ea6]"
_LEADING_DOT = rf"(?<!\.)\.(?:(?<![^\W_].)(?={_LETTER})|(?<=[{_EAST_ASIAN}-\U0010ffff].)(?={_LETTER}{{2}}))"
_LEADING_MINUS = rf"(?<!-)(?<!\d )-(?:(?<![^\W_].)(?=\d)|(?<=[{_EAST_ASIAN}-\U0010ffff].)(?={_MEASURE}))"
_LEADING_SIGN = rf"(?:{_LEADING_DOT}|{_LEADING_MINUS})"
_SEPARATOR = rf"(?:[^\w{_SYMBOLS}]|_)+"

_UNIGRAM_OR_SEPARATOR = re.compile(rf"{_UNIGRAM}|[.\-](?=[^\W_])|(?:[^\w{_SYMBOLS}.\-]|_|[.\-](?![^\W_]))+")
_HAN_RUN = re.compile("[一-\u9fd5]+")
_UNIGRAM_START = re.compile(rf"[^\W_]|[{_SYMBOLS}]")
_MEASURED = re.compile(_MEASURE)
_JOINERS = re.compile(r"[ \-·_]+")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]|\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Unigrams:
    """The unigrams of one folded text, as parallel lists.

    Attributes:
        texts: the unigrams, in order.
        gaps: the gap after each unigram; the last is ``TEXT_GAP``.
        starts: the offset of each unigram in the folded text, in characters.
    """

    texts: list[str]
    gaps: list[int]
    starts: list[int]

    def bigrams(self) -> list[tuple[str, int]]:
        """The bigram terms, each with the position of its first unigram.

        >>> unigrams("北京。iphone15").bigrams()
        [('北 京', 0), ('iphone 15', 2)]
        """
        texts = self.texts
        return [(bigram_term(texts[at], texts[at + 1]), at) for at, gap in enumerate(self.gaps) if gap == JOINED]

    def boundaries(self) -> list[tuple[str, int]]:
        """The boundary terms, each with the position of its unigram.

        >>> unigrams("北京。iphone15").boundaries()
        [('京"', 1), ('15#', 3)]
        """
        return [(boundary_term(self.texts[at], gap), at) for at, gap in enumerate(self.gaps) if gap != JOINED]


def bigram_term(first: str, second: str) -> str:
    """The term of two joined unigrams.

    A space separates them: without it, the bigram 3, 6 would be the unigram 36.

    >>> bigram_term("iphone", "15")
    'iphone 15'
    """
    return f"{first} {second}"


def boundary_term(unigram: str, gap: int) -> str:
    """The term of a unigram that is followed by a gap other than ``JOINED``.

    >>> boundary_term("京", SENTENCE_GAP)
    '京"'
    """
    return f"{unigram}{_GAP_MARKS[gap]}"


_GAPS_OF_ANY = (PUNCTUATION_GAP, SENTENCE_GAP, TEXT_GAP)
_NUMBER_GAPS = (*_GAPS_OF_ANY, DOT_GAP, HYPHEN_GAP)
BOUNDARY_MARKS = tuple(_GAP_MARKS[gap] for gap in _NUMBER_GAPS)
"""The endings of boundary terms."""


def position_terms(unigram: str) -> tuple[str, tuple[str, ...]]:
    """The terms that hold the positions of a unigram: it begins a bigram or stands at a boundary wherever it occurs.

    Returns:
        The prefix of all bigram terms that begin with the unigram, and its possible boundary terms.

    >>> position_terms("京"), position_terms("3")
    (('京 ', ('京!', '京"', '京#')), ('3 ', ('3!', '3"', '3#', '3$', '3%')))
    """
    gaps = _NUMBER_GAPS if unigram.isdecimal() else _GAPS_OF_ANY
    return bigram_term(unigram, ""), tuple(boundary_term(unigram, gap) for gap in gaps)


_SIGNS = (".", "-")
_MAX_CACHED_SEPARATOR = 16  # characters; a longer separator hardly ever occurs twice
_MAX_CACHED_SEPARATORS = 100_000


class _GapTable(dict[str, int]):
    """The gap of each separator; a lone apostrophe, which depends on its neighbours, is not in the table."""

    def __missing__(self, separator: str) -> int:
        if _JOINERS.fullmatch(separator) or separator == ".":
            gap = JOINED
        elif TEXT_END in separator:
            gap = TEXT_GAP
        elif _SENTENCE_END.search(separator):
            gap = SENTENCE_GAP
        else:
            gap = PUNCTUATION_GAP
        if len(separator) <= _MAX_CACHED_SEPARATOR and len(self) < _MAX_CACHED_SEPARATORS:
            self[separator] = gap
        return gap


_GAPS = _GapTable()


def split_text(folded: str) -> list[str]:
    """Split folded text into unigrams and separators; joined, they are the text again.

    >>> split_text("iphone15，很好")
    ['iphone', '15', '，', '很', '好']
    """
    return _UNIGRAM_OR_SEPARATOR.findall(folded)


def is_unigram(part: str) -> bool:
    """Whether an element of ``split_text`` is a unigram, not a separator."""
    return _UNIGRAM_START.match(part) is not None


def is_leading_sign(folded: str, at: int) -> bool:
    """Whether a dot or a hyphen of a folded text is the sign of the name or the number that it stands before.

    It is not where it may be what joins a name: the dot of 乔治.W.布什, the hyphen of 歼-20.

    >>> is_leading_sign("用.net", 1), is_leading_sign("asp.net", 3), is_leading_sign("气温 -5度", 3)
    (True, False, True)
    """
    sign, before, after = folded[at], folded[at - 1 : at], folded[at + 1 : at + 2]
    is_before_word = is_letter_run(after) if sign == "." else after.isdecimal()
    if sign not in _SIGNS or not is_before_word or before == sign:
        return False
    if not before.isalnum():
        return sign == "." or before != " " or not folded[at - 2 : at - 1].isdecimal()
    if before < _EAST_ASIAN:
        return False
    return is_letter_run(folded[at + 2 : at + 3]) if sign == "." else _MEASURED.match(folded, at + 1) is not None


def parts_words(gap: int) -> bool:
    """Whether no word or name runs across a gap; a version or a date runs across its dots and hyphens.

    >>> [parts_words(gap) for gap in (JOINED, DOT_GAP, PUNCTUATION_GAP)]
    [False, False, True]
    """
    return gap in _GAPS_OF_ANY


def is_joiner(char: str) -> bool:
    """Whether a separator character never makes a gap, whatever its neighbours are."""
    return _JOINERS.match(char) is not None


def is_sentence_end(char: str) -> bool:
    """Whether a separator character always ends a sentence, whatever its neighbours are; a full stop does not."""
    return _SENTENCE_END.match(char) is not None and char != "."


def is_letter_run(unigram: str) -> bool:
    """Whether a unigram is a run of letters of an alphabet.

    >>> [is_letter_run(unigram) for unigram in ("iphone", "15", "京", "+")]
    [True, False, False, False]
    """
    first = unigram[:1]  # the same test as _LETTER_RUN, whose pattern takes 2 ms to compile
    return first < _EAST_ASIAN and first.isalnum() and not first.isdecimal()


def is_alnum_run(unigram: str) -> bool:
    """Whether a unigram is a run of letters or of digits, so that its first or last characters alone are no unigram.

    >>> [is_alnum_run(unigram) for unigram in ("iphone", "15", "京", "+")]
    [True, True, False, False]
    """
    return is_letter_run(unigram) or unigram.isdecimal()


def unigrams(folded: str) -> Unigrams:
    """The unigrams of a folded text.

    Args:
        folded: text returned by ``fold``.

    >>> unigrams("中国-东盟。合作")
    Unigrams(texts=['中', '国', '东', '盟', '合', '作'], gaps=[0, 0, 0, 2, 0, 3], starts=[0, 1, 3, 4, 6, 7])
    """
    if _HAN_RUN.fullmatch(folded):  # most of what is typed, and ten times as fast
        size = len(folded)
        return Unigrams(list(folded), [JOINED] * (size - 1) + [TEXT_GAP], list(range(size)))
    texts: list[str] = []
    gaps: list[int] = []
    starts: list[int] = []
    start = 0
    separator = ""
    for part in _UNIGRAM_OR_SEPARATOR.findall(folded):
        if _UNIGRAM_START.match(part) or (part in _SIGNS and is_leading_sign(folded, start)):
            if texts:
                gaps.append(_gap(texts[-1], separator, part) if separator else JOINED)
            separator = ""
            texts.append(part)
            starts.append(start)
        else:
            separator += part
        start += len(part)
    if texts:
        gaps.append(TEXT_GAP)
    return Unigrams(texts, gaps, starts)


def _gap(before: str, separator: str, after: str) -> int:
    """The gap of a separator between two unigrams."""
    if separator == "'":
        return JOINED if is_letter_run(before) and is_letter_run(after) else PUNCTUATION_GAP
    gap = _GAPS[separator]
    if gap == JOINED and before.isdecimal() and after.isdecimal():
        return DOT_GAP if separator == "." else HYPHEN_GAP if "-" in separator else JOINED
    return gap


def inner_gaps(folded: str) -> tuple[int, ...]:
    """The gaps between the unigrams of a folded text, without the one at its end.

    >>> inner_gaps("北京，上海")
    (0, 1, 0)
    """
    return tuple(unigrams(folded).gaps[:-1])


def phrase_pattern(
    phrase: tuple[str, ...], gaps: tuple[int, ...], open_start: bool = False, open_end: bool = False
) -> re.Pattern[str]:
    """A regular expression that finds a phrase in folded text, for highlighting.

    It matches at the places where the index has the phrase. Where a gap is not ``JOINED``, it accepts a separator of
    any kind, so the caller must compare the ``inner_gaps`` of each match with the gaps of the phrase.

    Args:
        phrase: its unigrams, at least one.
        gaps: the gaps between them, one fewer.
        open_start: the first unigram may also be the end of a longer run; the match includes the whole run.
        open_end: the last unigram may also be the beginning of a longer run; the match includes the whole run.

    >>> phrase_pattern(("iphone", "15"), (JOINED,)).search("iphone-15 pro").group()
    'iphone-15'
    >>> phrase_pattern(("kube",), (), open_end=True).search("on kubernetes").group()
    'kubernetes'
    """
    last = len(phrase) - 1
    parts = [_unigram_pattern(phrase[0], open_start, open_end and not last)]
    for at, gap in enumerate(gaps, 1):
        parts.append(_joiner_pattern(phrase[at - 1], phrase[at]) if gap == JOINED else _SEPARATOR)
        parts.append(_unigram_pattern(phrase[at], False, open_end and at == last))
    return re.compile("".join(parts))


def loose_pattern(phrase: tuple[str, ...], gaps: tuple[int, ...]) -> re.Pattern[str]:
    """As ``phrase_pattern``, without looking what stands around a unigram, which takes a millisecond each to compile.

    It also matches where unigrams are parts of longer ones or other gaps are, so the caller must compare those of each
    match.
    """
    parts = [re.escape(phrase[0])]
    for at, gap in enumerate(gaps, 1):
        before, after = phrase[at - 1], phrase[at]
        if before[-1].isalnum() and after[0].isalnum():
            parts.append(r"[\W_]*")  # compiled four times as fast as the signs that may stand there
        else:
            parts.append(_joiner_pattern(before, after) if gap == JOINED else _SEPARATOR)
        parts.append(re.escape(after))
    return re.compile("".join(parts))


def _unigram_pattern(unigram: str, open_start: bool, open_end: bool) -> str:
    if unigram in _SIGNS:
        return rf"(?={re.escape(unigram)}){_LEADING_SIGN}"
    if is_letter_run(unigram):
        letter = _LETTER
    elif unigram[0].isdecimal():
        letter = r"\d"
    else:
        return re.escape(unigram)
    before, after = f"{letter}*" if open_start else "", f"{letter}*" if open_end else ""
    return rf"(?<!{letter}){before}{re.escape(unigram)}{after}(?!{letter})"


def _joiner_pattern(before: str, after: str) -> str:
    if before in _SIGNS:
        return ""
    if before.isdecimal() and after.isdecimal():
        return "[ ·_]*"
    apostrophe = "'" if is_letter_run(before) and is_letter_run(after) else ""
    if after.isdecimal():
        not_minus = "" if is_letter_run(before) else rf"(?!-{_MEASURE})" if before.isalnum() else r"(?!-\d)"
        return rf"(?:{not_minus}[ \-·_]*(?<![ ·_]-)|\.)"
    is_sign = is_letter_run(after) and not is_alnum_run(before) and (len(after) > 1 or not before.isalnum())
    return r"[ \-·_]*" if is_sign else rf"(?:[ \-·_]*|[.{apostrophe}])"
