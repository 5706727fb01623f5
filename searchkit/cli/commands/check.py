"""``searchkit check``: verify the files of an index (exit code 1: damaged)."""

from __future__ import annotations

import argparse
import sys

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_format, add_index
from searchkit.cli.output import write_json
from searchkit.cli.precedence import complete
from searchkit.messages import N_
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit check                                  verify all files
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.check``, and print the damaged files."""
    from searchkit.building import check

    complete(arguments)
    problems = check(arguments.index)
    if arguments.format == "json":
        rows = [{"file": problem.file, "message": problem.message} for problem in problems]
        write_json({"index": arguments.index, "problems": rows})
    else:
        from searchkit.render.reports import check_text

        streams.write(check_text(arguments.index, problems, look_of(sys.stdout, arguments.color)))
    return NOTHING_FOUND if problems else FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_index(parser)
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
