"""``searchkit search``: find posts, best first."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from searchkit.cli import last_search, streams
from searchkit.cli.argv import decode_word
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import add_format, add_index, names, natural, positive
from searchkit.cli.output import write_notes
from searchkit.cli.precedence import complete
from searchkit.messages import N_
from searchkit.render import data
from searchkit.render.look import look_of

if TYPE_CHECKING:
    from searchkit.model import Results

import argparse

_EXAMPLES = N_("""\
  searchkit search 香港 通关                       both words, both scripts
  searchkit search '"人工智能"'                    this exact phrase
  searchkit search 香港 -通关                      without the second word
  searchkit search title:香港                      in the title
  searchkit search 香港 --sort newest --since 2021-11-01 -n 20
  searchkit search 香港 --source 維港漫遊 --count  only the total
  searchkit search 香港 --recency 1y               rank newer posts higher
  searchkit search 香港 通关 --explain             explain the ranking
  searchkit search 香港 --facets source,year       count by source, year
  searchkit search 香港 --format paths             one path per line
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.search``, and print the page of results or the total."""
    from searchkit.index import Index

    complete(arguments)
    filters: dict[str, Any] = {
        "since": arguments.since,
        "until": arguments.until,
        "source": arguments.source,
        "tag": arguments.tag,
    }
    with Index(arguments.index) as index:
        if arguments.count:
            results = index.search(arguments.query, limit=0, **filters)
            write_notes(results, arguments.color)
            streams.write(f"{results.total}\n")
            return FOUND if results.total else NOTHING_FOUND
        results = index.search(
            arguments.query,
            limit=arguments.limit,
            offset=arguments.offset,
            sort=arguments.sort,
            recency=arguments.recency,
            facets=arguments.facets,
            explain=arguments.explain,
            snippet_chars=arguments.snippet_chars,
            **filters,
        )
        corpus = os.fspath(index.corpus)
    last_search.remember(arguments.index, results)
    if arguments.format != "json":  # the JSON output contains them
        write_notes(results, arguments.color)
    streams.write(_render(results, arguments, corpus))
    return FOUND if results.hits else NOTHING_FOUND


def _render(results: Results, arguments: argparse.Namespace, corpus: str) -> str | bytes:
    """A page of results in the chosen format."""
    if arguments.format == "text":
        from searchkit.render.terminal import results_text

        return results_text(results, look_of(sys.stdout, arguments.color), corpus)
    terminal = sys.stdout.isatty()
    if arguments.format == "json":
        return data.json_text(results.to_dict(), indent=terminal)
    if arguments.format == "ndjson":
        return data.ndjson_text(results)
    if arguments.format == "csv":
        return data.csv_text(results)
    return data.paths_text(results) if terminal else data.paths_bytes(results)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help='words; "…" an exact phrase (quote it for the shell, too: \'"…"\'), -word to exclude a word, '
        "title:word, source:name",
    )
    add_index(parser)
    parser.add_argument("-n", "--limit", type=positive, default=10, metavar="N", help="number of hits (default: 10)")
    parser.add_argument("--offset", type=natural, default=0, metavar="N", help="hits to skip (default: 0)")
    parser.add_argument(
        "--sort",
        choices=("relevance", "newest", "oldest"),
        default="relevance",
        metavar="ORDER",
        help="relevance (default), newest, oldest",
    )
    parser.add_argument("--since", type=decode_word, metavar="DATE", help="posts from then on: 2021-11-01, 去年, 7d")
    parser.add_argument("--until", type=decode_word, metavar="DATE", help="posts up to then: 2021-11, 上个月")
    for option, help_text in (("--source", "posts of this source"), ("--tag", "posts with this tag")):
        parser.add_argument(
            option, type=decode_word, action="append", default=[], metavar="NAME", help=f"{help_text}; repeatable"
        )
    parser.add_argument("--recency", metavar="AGE", help="age at which a score is halved: 90d, 2w, 6m, 1y")
    parser.add_argument(
        "--facets", type=names, default=(), metavar="LIST", help="count the posts by source, tag, year, month"
    )
    parser.add_argument("--count", action="store_true", help="print only the number of matching posts")
    parser.add_argument("--explain", action="store_true", help="explain matches and scores")
    parser.add_argument(
        "--snippet-chars", type=natural, default=120, metavar="N", help="characters of snippets per hit (default: 120)"
    )
    add_format(parser, "text", "json", "ndjson", "csv", "paths")


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
