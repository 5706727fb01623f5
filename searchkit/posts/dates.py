"""Dates as posts write them, to aware UTC datetimes."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号號]?,?"
    r"(?:(?:[Tt]|\s*)(上午|下午|中午|晚上|凌晨|早上)?\s*"
    r"(\d{1,2})\s*[:：时時点點]\s*(\d{1,2})?\s*分?(?:[:：]?(\d{1,2})(?:[.,](\d+))?\s*秒?)?\s*([AaPp][Mm]\b)?)?"
    r"\s*(Z|z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?(Z)?")
_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_ENGLISH = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%a %b %d %H:%M:%S %Y", "%B %d %Y", "%b %d %Y")
_MAX_CHARS = 80


def read_date(value: object) -> dt.datetime | None:
    """A date in UTC, or None where ``value`` is none that exists.

    Strings may be ISO 8601, ``2021/11/08``, ``2021年11月8日``, RFC 2822, English, or seconds or milliseconds since
    1970. A date without time is midnight, one without zone UTC. Never raises.

    >>> read_date("2021-11-08 11:39:04 +0800")
    datetime.datetime(2021, 11, 8, 3, 39, 4, tzinfo=datetime.timezone.utc)
    """
    try:
        found = _read(value)
        return None if found is None else _utc(found)
    # a year 0, a 30th of February, a zone that leads beyond year 9999, more digits than int() takes
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _utc(found: dt.datetime) -> dt.datetime:
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def _read(value: object) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f"{value:.3f}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text or len(text) > _MAX_CHARS:
        return None
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _year_first(match)
    match = _COMPACT.fullmatch(text)
    if match:
        return dt.datetime(*(int(group or 0) for group in match.groups()[:6]))  # type: ignore[arg-type]
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        seconds = seconds / 1000 if abs(seconds) >= 1e11 else seconds
        return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(seconds=seconds)
    return _english(text)


def _year_first(match: re.Match[str]) -> dt.datetime:
    year, month, day, part, hour, minute, second, fraction, half, zone = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    hours = int(hour or 0)
    afternoon = part in ("下午", "晚上") or (half or "").lower() == "pm"
    if afternoon and hours < 12:
        hours += 12
    elif hours == 12 and (half or "").lower() == "am":
        hours = 0
    found = dt.datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), micros)
    return found.replace(tzinfo=_zone(zone or ""))


def _zone(zone: str) -> dt.timezone:
    offset = _OFFSET.search(zone)
    if not offset:
        return dt.UTC
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[1] == "-" else minutes))


def _english(text: str) -> dt.datetime | None:
    for form in _ENGLISH:
        try:
            return dt.datetime.strptime(text, form)
        except ValueError:
            continue
    return parsedate_to_datetime(text)
