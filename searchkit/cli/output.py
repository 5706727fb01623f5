"""What commands write besides their results: JSON, notes, progress, files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from searchkit.cli import streams
from searchkit.errors import SearchkitError
from searchkit.messages import _
from searchkit.paths import expanded
from searchkit.render import data
from searchkit.render.look import look_of

if TYPE_CHECKING:
    from argparse import Namespace

    from searchkit.model import Results
    from searchkit.render.look import ColorChoice, Look
    from searchkit.tables import Table


def write_notes(results: Results, color: ColorChoice) -> None:
    """Print the notes on how the query was parsed to stderr, since they are no results."""
    if results.notes and sys.stderr is not None:
        from searchkit.render.terminal import notes_text

        streams.write_error(notes_text(results, look_of(sys.stderr, color)).rstrip("\n"))


def write_facets(results: Results, color: ColorChoice, stream: TextIO) -> None:
    """Print the facets as text, if there are any."""
    if results.facets:
        from searchkit.render.terminal import facets_text

        text = facets_text(results, look_of(stream, color))
        if stream is sys.stdout:
            streams.write(text)
        else:
            streams.write_error(text.rstrip("\n"))


def write_json(value: dict[str, Any]) -> None:
    streams.write(data.json_text(value, indent=sys.stdout.isatty()))


def write_table(table: Table[Any], arguments: Namespace, text: Callable[[Any, Look], str]) -> None:
    """Print a table in the chosen format.

    Args:
        table: the table.
        arguments: of the command, ``format`` and ``color`` among them.
        text: draws it for a terminal.
    """
    if arguments.format == "json":
        write_json(table.to_dict())
    elif arguments.format == "ndjson":
        streams.write("".join(map(data.json_text, table.to_dicts())))
    elif arguments.format == "csv":
        streams.write(data.table_csv(table.to_dicts()))
    else:
        streams.write(text(table, look_of(sys.stdout, arguments.color)))


@contextmanager
def output_file(path: str | None) -> Iterator[Callable[[str], object]]:
    """Open an output file before the work begins, so that an error is reported at once; yields its write function."""
    if path is None:
        yield lambda text: None
        return
    try:
        with open(expanded(path), "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield file.write
    except OSError as error:
        raise SearchkitError(_("cannot write {path}: {reason}", path=path, reason=error.strerror or error)) from None


@contextmanager
def progress_bar(color: ColorChoice, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar if stderr is a terminal; yields the function that advances it, or None."""
    if quiet or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield None
        return
    from searchkit.render.progress import progress_bar as drawn

    with drawn(sys.stderr, color=look_of(sys.stderr, color).color) as progress:
        yield progress
