"""Key word in context: every match with what stands left and right of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from rich.cells import get_character_cell_size

from searchkit.analysis.asking import Question
from searchkit.analysis.occurrences import Places, places
from searchkit.errors import QueryError
from searchkit.frames import Column
from searchkit.language import fold, words
from searchkit.messages import _
from searchkit.model import Document
from searchkit.snippets.clusters import is_cluster_boundary
from searchkit.tables import Table

ConcordanceSort = Literal["date", "left", "right"]

SORTS: tuple[ConcordanceSort, ...] = ("date", "left", "right")

Progress = Callable[[str, int, int], None]
"""Called with a unit, such as ``posts``, how many are done, and of how many."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """A match in its context.

    Attributes:
        path: of the post.
        title: of the post.
        day: its author's, ``2021-11-08``; empty without a date.
        source: of the post; empty if unknown.
        left: what stands before, one line; as many cells of a terminal as wanted, or fewer.
        match: the match as the post writes it, one line.
        right: what stands after.
    """

    path: str
    title: str
    day: str
    source: str
    left: str
    match: str
    right: str

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON types."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True)
class Concordance(Table[ConcordanceLine]):
    """The matches of a query, each in its context.

    Attributes:
        query: as it was typed.
        width: most cells of a context on each side; an East Asian wide character takes two.
        lines: the matches, in the wanted order.
        total: how many matches there are in all posts.
    """

    rows_field: ClassVar[str] = "lines"

    query: str
    width: int
    lines: tuple[ConcordanceLine, ...]
    total: int

    def to_dict(self) -> dict[str, Any]:
        """The concordance as ``searchkit kwic --format json`` prints it."""
        return {"query": self.query, "width": self.width, "total": self.total, "lines": self.to_dicts()}

    def columns(self) -> tuple[Column, ...]:
        """A line for each match: path, title, day, source, left, match, right."""
        lines = self.lines
        days = [dt.date.fromisoformat(line.day) if line.day else None for line in lines]
        return (
            Column("path", "text", [line.path for line in lines]),
            Column("title", "text", [line.title for line in lines]),
            Column("day", "day", days),
            Column("source", "text", [line.source for line in lines]),
            Column("left", "text", [line.left for line in lines]),
            Column("match", "text", [line.match for line in lines]),
            Column("right", "text", [line.right for line in lines]),
        )

    def __repr__(self) -> str:
        return f"<Concordance {self.query!r}: {len(self)} of {self.total} matches>"


def concordance(
    question: Question, width: int, sort: ConcordanceSort, limit: int | None, progress: Progress | None
) -> Concordance:
    """All matches in context; see ``Index.kwic``."""
    if sort not in SORTS:
        raise QueryError(_("there is no order {sort!r}", sort=sort), _("use one of {names}", names=", ".join(SORTS)))
    matching = question.matching()
    needles = question.needles(matching)
    lines: list[ConcordanceLine] = []
    for done, document in enumerate(question.searcher.documents_of(matching.paths), 1):
        if document is None:
            continue  # its path is not in order with the others: a damaged index
        for found in places(document, needles):
            lines += _lines(document, found, width)
        if progress is not None:
            progress("posts", done, len(matching.paths))
    return Concordance(question.text, width, tuple(_ordered(lines, sort)[:limit]), len(lines))


def _ordered(lines: list[ConcordanceLine], sort: ConcordanceSort) -> list[ConcordanceLine]:
    """The lines by date, the oldest first and those without one last; or by the words that stand beside the match."""
    if sort == "date":
        return sorted(lines, key=lambda line: (not line.day, line.day, line.path))
    if sort == "left":
        keys = [words(fold(line.left))[::-1] for line in lines]
    else:
        keys = [words(fold(line.right)) for line in lines]
    order = sorted(range(len(lines)), key=keys.__getitem__)
    return [lines[at] for at in order]


def _lines(document: Document, found: Places, width: int) -> list[ConcordanceLine]:
    text = found.text.original
    day = document.date.date().isoformat() if document.date else ""
    lines = []
    for span in found.spans:
        start, end = found.text.original_span(*span)
        lines.append(
            ConcordanceLine(
                path=document.path,
                title=document.title,
                day=day,
                source=document.source,
                left=_left(text, start, width),
                match=_SPACE.sub(" ", text[start:end]),
                right=_right(text, end, width),
            )
        )
    return lines


def _left(text: str, start: int, width: int) -> str:
    """What stands before an offset, on one line, in at most so many cells."""
    # more characters than fit, since white space becomes one
    context = _SPACE.sub(" ", text[max(start - 8 * width, 0) : start])
    if len(context) < width and start > 8 * width:
        context = _SPACE.sub(" ", text[:start])
    at, cells = len(context), 0
    while at and (cells := cells + get_character_cell_size(context[at - 1])) <= width:
        at -= 1
    while not is_cluster_boundary(context, at):
        at += 1
    return context[at:]


def _right(text: str, end: int, width: int) -> str:
    """What stands after an offset, on one line, in at most so many cells."""
    context = _SPACE.sub(" ", text[end : end + 8 * width])
    at, cells = 0, 0
    while at < len(context) and (cells := cells + get_character_cell_size(context[at])) <= width:
        at += 1
    while not is_cluster_boundary(context, at):
        at -= 1
    return context[:at]
