"""Parsing of dates in the formats of front matter, file names and folders."""

from __future__ import annotations

import datetime as dt
import re

from searchkit.posts.frontmatter.zones import zone_named

_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号號]?,?"
    r"(?:(?:[Tt]|\s*)(上午|下午|中午|晚上|凌晨|早上)?\s*"
    r"(\d{1,2})\s*[:：时時点點]\s*(\d{1,2})?\s*分?(?:[:：]?(\d{1,2})(?:[.,](\d+))?\s*秒?)?\s*([AaPp][Mm]\b)?)?"
    r"\s*([Zz]|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][\w+-]*(?:/[\w+-]+)*)?(?:\[[\w/+-]+\])?"
)
_DAY_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\s,，;；(（~～至到]")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?(Z)?")
_EPOCH = re.compile(r"-?\d{9,13}(?:\.\d+)?")
_REPUBLIC = re.compile(r"(?:中[華华])?民[國国]\s*(\d{1,3})\s*年")
_HAN_DATE = re.compile(r"[〇○零一二三四五六七八九十廿卅百元]+(?=\s*[年月日号號])")
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "元": 1}
_WEEKDAY = re.compile(
    r"[,，(（]?\s*(?:(?:星期|礼拜|禮拜|[周週])[一二三四五六日天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?)\s*[)）]?,?",
    re.IGNORECASE,
)
_JAVASCRIPT_ZONE = re.compile(r"GMT(?=[+-]\d{4})|\(.*\)$")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ENGLISH_PARTS = {
    "year": re.compile(r"\d{4}"),
    "day": re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE),
    "time": re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(am|pm)?", re.IGNORECASE),
    "half": re.compile(r"am|pm", re.IGNORECASE),
    "zone": re.compile(r"[A-Za-z]{1,4}|[A-Za-z]*[+-]\d{1,2}:?\d{0,2}|[A-Za-z]+/[\w/+-]+"),
}
_MAX_CHARS = 80
_WRITTEN_UTC = dt.timezone(dt.timedelta(), "UTC")
"""Equal to ``datetime.UTC``, but another object: it tells a date that names its zone from one of a corpus in UTC."""

_DATED_NAME = re.compile(
    r"((?:19|20)\d\d)(?:([-_.])(\d{1,2})\2(\d{1,2})|(\d\d)(\d\d)|年(\d{1,2})月(\d{1,2})日)(?!\d)[-_ .，、：:]*(.*)",
    re.DOTALL,
)
_DATED_FOLDERS = re.compile(r"(?:^|/)((?:19|20)\d\d)[-/](\d{1,2})[-/](\d{1,2})(?=[-_ /]|$)")


def read_date(value: object, zone: dt.tzinfo = dt.UTC) -> dt.datetime | None:
    """Parse a date; None if the value is no date, or the date does not exist. Never raises.

    Args:
        value: a date or datetime; a text in ISO 8601, ``2021/11/08``, ``2021年11月8日``, ``民國110年11月8日``,
            RFC 2822 or English; or a number or numeric text, in seconds or milliseconds since 1970.
        zone: that of a date that names none.

    Returns:
        A timezone-aware datetime in the zone that it was written in. Its ``tzinfo`` is ``zone`` itself where that was
        taken, and else never the same object. The default time is midnight.

    >>> read_date("2021-11-08 11:39:04 +0800").isoformat(), read_date("2021-11-08").isoformat()
    ('2021-11-08T11:39:04+08:00', '2021-11-08T00:00:00+00:00')
    """
    try:
        parsed = _parse(value, zone)
        if parsed is None:
            return None
        date = parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
        if isinstance(value, dt.datetime) and value.tzinfo is dt.UTC:
            date = date.replace(tzinfo=_WRITTEN_UTC)
        date.astimezone(dt.UTC)  # raises beyond the years 1 to 9999
        return date
    # the year 0, February 30, a time zone that leads beyond the year 9999, too many digits for int()
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def split_name(name: str) -> tuple[str, str]:
    """The date at the beginning of a file name, as ``2021-11-08``, and the rest; an empty date if there is none.

    >>> split_name("2021-11-08_通关"), split_name("20211108-x"), split_name("20211308-x")
    (('2021-11-08', '通关'), ('2021-11-08', 'x'), ('', '20211308-x'))
    """
    match = _DATED_NAME.fullmatch(name)
    if not match:
        return "", name
    year, _, *parts, rest = match.groups()
    month, day = (part for part in parts if part)
    written = f"{year}-{int(month):02}-{int(day):02}"
    return (written, rest) if read_date(written) else ("", name)


