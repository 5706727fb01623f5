"""``searchkit status``: show the index, and changes of the posts since it was built."""

from __future__ import annotations

import argparse
import os
import sys

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_format, add_index
from searchkit.cli.output import write_json
from searchkit.cli.precedence import choose, complete
from searchkit.messages import N_
from searchkit.model import DEFAULT_SELECTION
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit status                                 size, age, changes
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.status``, and print the status."""
    from searchkit.index import Index

    complete(arguments)
    settings = arguments.choices.settings
    with Index(arguments.index) as index:
        current = index.status(DEFAULT_SELECTION if settings is None else settings.selection, settings)
    if arguments.format == "json":
        write_json({**current.to_dict(), "settings": settings and os.fspath(settings.file)})
        return FOUND
    from searchkit.render.reports import status_text

    plain = choose()
    implied = (plain.corpus.value, plain.named_index.value)
    source = arguments.choices.named_index.source
    streams.write(status_text(current, look_of(sys.stdout, arguments.color), source=source, implied=implied))
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_index(parser)
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
