"""``searchkit collocates``: show the words beside a word."""

from __future__ import annotations

import argparse

from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_filters, add_format, add_index, filters, number_or_all, positive
from searchkit.cli.output import write_table
from searchkit.cli.precedence import complete, settled_searches
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit collocates 高铁                        within 5 words of it
  searchkit collocates 高铁 --sort log_dice --window 3
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.collocates``, and print the words."""
    from searchkit.index import Index
    from searchkit.render.research import collocates_text

    complete(arguments)
    with Index(arguments.index, settled_searches(arguments)) as index:
        found = index.collocates(
            arguments.query, window=arguments.window, sort=arguments.sort, limit=arguments.limit, **filters(arguments)
        )
    write_table(found, arguments, collocates_text)
    return FOUND if found.words else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="+", metavar="WORD", help=_("a query, written as for search"))
    add_index(parser)
    parser.add_argument(
        "-n", "--limit", type=number_or_all, default=20, metavar="N", help=_("number of words, or all (default: 20)")
    )
    parser.add_argument(
        "--window", type=positive, default=5, metavar="N", help=_("words left and right of a match (default: 5)")
    )
    parser.add_argument(
        "--sort",
        choices=("log_likelihood", "log_dice"),
        default="log_likelihood",
        metavar="ORDER",
        help=_("log_likelihood (default): how sure; log_dice: how exclusive"),
    )
    add_filters(parser)
    add_format(parser, "text", "json", "ndjson", "csv")


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