def date_in_folders(path: str) -> str:
    """The date that folders name, as ``2021-11-08``: of ``2021/11/08/x.md`` and ``2021/11/08-x.md``; empty if none.

    >>> date_in_folders("posts/2021/11/08/x.md"), date_in_folders("2021/11/x.md")
    ('2021-11-08', '')
    """
    found = [
        f"{year}-{int(month):02}-{int(day):02}" for year, month, day in _DATED_FOLDERS.findall(path.rpartition(".")[0])
    ]
    return next((date for date in reversed(found) if read_date(date)), "")


def _parse(value: object, zone: dt.tzinfo) -> dt.datetime | None:
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
    if match and (date := _year_first(match)):
        return date
    match = _COMPACT.fullmatch(text)
    if match:
        date = dt.datetime(*(int(group or 0) for group in match.groups()[:6]))  # type: ignore[arg-type]
        return date.replace(tzinfo=_WRITTEN_UTC) if match[7] else date
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        seconds = seconds / 1000 if abs(seconds) >= 1e11 else seconds
        instant = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(seconds=seconds)
        return instant.astimezone(zone)
    return _verbose(_plain(text))


def _verbose(text: str) -> dt.datetime | None:
    """A date with words in it; where they mean nothing, the day that it begins with."""
    match = _YEAR_FIRST.fullmatch(text)
    date = _year_first(match) if match else _english(text)
    day = None if date else _DAY_FIRST.match(text)
    return dt.datetime(*map(int, day.groups())) if day else date  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """A date without what is in it besides year, month, day and time: the weekday, characters for digits, an era."""
    text = text.removeprefix("公元")
    text = _HAN_DATE.sub(lambda match: str(_han_number(match[0])), text)
    text = _REPUBLIC.sub(lambda match: f"{int(match[1]) + 1911:04}年", text)
    return " ".join(_WEEKDAY.sub(" ", text).split())


def _han_number(written: str) -> int:
    """A year, month or day in characters: 二〇二一, 一百一十, 廿三."""
    written = written.replace("廿", "二十").replace("卅", "三十")
    if not set(written) & set("十百"):
        return int("".join(str(_HAN_DIGITS[digit]) for digit in written)[:9])
    hundreds, _, rest = written.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    number = _HAN_DIGITS.get(hundreds[-1:], 1) * 100 if "百" in written else 0
    return number + (_HAN_DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + _HAN_DIGITS.get(units[-1:], 0)


def _year_first(match: re.Match[str]) -> dt.datetime | None:
    year, month, day, time_of_day, hour, minute, second, fraction, meridiem, zone = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    hours = int(hour or 0)
    afternoon = time_of_day in ("下午", "晚上") or (meridiem or "").lower() == "pm"
    if afternoon and hours < 12:
        hours += 12
    elif hours == 12 and (meridiem or "").lower() == "am":
        hours = 0
    date = dt.datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), micros)
    return _in_zone(date, zone or "")


def _in_zone(date: dt.datetime, name: str) -> dt.datetime | None:
    """A date in the zone that is named beside it; None if no zone is named so."""
    if not name:
        return date
    zone = zone_named(name)
    return None if zone is None else date.replace(tzinfo=_fixed(zone, date))


def _fixed(zone: dt.tzinfo, date: dt.datetime) -> dt.tzinfo:
    """The offset of a zone at a date: a date that names its zone is not one of the corpus' zone."""
    offset = zone.utcoffset(date)
    return dt.timezone(offset) if offset else _WRITTEN_UTC


def _english(text: str) -> dt.datetime | None:
    """A date with the name of a month; its parts may come in any order."""
    found: dict[str, str] = {}
    for part in _JAVASCRIPT_ZONE.sub(" ", text).replace(",", " ").split():
        month = _month(part.rstrip(".").lower())
        kind = "month" if month else _english_kind(part)
        if kind in found:
            return None
        found[kind] = str(month or part)
    if not {"year", "month", "day"} <= found.keys() or "" in found:
        return None
    time = _ENGLISH_PARTS["time"].fullmatch(found.get("time", "0:00"))
    assert time
    half = (time[4] or found.get("half", "")).lower()
    hours = int(time[1]) % 12 + 12 * (half == "pm") if half else int(time[1])
    day = int(found["day"].rstrip("stndrhSTNDRH"))
    date = dt.datetime(int(found["year"]), int(found["month"]), day, hours, int(time[2]), int(time[3] or 0))
    return _in_zone(date, found.get("zone", ""))


def _month(name: str) -> int:
    """The number of a month, whose name may be cut to three letters; 0 for another word."""
    return next((n for n, month in enumerate(_MONTHS, 1) if len(name) > 2 and month.startswith(name)), 0)


def _english_kind(part: str) -> str:
    return next((kind for kind, pattern in _ENGLISH_PARTS.items() if pattern.fullmatch(part)), "")
