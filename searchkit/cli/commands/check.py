"""``searchkit check``: is the index whole, and does it say what its posts say (exit code 1: no)?"""

from __future__ import annotations

import argparse
import sys

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_format, add_index
from searchkit.cli.output import progress_bar, write_json
from searchkit.cli.precedence import complete
from searchkit.messages import N_, _
from searchkit.model import DEFAULT_SELECTION
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit check                                  files; 500 posts again
  searchkit check --deep                           files; all posts again
  searchkit check || searchkit rebuild-index --repair
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.check`` with a progress bar, and print what is wrong."""
    from searchkit.building import check

    complete(arguments)
    settings = arguments.choices.settings
    selection = DEFAULT_SELECTION if settings is None else settings.selection
    with progress_bar(arguments.color) as progress:
        report = check(
            arguments.index, deep=arguments.deep, selection=selection, settings=settings, progress=progress or False
        )
    if arguments.format == "json":
        write_json(report.to_dict())
    else:
        from searchkit.render.checks import check_text

        streams.write(check_text(report, look_of(sys.stdout, arguments.color)))
    return FOUND if report.is_whole else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_index(parser)
    parser.add_argument("--deep", action="store_true", help=_("read and analyse all posts again, not 500"))
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
