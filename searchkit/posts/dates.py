"""Parsing of dates in the formats of front matter and file names."""

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
    """Parse a date; None if the value is no date, or the date does not exist. Never raises.

    Args:
        value: a date or datetime; a text in ISO 8601, ``2021/11/08``, ``2021年11月8日``, RFC 2822 or English; or a
            number or numeric text, in seconds or milliseconds since 1970.

    Returns:
        A timezone-aware datetime in UTC. The default time is midnight, the default time zone UTC.

    >>> read_date("2021-11-08 11:39:04 +0800")
    datetime.datetime(2021, 11, 8, 3, 39, 4, tzinfo=datetime.timezone.utc)
    """
    try:
        parsed = _parse(value)
        return None if parsed is None else _utc(parsed)
    # the year 0, February 30, a time zone that leads beyond the year 9999, too many digits for int()
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _utc(date: dt.datetime) -> dt.datetime:
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date.astimezone(dt.UTC)


def _parse(value: object) -> dt.datetime | None:
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
    year, month, day, time_of_day, hour, minute, second, fraction, meridiem, zone = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    hours = int(hour or 0)
    afternoon = time_of_day in ("下午", "晚上") or (meridiem or "").lower() == "pm"
    if afternoon and hours < 12:
        hours += 12
    elif hours == 12 and (meridiem or "").lower() == "am":
        hours = 0
    date = dt.datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), micros)
    return date.replace(tzinfo=_zone(zone or ""))


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
