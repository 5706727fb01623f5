"""Dates in other forms: 2021年11月8日 is also written 2021/11/8, 2021-11-08, 2021.11.8 and 20211108."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from searchkit.language.numerals import Count, counts

_SIGNS = "-/."
_DIGITS = frozenset("0123456789")
_WITH_SIGNS = re.compile(
    r"(?<![0-9a-z])(?<![0-9a-z][-/._])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![-/._]?[0-9a-z])"
)
_COMPACT = re.compile(r"(?<![0-9a-z.])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?!\.?[0-9a-z])")
_WITH_UNITS = re.compile("([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A full date within a text.

    Attributes:
        start: the offset of its first character.
        end: the offset after its last character.
        forms: its other forms, with other signs or with units.
    """

    start: int
    end: int
    forms: tuple[str, ...]


def dates(folded: str, numerals: tuple[Count, ...]) -> tuple[WrittenDate, ...]:
    """The dates of a folded text, in order; none if year, month or day is not named.

    Args:
        folded: the text.
        numerals: its dates and counts with units.

    >>> dates("在2021/12/11", ())[0].forms[:3]
    ('2021-12-11', '2021.12.11', '20211211')
    """
    if not numerals and _DIGITS.isdisjoint(folded):
        return ()
    found = [_with_units(folded, count) for count in numerals]
    if any(sign in folded for sign in _SIGNS):
        found += [_without_units(match, *match.group(1, 3, 4)) for match in _WITH_SIGNS.finditer(folded)]
    found += [_without_units(match, *match.groups()) for match in _COMPACT.finditer(folded)]
    return tuple(sorted((date for date in found if date), key=lambda date: date.start))


def _without_units(match: re.Match[str], year: str, month: str, day: str) -> WrittenDate | None:
    date = _date(year, month, day)
    if date is None:
        return None
    units = f"{date.year}年{date.month}月{date.day}日"
    forms = [*_signed(date), units, *(form for count in counts(units) for form in count.spellings)]
    return WrittenDate(match.start(), match.end(), tuple(form for form in forms if form != match[0]))


def _with_units(folded: str, count: Count) -> WrittenDate | None:
    written = (folded[count.start : count.end], *count.spellings)
    match = next(filter(None, map(_WITH_UNITS.fullmatch, written)), None)
    date = _date(match[1], match[2], match[3]) if match else None
    return WrittenDate(count.start, count.end, _signed(date)) if date else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _signed(date: dt.date) -> tuple[str, ...]:
    numbers = ((f"{date.month:02}", f"{date.day:02}"), (str(date.month), str(date.day)))
    signed = dict.fromkeys(sign.join((f"{date.year:04}", *number)) for sign in _SIGNS for number in numbers)
    return (*signed, f"{date:%Y%m%d}")
