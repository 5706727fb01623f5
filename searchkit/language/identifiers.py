"""Identifiers: names of several words without a space, such as getUserById, and names behind a dot, as in ASP.NET.

What is typed for one of their words finds the whole: user, or .net. A name in two words of which the first is
capitalised, such as YouTube and PostgreSQL, or one letter, as of iPhone, is one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

# compiled by the first text that needs them, since a search from a shell needs none
_HUMP = "[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z]+|[A-Z]+"
_SCHEME = "[a-z]{3,9}$"
_ADDRESS = r"[^\s<>一-\u9fff]++"  # after its scheme; its codes, such as UCGtvPqx, look like identifiers
_DOTTED = r"\.[A-Za-z][A-Za-z0-9]{0,9}+(?![A-Za-z0-9])"

_OTHER = b" "
_LETTERS = b" " * 65 + b"A" * 26 + b" " * 6 + b"a" * 26 + b" " * 133
_WORDS = b" " * 48 + b"0" * 10 + b" " * 7 + b"A" * 26 + b" " * 6 + b"a" * 26 + b" " * 133
"""What stands for each ASCII character: bytes are searched many times as fast as a text is matched."""

_CAPITALS_WITHIN = (b"aA", b"AAaa")
_LONGEST_SCHEME = 9
_LONGEST_DOTTED = 11  # characters of a part with its dot
_SHORTEST, _LONGEST = 4, 64  # letters of an identifier
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
        text = _without_addresses(text)
    encoded = text.encode("ascii", "replace")
    for name in _with_capital_within(encoded):
        if parts := camel_parts(name):
            found[name.lower()] = _runs(parts)
    if "." in text:
        words = encoded.translate(_WORDS)
        for match in re.finditer(_DOTTED, text):
            at = match.start()
            longest = max(at - _LONGEST, 0)
            first = max(words.rfind(_OTHER, longest, at) + 1, longest)
            if first < at:
                part = match[0].lower()
                found[text[first:at].lower() + part] = (part,)
    return found


def _without_addresses(text: str) -> str:
    """The text with a space for each address."""
    scheme_of, address_of = re.compile(_SCHEME).search, re.compile(_ADDRESS).match
    kept = []
    done, at = 0, text.find("://")
    while at >= 0:
        scheme = scheme_of(text, max(at - _LONGEST_SCHEME, done), at)
        address = address_of(text, at + 3)
        if scheme and address:
            kept.append(text[done : scheme.start()])
            done = address.end()
        at = text.find("://", max(done, at + 1))
    return " ".join([*kept, text[done:]])


def _with_capital_within(text: bytes) -> Iterable[str]:
    """The runs of ASCII letters with a capital within, in order, each once."""
    letters = text.translate(_LETTERS)
    ends: dict[int, int] = {}
    for capital in _CAPITALS_WITHIN:
        at = letters.find(capital)
        while at >= 0:
            first = letters.rfind(_OTHER, 0, at) + 1
            end = letters.find(_OTHER, at)
            end = len(text) if end < 0 else end
            if end - first >= _SHORTEST:
                ends[first] = end
            at = letters.find(capital, end)
    return dict.fromkeys(text[first : ends[first]].decode() for first in sorted(ends))


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
