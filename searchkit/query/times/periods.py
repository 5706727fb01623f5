"""Periods as people write them, such as 2021-11..2022-02 or 去年: from when to when?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from searchkit.errors import QueryError
from searchkit.language import fold
from searchkit.messages import N_, _
from searchkit.query.times.dates import first_instant, last_instant

_TICK = dt.timedelta(microseconds=1)
_RANGE = re.compile(r"(.*?)\.{2,3}(.*)")
_COMPARED = re.compile(r"(>=|<=|>|<)(.+)")
_NUMBER = "([0-9]{1,4}|[一二两三四五六七八九十半])(?:个)?(天|日|周|星期|月|年)"
_LAST = re.compile(f"(?:最近|近|过去){_NUMBER}")
_AGO = re.compile(f"{_NUMBER}(?:以)?前")
_LETTERED = re.compile(r"([0-9]{1,4})\s*([dwmy])")  # as a duration is written: 7d
_UNITS = {"d": "天", "w": "周", "m": "月", "y": "年"}
_DAY = "[0-9]{4}(?:-[0-9]{1,2}){0,2}"
_BARE_RANGE = re.compile(rf"{_DAY}\.{{2,3}}(?:{_DAY})?|\.{{2,3}}{_DAY}")
_BARE_LAST = re.compile(r"最近[0-9]{1,4}个?(?:天|日|周|星期|月|年)")
_HINT = N_("write it as 2021, 2021-11, 2021-11-08, 去年 or 7d")
_NUMBERS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_DAYS = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_WEEKS = {"本周": 0, "这周": 0, "本星期": 0, "这个星期": 0, "上周": 1, "上星期": 1, "上个星期": 1}
_MONTHS = {"本月": 0, "这个月": 0, "上个月": 1, "上月": 1}
_YEARS = {"今年": 0, "本年": 0, "去年": 1, "前年": 2}


@dataclass(frozen=True, slots=True)
class Period:
    """A period; None where it has no bound.

    Attributes:
        first: its first instant; without time zone unless one was written, see ``first_instant``.
        last: its last instant.
    """

    first: dt.datetime | None
    last: dt.datetime | None


def period(text: str, today: dt.date) -> Period:
    """The period that a date, a range, a comparison or a word for a time names; a star is any time.

    Args:
        text: folded.
        today: what 昨天 and the like count from.

    Raises:
        QueryError: it names none.

    >>> str(period("去年", dt.date(2022, 5, 1)).first)
    '2021-01-01 00:00:00'
    >>> period(">2021", dt.date(2022, 5, 1)).last is None
    True
    """
    if text == "*":
        return Period(None, None)
    with _no_date(text):
        if compared := _COMPARED.fullmatch(text):
            return _compared(compared[1], _simple(compared[2], today))
        if ends := _RANGE.fullmatch(text):
            return _range(ends[1], ends[2], today)
        return _simple(text, today)


def since(text: str, today: dt.date) -> Period:
    """From the beginning of a date on."""
    return Period(period(text, today).first, None)


def until(text: str, today: dt.date) -> Period:
    """All before the beginning of a date."""
    with _no_date(text):  # nothing is before the year 1
        return _compared("<", period(text, today))


def earliest(date: str | dt.date, today: dt.date) -> dt.datetime:
    """The first instant that ``--since`` lets through: the beginning of a date, or of what a word for a time names.

    Args:
        date: as it was typed.
        today: what 昨天 and the like count from.

    Raises:
        QueryError: it is no date.

    >>> str(earliest("7d", dt.date(2021, 11, 8)))
    '2021-11-02 00:00:00'
    """
    return _named(date, today)[0]


def latest(date: str | dt.date, today: dt.date) -> dt.datetime:
    """The last instant that ``--until`` lets through: the end of a date; of 7d, which has none, what is before it.

    Args:
        date: as it was typed.
        today: what 昨天 and the like count from.

    Raises:
        QueryError: it is no date.

    >>> str(latest("去年", dt.date(2021, 11, 8))), str(latest("7d", dt.date(2021, 11, 8)))
    ('2020-12-31 23:59:59.999999', '2021-11-01 23:59:59.999999')
    """
    first, last = _named(date, today)
    return first - _TICK if last is None else last


def _named(date: str | dt.date, today: dt.date) -> tuple[dt.datetime, dt.datetime | None]:
    """The first and the last instant of a date, or of what a word for a time names."""
    with _no_date(date):
        named = _relative(fold(date).strip(), today) if isinstance(date, str) else None
        if named and named.first:
            return named.first, named.last
        return first_instant(date), last_instant(date)


@contextmanager
def _no_date(text: object) -> Iterator[None]:
    try:
        yield
    except (QueryError, ValueError, OverflowError):
        raise QueryError(_("{text!r} is no date", text=text), _(_HINT)) from None


def is_bare(text: str, alone: bool) -> bool:
    """Whether a folded word without a field's name can hardly be anything but a period.

    Args:
        text: the word.
        alone: whether it is the whole query; 最近7天 is a text to look for then.

    >>> is_bare("2021-11..2022-02", True), is_bare("最近7天", False), is_bare("去年", False)
    (True, True, False)
    """
    if ".." in text:
        return _BARE_RANGE.fullmatch(text) is not None
    return not alone and _BARE_LAST.fullmatch(text) is not None


def _compared(sign: str, than: Period) -> Period:
    if sign[0] == ">":
        if sign == ">=" or than.last is None:
            return Period(than.first, None)
        return Period(than.last + _TICK, None)
    if sign == "<=" or than.first is None:
        return Period(None, than.last)
    return Period(None, than.first - _TICK)


def _range(first: str, last: str, today: dt.date) -> Period:
    if not (first or last):
        raise ValueError
    return Period(_simple(first, today).first if first else None, _simple(last, today).last if last else None)


def _simple(text: str, today: dt.date) -> Period:
    """The period of a date or a word for a time, without signs of comparison."""
    return _relative(text, today) or Period(first_instant(text), last_instant(text))


def _relative(text: str, today: dt.date) -> Period | None:
    if last := _LAST.fullmatch(text):
        return Period(first_instant(_ago(last[1], last[2], today)), None)
    if last := _LETTERED.fullmatch(text):
        return Period(first_instant(_ago(last[1], _UNITS[last[2]], today)), None)
    if ago := _AGO.fullmatch(text):
        return _days(_ago(ago[1], ago[2], today) - dt.timedelta(ago[2] not in ("月", "年")), 1)
    if text in _DAYS:
        return _days(today - dt.timedelta(_DAYS[text]), 1)
    if text in _WEEKS:
        return _days(today - dt.timedelta(today.weekday() + 7 * _WEEKS[text]), 7)
    if text in _MONTHS:
        month = _months_before(today, _MONTHS[text]).strftime("%Y-%m")
        return Period(first_instant(month), last_instant(month))
    if text in _YEARS:
        year = f"{today.year - _YEARS[text]:04}"
        return Period(first_instant(year), last_instant(year))
    return None


def _ago(number: str, unit: str, today: dt.date) -> dt.date:
    """The first of the last 7 days, today being one of them; a month ago is the same day of that month."""
    if number == "半":
        number, unit = {"年": ("6", "月"), "月": ("15", "天")}.get(unit, ("", ""))
    count = _NUMBERS.get(number) or int(number)
    if unit in ("月", "年"):
        return _months_before(today, count * (12 if unit == "年" else 1))
    return today - dt.timedelta(count * (7 if unit in ("周", "星期") else 1) - 1)


def _months_before(today: dt.date, months: int) -> dt.date:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = dt.date(year, month + 1, 1)
    following = (first + dt.timedelta(31)).replace(day=1)
    return first.replace(day=min(today.day, (following - first).days))


def _days(first: dt.date, count: int) -> Period:
    return Period(first_instant(first), last_instant(first + dt.timedelta(count - 1)))
