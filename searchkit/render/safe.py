"""What is shown of untrusted text, by one rule for every output.

Posts come from the web: characters in their titles, sources, paths and URLs must not control a terminal, put a line out
of order or hide what it says, and their URLs must not run a script.

| characters | shown |
|---|---|
| control characters, line separators, overrides of the direction, what is no character | as codes: ``\\u202e`` |
| invisible ones where they have a use: within emoji and letters that join, after what they vary | as they are |
| invisible ones elsewhere: zero-width spaces, joiners, marks of the direction, tags | not; in names and JSON as codes |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from searchkit.model import Span

# C0, DEL, C1; line and paragraph separators; bidi embeddings, overrides and isolates; annotations; lone surrogates;
# noncharacters. Default_Ignorable_Code_Point of Unicode 15.1 (DerivedCoreProperties.txt), but for those.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_INVISIBLES = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
)
_ASTRAL_INVISIBLE = "[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"

_SUSPECT = re.compile(f"[{_CONTROLS}{_INVISIBLES}\U0001bca0-\U0010ffff]")
"""All of these, and emoji and rare characters, of which ``_is_plain`` knows: one range takes a fifth of their time."""

# compiled when the first character needs them
_CONTROL = f"[{_CONTROLS}]"
_VARIATION = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_EMOJI = "[#*0-9\xa9\xae\u203c-\u3299\U0001f000-\U0001faff]"
_JOINED = "[\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdcf\ufe70-\ufefc\U00010a00-\U000119ff]"
"""Letters of Arabic, Indic, Mongolian and related scripts, whose forms the joiners choose."""

_MONGOLIAN = "[\u1800-\u180a\u1810-\u18af]"
_FLAG = "\U0001f3f4[\U000e0030-\U000e007a]{1,7}\U000e007f"
"""The flag of a region, such as Scotland: a black flag and the region's code in tags."""

_ZWNJ, _ZWJ = "\u200c\u200d"
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~-._"


def visible(text: str, keep: str = "") -> str:
    r"""A text as it is shown: nothing in it controls a terminal, turns its direction or is hidden.

    Args:
        text: any text.
        keep: control characters that are not escaped, such as the line feeds of a body.

    >>> visible("标题\x1b[31m\u202e通\u200b关")
    '标题\\x1b[31m\\u202e通关'
    """
    return _part(text, 0, len(text), keep)


def visible_name(name: str) -> str:
    r"""The name of a file, or a message with one, as it is shown: no two names look alike for what is invisible.

    >>> visible_name("通\u200b关\n.md")
    '通\\u200b关\\n.md'
    """
    return _SUSPECT.sub(lambda match: match[0] if _has_use(name, match.start()) else _code(match[0]), name)


def visible_json(text: str) -> str:
    r"""JSON text with the same characters, but those that ``visible`` does not show are escaped; line feeds stay.

    >>> visible_json('"\u202e\U000e0041"')
    '"\\u202e\\udb40\\udc41"'
    """

    def escaped(match: re.Match[str]) -> str:
        return match[0] if match[0] == "\n" or _has_use(text, match.start()) else json.dumps(match[0])[1:-1]

    return _SUSPECT.sub(escaped, text)


def split_spans(text: str, spans: Sequence[Span], keep: str = "") -> Iterator[tuple[str, bool]]:
    r"""Split a text at its spans; each part as ``visible`` shows it within the whole.

    Returns:
        The parts, and whether each is inside a span.

    >>> list(split_spans("通\x07关", [(2, 3)]))
    [('通\\x07', False), ('关', True)]
    """
    done = 0
    for start, end in spans:
        if done < start:
            yield _part(text, done, start, keep), False
        if start < end:
            yield _part(text, start, end, keep), True
        done = end
    if done < len(text):
        yield _part(text, done, len(text), keep), False


def _part(text: str, start: int, end: int, keep: str) -> str:
    """A part of a text as ``visible`` shows it."""
    parts: list[str] = []
    for match in _SUSPECT.finditer(text, start, end):
        at = match.start()
        parts += text[start:at], _shown(text, at, keep)
        start = at + 1
    return "".join((*parts, text[start:end]))


def _shown(text: str, at: int, keep: str) -> str:
    """What is shown of a suspect character."""
    character = text[at]
    if character in keep or _has_use(text, at):
        return character
    return _code(character) if _is_control(character) else ""


def _is_control(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or re.match(_CONTROL, character) is not None


def _is_plain(character: str) -> bool:
    """Whether a character of the range of rare ones is a visible one, such as an emoji."""
    return character > "\uffff" and not re.match(_ASTRAL_INVISIBLE, character) and not _is_control(character)


def _code(character: str) -> str:
    return ascii(character)[1:-1]


def _has_use(text: str, at: int) -> bool:
    """Whether a character is seen, or changes how what stands around it is drawn."""
    character, before = text[at], text[max(at - 1, 0) : at]
    if _is_plain(character):
        return True
    if re.match(_VARIATION, character):
        return bool(before) and not before.isspace() and (not _SUSPECT.match(before) or _is_plain(before))
    if character in (_ZWNJ, _ZWJ):
        if re.match(_JOINED, before):
            return True
        if character == _ZWNJ or not re.match(_EMOJI, text[at + 1 : at + 2]):
            return False
        return bool(re.match(_EMOJI, before)) or before in ("\ufe0f", "\U000e007f")
    if "\u180b" <= character <= "\u180f":
        return re.match(_MONGOLIAN, before) is not None
    if "\U000e0020" <= character <= "\U000e007f":
        begin = max(text.rfind("\U0001f3f4", max(at - 8, 0), at), 0)
        flag = re.match(_FLAG, text[begin : begin + 9])
        return flag is not None and begin + flag.end() > at
    return False


def web_link(url: str) -> str | None:
    """An http(s) URL as an ASCII link target; None for other URLs, and for those with spaces or control characters.

    >>> web_link("https://例.com/新闻?a=1"), web_link("javascript:alert(1)")
    ('https://%E4%BE%8B.com/%E6%96%B0%E9%97%BB?a=1', None)
    """
    url = url.strip(" ")
    if visible_name(url) != url or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(url, safe=_URL_CHARACTERS)


def file_link(folder: str, path: str) -> str | None:
    """The ``file://`` URL of a post; None if its path cannot be the name of a file.

    Args:
        folder: the corpus folder.
        path: the path of the post, relative to the folder, ``/``-separated.
    """
    try:
        return Path(folder, path).absolute().as_uri()
    except UnicodeEncodeError:
        return None
