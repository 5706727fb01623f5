"""``searchkit show``: show a post as cleaned text."""

from __future__ import annotations

import argparse
import sys

from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.lookup import chosen_post
from searchkit.cli.options import add_format, add_index
from searchkit.cli.output import write_json
from searchkit.messages import N_, _
from searchkit.render import data
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit show 1                                 hit 1 of the last search
  searchkit show 樹莓派                            by a part of its title
  searchkit show 1 --format json                   with all metadata
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.read`` for a post, and show it in a pager from the first match of the last search on."""
    with chosen_post(" ".join(arguments.post), arguments.index, "show") as (_index, reading):
        pass
    if arguments.format == "json":
        write_json(data.reading_dict(reading))
        return FOUND
    from searchkit.cli.pager import first_match, page  # subprocess, 5 ms
    from searchkit.render.reading import draw_reading

    look = look_of(sys.stdout, arguments.color)
    drawn = draw_reading(reading, look)
    page(drawn.text, first_match(drawn.match, drawn.forms, look.height or 0))
    return FOUND


def add_post(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "post",
        nargs="+",
        type=decode_path,
        metavar="POST",
        help=_("a path, a rank in the last search, or a part of a title"),
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_post(parser)
    add_index(parser)
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
