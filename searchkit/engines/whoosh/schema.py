"""The index' fields: their names, and the numbers that each document has."""

from __future__ import annotations

import datetime as dt

import numpy as np

from searchkit.query.fields import ALL_STREAMS

FILTER_FIELDS = ("path", "source", "tag", "url")
"""Fields of whole values: no positions, no ranking."""

POSITION_FIELDS = tuple(name for stream in ALL_STREAMS for name in (stream.pairs, stream.breaks))
"""Fields with positions: each unit begins one pair or stands at one break."""

RANKED_FIELDS = tuple(name for stream in ALL_STREAMS for name in (stream.units, stream.pairs, stream.words))
"""Fields that BM25 looks at."""

FIELD_ORDER = tuple(
    sorted({*FILTER_FIELDS, *RANKED_FIELDS, *POSITION_FIELDS}, key=lambda name: ("pairs" in name, name))
)
"""The fields as they are written: units before their pairs."""


NO_DATE = -(2**63)
"""The date of a post without one: before every other."""

NUMBERS_DTYPE = np.dtype([("date", "<i8"), ("text", "<i8"), *((name, "<u4") for name in RANKED_FIELDS)])
"""A document's numbers: date in microseconds since 1970, hash of its folded text, terms in each ranked field."""

NUMBER_FIELDS: tuple[str, ...] = NUMBERS_DTYPE.names or ()
"""The names of a document's numbers."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def microseconds(date: dt.datetime | None) -> int:
    """Microseconds since 1970, as the index has dates; ``NO_DATE`` for None."""
    return NO_DATE if date is None else (date - _EPOCH) // _MICROSECOND


def date_of(instant: int) -> dt.datetime | None:
    """What ``microseconds`` was given, in UTC.

    Raises:
        ValueError: no date is so far away.
    """
    try:
        return None if instant == NO_DATE else _EPOCH + instant * _MICROSECOND
    except OverflowError as error:
        raise ValueError(str(error)) from error
