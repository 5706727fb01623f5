"""``searchkit suggest``: what to offer while a query is typed."""

from __future__ import annotations

import argparse
import sys

from searchkit.cli import streams
from searchkit.cli.argv import decode_word
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_format, add_history, add_index, keeps_history, positive
from searchkit.cli.precedence import complete
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit suggest xg                             香港, by its initials
  searchkit suggest '高铁 xiangg' --format json     for a program
""")


def run(arguments: argparse.Namespace) -> int:
    """Print what ``Index.suggest`` gives, as queries, one per line."""
    from searchkit.index import Index
    from searchkit.render import data
    from searchkit.render.safe import visible
    from searchkit.searching.history import past_queries

    complete(arguments)
    past = past_queries() if keeps_history(arguments) else ()
    with Index(arguments.index) as index:
        found = index.suggest(arguments.text, limit=arguments.limit, past=past)
    if arguments.format == "json":
        rows = [each.to_dict() for each in found]
        streams.write(data.json_text({"text": arguments.text, "suggestions": rows}, indent=sys.stdout.isatty()))
    elif arguments.format == "ndjson":
        streams.write("".join(data.json_text(each.to_dict()) for each in found))
    else:
        streams.write("".join(f"{visible(each.query)}\n" for each in found))
    return FOUND if found else NOTHING_FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", type=decode_word, metavar="TEXT", help=_("what was typed so far"))
    add_index(parser)
    parser.add_argument(
        "-n", "--limit", type=positive, default=8, metavar="N", help=_("number of suggestions (default: 8)")
    )
    add_history(parser)
    add_format(parser, "text", "json", "ndjson")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
"""``searchkit suggest``."""
