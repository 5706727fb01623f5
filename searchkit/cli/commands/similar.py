"""``searchkit similar``: show the posts most like one, and near-duplicates."""

from __future__ import annotations

import argparse

from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.commands.show import add_post
from searchkit.cli.lookup import chosen_post
from searchkit.cli.options import add_format, add_index, positive
from searchkit.cli.output import write_table
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit similar 1                              like hit 1 of the last search
  searchkit similar 樹莓派 -n 3                    by a part of its title
  searchkit similar 樹莓派 --format json           with all differences
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.similar`` for a post, and print the posts."""
    from searchkit.render.research import similar_text

    with chosen_post(" ".join(arguments.post), arguments.index, "similar") as (index, reading):
        found = index.similar(reading.document.path, limit=arguments.limit)
    write_table(found, arguments, similar_text)
    return FOUND if found.posts else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_post(parser)
    add_index(parser)
    parser.add_argument(
        "-n", "--limit", type=positive, default=10, metavar="N", help=_("number of posts (default: 10)")
    )
    add_format(parser, "text", "json", "ndjson", "csv")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
