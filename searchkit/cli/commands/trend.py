"""``searchkit trend``: show how often words come up over time."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from searchkit.cli import streams
from searchkit.cli.argv import decode_word
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_filters, add_format, add_index, filters
from searchkit.cli.output import write_table
from searchkit.cli.precedence import complete, settled_searches
from searchkit.errors import SearchkitError
from searchkit.messages import N_, _
from searchkit.paths import expanded

if TYPE_CHECKING:
    from searchkit.analysis.counts import Trend

_CHARTS = ("svg", "png")

_EXAMPLES = N_("""\
  searchkit trend 高铁                             posts by month
  searchkit trend 高铁 公園 --by year              two words compared
  searchkit trend 高铁 --by year --share           the part of all posts
  searchkit trend '香港 通关' --by day --since 2021-11
  searchkit trend 高铁 --format csv                every number
""")

_MORE = N_("""\
  Each argument is a query of its own. Days, weeks (ISO 8601), months and years
  are those of the posts' authors. --format svg and png draw a chart; they need
  pip install 'searchkit[notebook]'.
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.trend``, and draw it."""
    from searchkit.index import Index
    from searchkit.render.trends import trend_text

    complete(arguments)
    with Index(arguments.index, settled_searches(arguments)) as index:
        trend = index.trend(arguments.words, by=arguments.by, share=arguments.share, **filters(arguments))
    if arguments.format in _CHARTS:
        _write_chart(trend, arguments.format, arguments.output)
    elif arguments.output is not None:
        raise SearchkitError(_("--output is for --format svg and png"), _("redirect with > instead"))
    else:
        write_table(trend, arguments, trend_text)
    return FOUND if any(map(any, trend.counts)) or any(trend.undated) else NOTHING_FOUND


def _write_chart(trend: Trend, kind: str, output: str | None) -> None:
    """Write a chart to a file, or to standard output if that is none that people look at."""
    from searchkit.render.charts import png, svg

    if output is None and sys.stdout.isatty():
        raise SearchkitError(_("a chart is not for a terminal"), _("use --output FILE"))
    chart = svg(trend).encode() if kind == "svg" else png(trend)
    if output is None:
        streams.write(chart)
        return
    try:
        expanded(output).write_bytes(chart)
    except OSError as error:
        raise SearchkitError(_("cannot write {path}: {reason}", path=output, reason=error.strerror or error)) from None


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="+", type=decode_word, metavar="WORD", help=_("a query each, written as for search")
    )
    add_index(parser)
    parser.add_argument(
        "--by",
        choices=("year", "month", "week", "day"),
        default="month",
        metavar="PERIOD",
        help=_("year, month (default), week, day"),
    )
    parser.add_argument("--share", action="store_true", help=_("the part of all posts of a period, not their number"))
    add_filters(parser)
    parser.add_argument("--output", metavar="FILE", help=_("the file to write a chart to"))
    add_format(parser, "text", "json", "ndjson", "csv", *_CHARTS)


COMMAND = Command(run, _add_arguments, _EXAMPLES, more=_MORE)
