"""Durations as people write them."""

from __future__ import annotations

import datetime as dt
import re

from searchkit.errors import QueryError
from searchkit.messages import _

_DURATION = re.compile(r"\s*(\d{1,9})\s*([dwmy])\s*", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MOST_DAYS = 36_500


def duration(text: str) -> dt.timedelta:
    """A number of days, weeks, months (of 30 days) or years (of 365).

    Raises:
        QueryError: it is none, or longer than a century.

    >>> duration("2w").days
    14
    """
    match = _DURATION.fullmatch(text)
    days = int(match[1]) * _DAYS[match[2].lower()] if match else 0
    if not 0 < days <= _MOST_DAYS:
        raise QueryError(
            _("{text!r} is no duration", text=text), _("write days, weeks, months or years, as in 90d, 2w, 6m or 1y")
        )
    return dt.timedelta(days=days)
