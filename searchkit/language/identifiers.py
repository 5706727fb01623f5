"""Identifiers: names of several words without a space, such as getUserById, and names behind a dot, as in ASP.NET.

What is typed for one of their words finds the whole: user, or .net. A name in two words of which the first is
capitalised, such as YouTube and PostgreSQL, or one letter, as of iPhone, is one word.
"""

from __future__ import annotations

import re
from itertools import combinations

# compiled by the first text that needs them, since a search from a shell needs none
_CAPITAL_WITHIN = "[a-z][A-Z]|[A-Z]{2}[a-z]{2}"
_LETTERS = "[A-Za-z]{4,}+"
_HUMP = "[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z]+|[A-Z]+"
_ADDRESS = r"[a-z]{3,9}://[^\s<>一-\u9fff]++"  # its codes, such as UCGtvPqx, look like identifiers
_DOTTED = r"\.[A-Za-z][A-Za-z0-9]{0,9}+(?![A-Za-z0-9])"
_NAME_BEFORE = "[A-Za-z0-9]{1,64}$"

_LONGEST_DOTTED = 11  # characters of a part with its dot
_LONGEST = 64  # letters of an identifier
_MOST_HUMPS = 8  # of an identifier whose neighbouring words are parts, too


def is_part(folded: str) -> bool:
    """Whether a text may be a part of an identifier.

    >>> is_part("user"), is_part(".net"), is_part("a b")
    (True, True, False)
    """
    if not folded.isascii():
        return False
    if folded[:1] == ".":
        return folded[1:].isalnum() and folded[1].isalpha() and len(folded) <= _LONGEST_DOTTED
    return folded.isalpha() and len(folded) > 1


def identifiers(text: str) -> dict[str, tuple[str, ...]]:
    """The identifiers of a text, folded, each with its parts.

    >>> identifiers("maxRetryCount 用 ASP.NET")
    {'maxretrycount': ('max', 'retry', 'count', 'maxretry', 'retrycount'), 'asp.net': ('.net',)}
    >>> identifiers("iPhone YouTube PostgreSQL XMLHttpRequest")
    {'xmlhttprequest': ('xml', 'http', 'request', 'xmlhttp', 'httprequest')}
    """
    found: dict[str, tuple[str, ...]] = {}
    if "://" in text:
        text = re.sub(_ADDRESS, " ", text)
    if re.search(_CAPITAL_WITHIN, text):
        for name in dict.fromkeys(re.findall(_LETTERS, text)):
            if parts := camel_parts(name):
                found[name.lower()] = _runs(parts)
    if "." in text:
        for match in re.finditer(_DOTTED, text):
            if before := re.search(_NAME_BEFORE, text[max(match.start() - _LONGEST, 0) : match.start()]):
                part = match[0].lower()
                found[before[0].lower() + part] = (part,)
    return found


def camel_parts(name: str) -> tuple[str, ...]:
    """The words of a name in camel case, folded; none of one that is no identifier.

    >>> camel_parts("maxRetryCount"), camel_parts("iPhone"), camel_parts("APIs")
    (('max', 'retry', 'count'), (), ())
    >>> camel_parts("DDoS"), camel_parts("LoadLibraryA")
    ((), ('load', 'library', 'a'))
    """
    if name.islower() or len(name) > _LONGEST or not (name.isascii() and name.isalpha()):
        return ()
    humps = re.findall(_HUMP, name)
    is_identifier = len(humps) > 2 or (len(humps) == 2 and (humps[0].islower() or humps[0].isupper()))
    if not is_identifier or len(humps[0]) == 1 or any(hump.islower() and len(hump) == 1 for hump in humps):
        return ()
    return tuple(hump.lower() for hump in humps)


def _runs(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts, and neighbouring ones as one; not all of them together."""
    if len(parts) > _MOST_HUMPS:
        return _told(parts)
    ranges = [(first, last) for first, last in combinations(range(len(parts) + 1), 2) if 1 < last - first < len(parts)]
    return _told((*parts, *("".join(parts[first:last]) for first, last in ranges)))


def _told(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of two letters or more, each once."""
    return tuple(dict.fromkeys(part for part in parts if len(part) > 1))
