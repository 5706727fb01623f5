"""Here is a match in the cleaned text of a post: in which line of its file is it?

The cleaned text has lost front matter and markup, so offsets do not carry over. What the match says is looked for in
the file, folded and without all signs, and the words around it tell which of several places it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from searchkit.errors import DocumentNotFound, PostError
from searchkit.language import fold
from searchkit.messages import _
from searchkit.model import Document, Reading, Span
from searchkit.posts.decoding import decode
from searchkit.posts.formats import parser_of
from searchkit.snippets.folded import folded_text

_AROUND = 80
"""Characters on each side of a match by which its place is told from others."""

_SHOWN = 30
"""Characters on each side of a match that its line is told by where markup is within the match."""


def file_of(corpus: str | os.PathLike[str], document: Document) -> Path:
    """The absolute path of a post's file.

    Raises:
        DocumentNotFound: it is not there any more.
    """
    file = Path(os.path.abspath(corpus), document.path)
    if not file.is_file():
        raise DocumentNotFound(_("{path} is gone", path=file), _("run: searchkit rebuild-index"))
    return file


def line_of_match(file: Path, reading: Reading, number: int = 0) -> int:
    """The line of a post's file that has a match of its text, or of its title where the text has none.

    Args:
        file: the post's file.
        reading: the post with its matches.
        number: which of ``reading.spans``, from 0.

    Returns:
        The line, from 1; 1 also where nothing matches.

    Raises:
        DocumentNotFound: the file cannot be read.
    """
    try:
        raw, _warnings = decode(file.read_bytes())
    except OSError as error:
        raise DocumentNotFound(
            _("cannot read {path}: {reason}", path=file, reason=error.strerror or error),
            _("run: searchkit rebuild-index"),
        ) from None
    document = reading.document
    begins = _begin_of_content(document.path, raw)
    if reading.spans:
        span = reading.spans[min(number, len(reading.spans) - 1)]
        within = (begins, len(raw)) if span[0] < len(document.body) or not begins else (0, begins)
        return line_of(raw, within, document.text, span)
    if reading.title_spans:
        return line_of(raw, (0, len(raw)), document.title, reading.title_spans[0])
    return 1


def line_of(raw: str, within: Span, text: str, span: Span) -> int:
    r"""The line of a raw text that says what a cleaned text says in a span.

    Args:
        raw: the text with its markup; lines end with ``\n``.
        within: the part of it that is looked at.
        text: the cleaned text.
        span: of the cleaned text, not empty.

    Returns:
        The line in the whole of ``raw``, from 1.

    >>> line_of("标题\n\n[通關](/通关)之後\n**通**关之前", (0, 99), "通關之後\n通关之前", (5, 7))
    4
    """
    part = raw[slice(*within)]
    before, match, after = (fold(text[slice(*ends)]) for ends in _around(text, span))
    folded = folded_text(part)
    kept = [at for at, character in enumerate(folded.text) if _says(character, match)]
    words = "".join([folded.text[at] for at in kept])
    said = _words(match, match)
    place = span[0] / len(text)
    places = list(_places(words, said))
    if not places:
        shown = _words(before[-_SHOWN:] + match + after[:_SHOWN], match)
        return raw.count("\n", 0, within[0]) + _most_alike(part.split("\n"), shown, place) + 1
    words_before, words_after = _words(before, match)[::-1], _words(after, match)

    def likeness(at: int) -> tuple[int, float]:
        end = at + len(said)
        alike_before = _alike(words_before, words[max(at - _AROUND, 0) : at][::-1])
        return alike_before + _alike(words_after, words[end : end + _AROUND]), -abs(at / len(words) - place)

    at = kept[max(places, key=likeness)]
    return raw.count("\n", 0, within[0] + folded.original_span(at, at + 1)[0]) + 1


def _around(text: str, span: Span) -> tuple[Span, Span, Span]:
    """What stands before a span, the span, and what stands after it."""
    start, end = span
    return (max(start - _AROUND, 0), start), span, (end, end + _AROUND)


def _begin_of_content(path: str, raw: str) -> int:
    """Where the front matter of a raw text ends; 0 if that cannot be told."""
    try:
        content = parser_of(path)(path, raw).content
    except PostError:  # it was readable when it was indexed
        return 0
    return max(raw.rfind(content), 0) if content else 0


def _places(words: str, said: str) -> Iterator[int]:
    at = words.find(said) if said else -1
    while at >= 0:
        yield at
        at = words.find(said, at + 1)


def _says(character: str, match: str) -> bool:
    """Whether a folded character is no markup: a letter, a character, a digit, or a sign of the match, as in c++."""
    return character.isalnum() or (character in match and not character.isspace())


def _words(folded: str, match: str) -> str:
    return "".join([character for character in folded if _says(character, match)])


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from the beginning on."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _most_alike(lines: list[str], shown: str, place: float) -> int:
    """The number of the line, from 0, that has most pairs of characters of a text; of equal ones the nearest."""
    wanted = _pairs(shown)
    expected = place * len(lines)

    def likeness(number: int) -> tuple[int, float]:
        return len(wanted & _pairs(_words(fold(lines[number]), ""))), -abs(number - expected)

    return max(range(len(lines)), key=likeness)


def _pairs(words: str) -> set[str]:
    return {words[at : at + 2] for at in range(len(words) - 1)}
