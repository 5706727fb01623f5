"""Dates as people write them, and the period that each names."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import re

from searchkit.errors import QueryError
from searchkit.messages import _

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?)|年?)")
_ISO_DAY = r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|[wW][0-9]{2}(?:-?[1-7])?)"
_WRITTEN = re.compile(_ISO_DAY + r"(?:[tT ][0-9:.,]{2,20}(?:[zZ]|[+-][0-9:.]{2,20})?)?")
_TO_THE_MICROSECOND = re.compile(r"[.,][0-9]{6}")


def first_instant(date: str | dt.date) -> dt.datetime:
    """The beginning of the year, month, day or instant that a date names.

    One that names no time zone is a calendar's, and has none: it stands for what the author of each post had on the
    clock.

    Raises:
        QueryError: it is no date.

    >>> first_instant("2021-11")
    datetime.datetime(2021, 11, 1, 0, 0)
    """
    return _span(date)[0]


def last_instant(date: str | dt.date) -> dt.datetime:
    """The last microsecond of the year, month, day or instant that a date names; see ``first_instant``.

    Raises:
        QueryError: it is no date.

    >>> last_instant("2021-11")
    datetime.datetime(2021, 11, 30, 23, 59, 59, 999999)
    """
    return _span(date)[1]


def _span(date: str | dt.date) -> tuple[dt.datetime, dt.datetime]:
    if isinstance(date, dt.datetime):
        return date, date
    if isinstance(date, dt.date):
        date = date.isoformat()
    try:
        text = str(date).strip()
        parts = _DAY.fullmatch(text)
        if parts is None:
            if not _WRITTEN.fullmatch(text):  # fromisoformat takes any sign between day and time, a digit too
                raise ValueError
            with contextlib.suppress(ValueError):
                return _span(dt.date.fromisoformat(text.upper()))  # 20211108: a day, not its midnight
            instant = first_instant(dt.datetime.fromisoformat(text.upper()))  # a folded query has a small z
            exact = instant.microsecond or _TO_THE_MICROSECOND.search(text)
            return instant, instant if exact else instant + _REST_OF_SECOND
        year, month, day = (int(part) if part else None for part in parts.groups())
        return _calendar_span(year or 0, month, day)
    except (ValueError, OverflowError):
        raise QueryError(_("{date!r} is no date", date=date), _("write it as 2021, 2021-11 or 2021-11-08")) from None


_REST_OF_SECOND = dt.timedelta(microseconds=999_999)  # dates are shown to the second


def _calendar_span(year: int, month: int | None, day: int | None) -> tuple[dt.datetime, dt.datetime]:
    start = dt.datetime(year, month or 1, day or 1)
    if day:
        length = dt.timedelta(days=1)
    elif month:
        length = dt.timedelta(days=calendar.monthrange(year, month)[1])
    else:
        length = dt.timedelta(days=366 if calendar.isleap(year) else 365)
    return start, start + (length - dt.timedelta(microseconds=1))
