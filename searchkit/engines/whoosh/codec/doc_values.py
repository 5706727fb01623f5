"""Columns of the doc values, which a file may have any numbers for: dates of the years 1 to 9999, possible lengths."""

from __future__ import annotations

import datetime as dt

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.dates import NO_DATE, clock_microseconds
from searchkit.engines.whoosh.numeric.bitpack import bit_widths
from searchkit.engines.whoosh.numeric.errors import Undecodable
from searchkit.engines.whoosh.schema import DocValues

_MAX_LENGTH = 1 << 28
"""Unigrams of a document: four times the bytes of the largest file that is read."""

_FIRST_CLOCK, _LAST_CLOCK = map(clock_microseconds, (dt.datetime.min, dt.datetime.max))
_SECONDS_A_DAY = 86_400
_SECOND = 1_000_000


def clocks_of(values: DocValues) -> Int64s:
    """int64[documents], what its author's clock showed at each one's date, in microseconds, or ``NO_DATE``.

    Raises:
        Undecodable: a date is outside the years 1 to 9999, or its time zone a day or more from UTC.
    """
    dates, offsets = values["date"].astype(np.int64), values["offset"].astype(np.int64)
    clocks = np.where(dates == NO_DATE, NO_DATE, dates + offsets * _SECOND)
    impossible = (clocks - _FIRST_CLOCK).view(np.uint64) > _LAST_CLOCK - _FIRST_CLOCK  # what is before is large, too
    if np.abs(offsets).max(initial=0) >= _SECONDS_A_DAY or (clocks[impossible] != NO_DATE).any():
        raise Undecodable
    return clocks


def position_widths(values: DocValues, length_field: str) -> Int64s:
    """int64[documents], the bits of a position in each.

    Raises:
        Undecodable: one is longer than documents are.
    """
    lengths = values[length_field].astype(np.int64)
    if lengths.max(initial=0) > _MAX_LENGTH:
        raise Undecodable
    return bit_widths(lengths)
