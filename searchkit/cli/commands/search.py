"""``searchkit search``: find posts, best first."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from searchkit.cli import last_search, streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND, NOTHING_FOUND
from searchkit.cli.options import (
    add_filters,
    add_format,
    add_history,
    add_index,
    keeps_history,
    names,
    natural,
    number_or_all,
)
from searchkit.cli.output import write_facets, write_notes
from searchkit.cli.precedence import complete, settled_searches
from searchkit.messages import N_, _
from searchkit.render import data
from searchkit.render.look import look_of
from searchkit.searching import history

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.model import Hit, Results
    from searchkit.render.look import Look

_EXAMPLES = N_("""\
  searchkit search 香港 通关                       both words, both scripts
  searchkit search '"人工智能"'                    this exact phrase
  searchkit search 香港 -通关                      without the second word
  searchkit search title:香港                      in the title
  searchkit search 香港 --sort newest --since 2021-11-01 -n 20
  searchkit search 香港 --source 維港漫遊 --count  only the total
  searchkit search 香港 --recency 1y               rank newer posts higher
  searchkit search @通关 is:new                    a saved search, its new posts
  searchkit search 香港 通关 --explain             explain the ranking
  searchkit search 香港 --facets source,year       count by source, year
  searchkit search 香港 --pager                    page through the hits
  searchkit search 香港 --format paths             one path per line
  searchkit search 香港 -n all --format paths0 --absolute | xargs -0 wc -m
  searchkit search 香港 -n all --format ndjson | head -3
  searchkit search 香港 --facets tag --count --format csv
""")

_IN_A_PIPE = 10
_IN_A_PAGER = 100
_LINES_OF_A_HIT = 3  # at least: title, metadata, an empty line
_BELOW = 2  # lines of the screen for the prompt and the line above it
_SMALL = 30  # lines of a screen on which a snippet has one line
_SNIPPET_CHARS = 120
_FIRST_HITS, _MORE_HITS = 20, 500  # of a stream, which begins at once


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.search``, and print the page of results or the total."""
    from searchkit.index import Index

    complete(arguments)
    look = look_of(sys.stdout, arguments.color)
    with Index(arguments.index, settled_searches(arguments)) as index:
        if keeps_history(arguments):
            history.remember(arguments.query)
        if arguments.count:
            return _print_total(index, arguments)
        if arguments.format == "ndjson" and not (arguments.pager or arguments.best_last):
            return _stream(index, arguments)
        return _print_page(index, arguments, look)


def _print_total(index: Index, arguments: argparse.Namespace) -> int:
    """The number of posts; with facets, these in the chosen format."""
    results = _search(index, arguments, 0)
    write_notes(results, arguments.color)
    if results.facets and arguments.format == "json":
        streams.write(data.json_text(results.to_dict(), indent=sys.stdout.isatty()))
    elif results.facets and arguments.format == "ndjson":
        streams.write(data.facets_ndjson(results.facets))
    elif results.facets and arguments.format == "csv":
        streams.write(data.facets_csv(results.facets))
    else:
        streams.write(f"{results.total}\n")
        write_facets(results, arguments.color, sys.stdout)
    return FOUND if results.total else NOTHING_FOUND


def _stream(index: Index, arguments: argparse.Namespace) -> int:
    """The hits as JSON lines, written page by page, so that the first are there at once."""
    pages = _pages(index, arguments)
    first = next(pages)
    _write_beside(first, arguments)
    hits: list[Hit] = []
    try:
        for results in chain([first], pages):
            hits += results
            streams.write(data.ndjson_text(_located(results, index, arguments)))
    finally:  # also where the reader has seen enough
        last_search.remember(replace(first, hits=tuple(hits)))
    return FOUND if hits else NOTHING_FOUND


def _pages(index: Index, arguments: argparse.Namespace) -> Iterator[Results]:
    """The first page, perhaps without hits, and those after it that have any."""
    wanted = arguments.limit or _IN_A_PIPE
    done, size = 0, min(wanted, _FIRST_HITS)
    results = _search(index, arguments, size)
    yield results
    while len(results) == size and (done := done + size) < wanted:
        size = min(wanted - done, _MORE_HITS)
        results = _search(index, arguments, size, arguments.offset + done)
        if results:
            yield results


