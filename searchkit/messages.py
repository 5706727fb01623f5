"""The language of messages: English as written in the code, or Chinese where the locale is.

Catalogs are gettext's: ``locale/zh_CN/LC_MESSAGES/searchkit.po`` and its compiled ``.mo``. ``make catalogs`` renews
them.

>>> _("no post {path!r}", path="a.md")
"no post 'a.md'"
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

ENGLISH = "en"
SIMPLIFIED = "zh-CN"
TRADITIONAL = "zh-TW"
LANGUAGES = (ENGLISH, SIMPLIFIED, TRADITIONAL)

DOMAIN = "searchkit"
CATALOGS = os.path.join(os.path.dirname(__file__), "locale")

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of gettext(3)
_TRADITIONAL = re.compile("(tw|hk|mo|hant)([^a-z]|$)")

_spoken: ContextVar[str | None] = ContextVar("language", default=None)


def _(text: str, /, **values: Any) -> str:
    """A message in the user's language.

    Args:
        text: the message in English, a literal, with fields as of ``str.format`` if there are values.
        values: what its fields stand for.
    """
    language = spoken()
    if language != ENGLISH:
        text = _catalog(language)(text)
    try:
        return text.format(**values) if values else text
    except ValueError:  # of a number that has more digits than Python writes
        return text.format(**{name: _written(value) for name, value in values.items()})


def _written(value: object) -> object:
    """A value, or its type where it cannot be written."""
    try:
        repr(value)
    except ValueError:
        return f"<{type(value).__name__}>"
    return value


def N_(text: str, /) -> str:  # noqa: N802 - the usual name
    """Marks a literal that is translated later, by ``_`` of what holds it."""
    return text


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """All messages made within the block are in this language, one of ``LANGUAGES``."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of messages here and now, one of ``LANGUAGES``."""
    return _spoken.get() or language_of_locale()


def language_of_locale() -> str:
    """The language of the user's environment."""
    for variable in _VARIABLES:
        if named := os.environ.get(variable):
            return language_of(named)
    return ENGLISH


def language_of(name: str) -> str:
    """The one of ``LANGUAGES`` that somebody wants who names a locale or a language tag.

    >>> language_of("zh_HK.UTF-8"), language_of("zh-Hans"), language_of("de_DE")
    ('zh-TW', 'zh-CN', 'en')
    """
    name = name.partition(":")[0].lower()
    if not re.match("zh([^a-z]|$)", name):
        return ENGLISH
    return TRADITIONAL if _TRADITIONAL.search(name) else SIMPLIFIED


def speak_the_locale() -> None:
    """Make what the standard library says, such as argparse, part of this process' messages."""
    language = language_of_locale()
    if language != ENGLISH:
        import gettext  # English does without

        os.environ["LANGUAGE"] = language.replace("-", "_")  # gettext knows no zh_TW for zh_HK
        gettext.bindtextdomain(DOMAIN, CATALOGS)
        gettext.textdomain(DOMAIN)


@lru_cache(len(LANGUAGES))
def _catalog(language: str) -> Callable[[str], str]:
    from gettext import translation  # English does without

    return translation(DOMAIN, CATALOGS, [language.replace("-", "_")]).gettext
