"""``searchkit keywords``: show the words that tell two sets of posts apart."""

from __future__ import annotations

import argparse

from searchkit.cli.argv import decode_word
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_format, add_index, number_or_all
from searchkit.cli.output import write_table
from searchkit.cli.precedence import complete, settled_searches
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit keywords date:2021 date:2023           one year against another
  searchkit keywords 高铁                          against all other posts
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.keywords``, and print the words."""
    from searchkit.index import Index
    from searchkit.render.research import keywords_text

    complete(arguments)
    with Index(arguments.index, settled_searches(arguments)) as index:
        found = index.keywords(arguments.a, arguments.b, limit=arguments.limit)
    write_table(found, arguments, keywords_text)
    return FOUND if found.words else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", type=decode_word, metavar="QUERY", help=_("the posts of the first set"))
    parser.add_argument(
        "b",
        type=decode_word,
        nargs="?",
        default="",
        metavar="OTHER",
        help=_("those of the second (default: all others)"),
    )
    add_index(parser)
    parser.add_argument(
        "-n", "--limit", type=number_or_all, default=20, metavar="N", help=_("number of words, or all (default: 20)")
    )
    add_format(parser, "text", "json", "ndjson", "csv")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
