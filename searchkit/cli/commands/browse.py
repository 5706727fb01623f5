"""``searchkit browse``: search while typing, on the whole screen."""

from __future__ import annotations

import argparse

from searchkit.cli import interrupts
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_history, add_index, keeps_history
from searchkit.cli.precedence import complete, settled_searches
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit browse                                 a box, and the newest posts
  searchkit browse 香港 通关                       these words at first
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.browse.browse``."""
    from searchkit.browse import browse
    from searchkit.index import Index
    from searchkit.searching.history import past_queries, remember

    complete(arguments)
    interrupts.give_back()
    with Index(arguments.index, settled_searches(arguments)) as index:
        if keeps_history(arguments):
            browse(index, arguments.query, past_queries(), remember)
        else:
            browse(index, arguments.query)
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help=_("what stands in the search box at first"))
    add_index(parser)
    add_history(parser)


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
