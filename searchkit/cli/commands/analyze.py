"""``searchkit analyze``: show how a text is indexed."""

from __future__ import annotations

import argparse
import sys

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_format
from searchkit.cli.output import write_json
from searchkit.cli.precedence import complete
from searchkit.messages import N_, _
from searchkit.render import data
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit analyze 香港力爭年底前與大陸「小通關」
  searchkit analyze 小通关 --dictionary dictionary.txt
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.analyze``, and print the analysis."""
    from searchkit.language import analyze as analyze_text
    from searchkit.settings.wordlists import read_lexicon

    complete(arguments)
    lexicon, _problems = read_lexicon(arguments.dictionary, None)
    analysis = analyze_text(arguments.text, lexicon)
    if arguments.format == "json":
        write_json(data.analysis_dict(analysis))
        return FOUND
    from searchkit.render.reports import analysis_text

    streams.write(analysis_text(analysis, look_of(sys.stdout, arguments.color)))
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help=_("any text"))
    parser.add_argument("--dictionary", metavar="FILE", help=_("own words: word [frequency [tag]] per line"))
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