def _print_page(index: Index, arguments: argparse.Namespace, look: Look) -> int:
    """One page in the chosen format; on a terminal as much as the screen has room for, unless a number was typed."""
    corpus = _linked_folder(index, look)
    screen = look.height if arguments.format == "text" and not arguments.pager else None
    if arguments.limit or screen is None:
        paging = arguments.pager and look.height
        results = _search(index, arguments, arguments.limit or (_IN_A_PAGER if paging else _IN_A_PIPE))
    else:
        from searchkit.render.terminal import fitting

        results = _search(index, arguments, max(screen // _LINES_OF_A_HIT, 1))
        rows = screen - _BELOW - len(results.notes)
        results = fitting(_located(results, index, arguments), look, corpus, rows)
    last_search.remember(results)
    _write_beside(results, arguments)
    shown = _located(results, index, arguments)
    if arguments.best_last:
        shown = replace(shown, hits=shown.hits[::-1])
    output = _render(shown, arguments, look, corpus)
    if arguments.pager and isinstance(output, str):
        from searchkit.cli.pager import page  # subprocess, 5 ms

        page(output)
    else:
        streams.write(output)
    return FOUND if results.hits else NOTHING_FOUND


def _linked_folder(index: Index, look: Look) -> str | None:
    """The corpus folder, if the terminal can link to files in it; that of an address may be on another machine."""
    folder = os.fspath(index.corpus) if look.links else ""
    return folder if os.path.isdir(folder) else None


def _search(index: Index, arguments: argparse.Namespace, limit: int, offset: int | None = None) -> Results:
    first = offset is None  # page of a stream
    return index.search(
        arguments.query,
        limit=limit,
        offset=arguments.offset if offset is None else offset,
        sort=arguments.sort,
        recency=arguments.recency,
        facets=arguments.facets if first else (),
        explain=arguments.explain,
        snippet_chars=_snippet_chars(arguments),
        since=arguments.since,
        until=arguments.until,
        source=arguments.source,
        tag=arguments.tag,
    )


def _snippet_chars(arguments: argparse.Namespace) -> int:
    """The typed number; on a small screen what fits into a line, since a Han character takes two of its columns."""
    typed: int | None = arguments.snippet_chars
    if typed is not None:
        return typed
    look = look_of(sys.stdout)
    if arguments.format != "text" or arguments.pager or not look.height or look.height >= _SMALL:
        return _SNIPPET_CHARS
    return min(_SNIPPET_CHARS, max(((look.width or 80) - 4) // 2, 20))


def _located(results: Results, index: Index, arguments: argparse.Namespace) -> Results:
    """The page with the paths that were asked for."""
    if not arguments.absolute:
        return results
    folder = os.path.abspath(index.corpus)
    hits = (
        replace(hit, path=os.path.join(folder, hit.path), also=tuple(os.path.join(folder, path) for path in hit.also))
        for hit in results
    )
    return replace(results, hits=tuple(hits))


def _write_beside(results: Results, arguments: argparse.Namespace) -> None:
    """What is no hit, and has no place in the chosen format, goes to stderr."""
    if arguments.format == "json":  # contains it
        return
    write_notes(results, arguments.color)
    if arguments.format != "text" and sys.stderr is not None:
        write_facets(results, arguments.color, sys.stderr)


def _render(results: Results, arguments: argparse.Namespace, look: Look, corpus: str | None) -> str | bytes:
    """A page of results in the chosen format."""
    terminal = sys.stdout.isatty()
    match arguments.format:
        case "text":
            from searchkit.render.terminal import results_text

            return results_text(results, look, corpus)
        case "json":
            return data.json_text(results.to_dict(), indent=terminal)
        case "ndjson":
            return data.ndjson_text(results)
        case "csv":
            return data.csv_text(results)
        case "paths0":
            return data.paths_text(results, "\0") if terminal else data.paths_bytes(results, "\0")
        case _:
            return data.paths_text(results) if terminal else data.paths_bytes(results)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help=_(
            'words; "…" an exact phrase (quote it for the shell, too: \'"…"\'), -word to exclude a word, title:word, '
            "source:name"
        ),
    )
    add_index(parser)
    parser.add_argument(
        "-n",
        "--limit",
        type=number_or_all,
        metavar="N",
        help=_("number of hits, or all (default: what the screen has room for; 10 in a pipe, 100 in the pager)"),
    )
    parser.add_argument("--offset", type=natural, default=0, metavar="N", help=_("hits to skip (default: 0)"))
    parser.add_argument(
        "--sort",
        choices=("relevance", "newest", "oldest"),
        default="relevance",
        metavar="ORDER",
        help=_("relevance (default), newest, oldest"),
    )
    add_filters(parser)
    parser.add_argument("--recency", metavar="AGE", help=_("age at which a score is halved: 90d, 2w, 6m, 1y"))
    parser.add_argument(
        "--facets",
        type=names,
        default=(),
        metavar="LIST",
        help=_("count the posts by source, tag, year, month; with --count, print these counts alone"),
    )
    parser.add_argument("--count", action="store_true", help=_("print only the number of matching posts"))
    parser.add_argument("--explain", action="store_true", help=_("explain matches and scores"))
    parser.add_argument(
        "--snippet-chars",
        type=natural,
        metavar="N",
        help=_("characters of snippets per hit (default: 120; one line on a small screen)"),
    )
    parser.add_argument("--pager", action="store_true", help=_("show the hits in the pager"))
    parser.add_argument("--best-last", action="store_true", help=_("print the best hit last, next to the prompt"))
    parser.add_argument("--absolute", action="store_true", help=_("print absolute paths"))
    add_history(parser)
    add_format(parser, "text", "json", "ndjson", "csv", "paths", "paths0")


COMMAND = Command(run, _add_arguments, _EXAMPLES, queries=True)
