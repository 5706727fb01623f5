"""In which language a reader wants the page: the address says so, or a cookie that an address left, or the browser."""

from __future__ import annotations

import re

from searchkit.messages import ENGLISH, LANGUAGES, language_of

COOKIE = "lang"

NAMES = {"en": "English", "zh-CN": "简体中文", "zh-TW": "繁體中文"}
"""What each language calls itself."""

_RANGE = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?", re.IGNORECASE)
_MAX_HEADER = 1_000  # characters that are read


def accepted(header: str) -> str:
    """The first language of an ``Accept-Language`` header that there is; English if there is none.

    >>> accepted("de, zh-HK;q=0.8, en;q=0.5"), accepted("zh;q=0.5, en"), accepted("")
    ('zh-TW', 'en', 'en')
    """
    ranges = [match for part in header[:_MAX_HEADER].split(",") if (match := _RANGE.fullmatch(part.strip()))]
    for match in sorted(ranges, key=lambda match: -float(match[2] or 1)):
        if match[1].lower().partition("-")[0] in ("en", "zh") and float(match[2] or 1) > 0:
            return language_of(match[1])
    return ENGLISH


def chosen(parameter: str | None, cookie: str | None, header: str) -> str:
    """The language of a request."""
    return next((tag for tag in (parameter, cookie) if tag in LANGUAGES), None) or accepted(header)
