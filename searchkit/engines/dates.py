"""Dates as an index keeps them: an instant in microseconds since 1970, and the offset of its time zone in seconds."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

NO_DATE = -(2**63)
"""The date of a post without one: before every other."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CLOCK_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
_SECOND = dt.timedelta(seconds=1)


def microseconds(date: dt.datetime | None) -> int:
    """Microseconds since 1970; ``NO_DATE`` for None."""
    return NO_DATE if date is None else (date - _EPOCH) // _MICROSECOND


def offset_seconds(date: dt.datetime | None) -> int:
    """How many seconds the time zone of a date is ahead of UTC; 0 for None."""
    offset = None if date is None else date.utcoffset()
    return offset // _SECOND if offset else 0


def clock_microseconds(clock: dt.datetime) -> int:
    """What a clock shows, a date without time zone, in microseconds since it showed the beginning of 1970."""
    return (clock - _CLOCK_EPOCH) // _MICROSECOND


def date_of(instant: int, offset: int) -> dt.datetime | None:
    """The inverse of ``microseconds`` and ``offset_seconds``.

    Raises:
        ValueError: the date is outside the years 1 to 9999, or the offset a day or more.
    """
    if instant == NO_DATE:
        return None
    try:
        return _epoch(offset) + instant * _MICROSECOND
    except OverflowError as error:
        raise ValueError(str(error)) from error


@lru_cache(maxsize=64)
def _epoch(offset: int) -> dt.datetime:
    """The beginning of 1970, UTC, as clocks of a time zone showed it."""
    return _EPOCH.astimezone(dt.timezone(offset * _SECOND) if offset else dt.UTC)


def instant_of(bound: dt.datetime) -> dt.datetime:
    """A bound as an instant; one without a time zone is what this computer's clock showed."""
    try:
        return bound.astimezone()
    except (OverflowError, ValueError):  # before the year 1 or after 9999 in UTC
        return bound.replace(tzinfo=dt.UTC)
