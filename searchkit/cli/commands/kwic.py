"""``searchkit kwic``: show every match in its context."""

from __future__ import annotations

import argparse

from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_filters, add_format, add_index, filters, number_or_all, positive
from searchkit.cli.output import write_table
from searchkit.cli.precedence import complete, settled_searches
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit kwic 高铁                              every match, oldest first
  searchkit kwic 高铁 --sort right --width 30      by the words behind it
  searchkit kwic '"国际论坛"' -n all --format csv  all of them, as a table
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.kwic``, and print the lines."""
    from searchkit.index import Index
    from searchkit.render.research import concordance_text

    complete(arguments)
    with Index(arguments.index, settled_searches(arguments)) as index:
        found = index.kwic(
            arguments.query, width=arguments.width, sort=arguments.sort, limit=arguments.limit, **filters(arguments)
        )
    write_table(found, arguments, concordance_text)
    return FOUND if found.total else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="+", metavar="WORD", help=_("a query, written as for search"))
    add_index(parser)
    parser.add_argument(
        "-n", "--limit", type=number_or_all, default=20, metavar="N", help=_("number of lines, or all (default: 20)")
    )
    parser.add_argument(
        "--width",
        type=positive,
        default=20,
        metavar="N",
        help=_("columns left and right of a match (default: 20); a Han character takes two"),
    )
    parser.add_argument(
        "--sort",
        choices=("date", "left", "right"),
        default="date",
        metavar="ORDER",
        help=_("date (default), left, right: by the words before or behind the match, the nearest first"),
    )
    add_filters(parser)
    add_format(parser, "text", "json", "ndjson", "csv")


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
