"""Here is what was asked: which call of the library answers it, and how is that shown? A function a command.

Each mirrors a call that Python has too. Imports stand inside: a JSON search needs no rich, ``completion`` no index.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from searchkit.cli import streams

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.model import Document, Results
    from searchkit.render.look import ColorChoice

FOUND = 0
NOTHING_FOUND = 1


def rebuild_index(arguments: Namespace) -> int:
    """``searchkit.rebuild``."""
    from searchkit.index import rebuild

    with _progress(arguments.color, quiet=arguments.quiet) as report:
        done = rebuild(
            arguments.corpus,
            arguments.index,
            full=arguments.full,
            dry_run=arguments.dry_run,
            jobs=arguments.jobs,
            allow_empty=arguments.allow_empty,
            progress=report and partial(report, "posts"),
        )
    if arguments.format == "json":
        _write_json(done.to_dict())
    elif not arguments.quiet:
        from searchkit.render.look import look_of
        from searchkit.render.reports import rebuild_text

        streams.write(rebuild_text(done, look_of(sys.stdout, arguments.color)))
    return FOUND


def search(arguments: Namespace) -> int:
    """``Index.search``."""
    from searchkit.cli import last_search

    from searchkit.index import Index

    filters: dict[str, Any] = {
        "since": arguments.since,
        "until": arguments.until,
        "source": arguments.source,
        "tag": arguments.tag,
    }
    with Index(arguments.index) as index:
        if arguments.count:
            counted = index.search(arguments.query, limit=0, **filters)
            _say_notes(counted, arguments.color)
            streams.write(f"{counted.total}\n")
            return FOUND if counted.total else NOTHING_FOUND
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
        corpus = _corpus(index)
    last_search.remember(arguments.index, results)
    if arguments.format != "json":  # which has them
        _say_notes(results, arguments.color)
    streams.write(_rendered(results, arguments, corpus))
    return FOUND if results.hits else NOTHING_FOUND


def show(arguments: Namespace) -> int:
    """``Index.document``."""
    from searchkit.cli import last_search
    from searchkit.cli.arguments import DEFAULT_INDEX

    from searchkit.index import Index

    folder, path = arguments.index, arguments.post
    if path.isascii() and path.isdigit():
        folder, path = last_search.recall(int(path), folder)
    with Index(folder or DEFAULT_INDEX) as index:
        document = _document(index, path)
    if arguments.format == "json":
        from searchkit.render.data import document_dict

        _write_json(document_dict(document))
        return FOUND
    from searchkit.cli.pager import page
    from searchkit.render.look import look_of
    from searchkit.render.terminal import document_text

    page(document_text(document, look_of(sys.stdout, arguments.color)))
    return FOUND


def status(arguments: Namespace) -> int:
    """``Index.status``."""
    from searchkit.index import Index

    with Index(arguments.index) as index:
        found = index.status()
    if arguments.format == "json":
        _write_json(found.to_dict())
        return FOUND
    from searchkit.render.look import look_of
    from searchkit.render.reports import status_text

    streams.write(status_text(found, look_of(sys.stdout, arguments.color)))
    return FOUND


def analyze(arguments: Namespace) -> int:
    """``searchkit.language.analyze``."""
    from searchkit.language import analyze as analyze_text

    analysis = analyze_text(arguments.text)
    if arguments.format == "json":
        from searchkit.render.data import analysis_dict

        _write_json(analysis_dict(analysis))
        return FOUND
    from searchkit.render.look import look_of
    from searchkit.render.reports import analysis_text

    streams.write(analysis_text(analysis, look_of(sys.stdout, arguments.color)))
    return FOUND


def evaluate(arguments: Namespace) -> int:
    """``searchkit.evaluate``."""
    from searchkit.evaluation import evaluate as evaluate_task

    with _output_file(arguments.run_file) as write_run, _progress(arguments.color) as report:
        found = evaluate_task(
            arguments.task,
            index=arguments.index,
            extra=arguments.extra,
            limit=arguments.limit,
            progress=report,
        )
        write_run(found.trec_run())
    if arguments.format == "json":
        _write_json(found.to_dict())
        return FOUND
    from searchkit.render.look import look_of
    from searchkit.render.reports import evaluation_text

    streams.write(evaluation_text(found, look_of(sys.stdout, arguments.color)))
    return FOUND


def completion(arguments: Namespace) -> int:
    """The script that makes a shell complete commands, options and folders."""
    from searchkit.cli.arguments import build_parser
    from searchkit.errors import MissingDependency

    try:
        import shtab
    except ImportError:
        raise MissingDependency("shtab is not installed", "run: pip install shtab") from None
    parser, commands = build_parser()
    for command in commands.values():
        for action in command._actions:
            if action.dest in ("index", "corpus", "task"):
                setattr(action, "complete", shtab.DIRECTORY)  # noqa: B010 - shtab reads it, argparse does not know it
    streams.write(shtab.complete(parser, arguments.shell))
    return FOUND


def _rendered(results: Results, arguments: Namespace, corpus: str | None) -> str | bytes:
    if arguments.format == "text":
        from searchkit.render.look import look_of
        from searchkit.render.terminal import results_text

        return results_text(results, look_of(sys.stdout, arguments.color), corpus)
    from searchkit.render import data

    terminal = sys.stdout.isatty()
    if arguments.format == "json":
        return data.json_text(results.to_dict(), indent=terminal)
    if arguments.format == "ndjson":
        return data.ndjson_text(results)
    if arguments.format == "csv":
        return data.csv_text(results)
    return data.paths_text(results) if terminal else data.paths_bytes(results)


def _say_notes(results: Results, color: ColorChoice) -> None:
    """How the query was read, on stderr: it is no part of what was found."""
    if results.notes and sys.stderr is not None:
        from searchkit.render.look import look_of
        from searchkit.render.terminal import notes_text

        streams.say(notes_text(results, look_of(sys.stderr, color)).rstrip("\n"))


def _write_json(found: dict[str, Any]) -> None:
    from searchkit.render.data import json_text

    streams.write(json_text(found, indent=sys.stdout.isatty()))


@contextmanager
def _output_file(path: str | None) -> Iterator[Callable[[str], object]]:
    """What writes to this file, which is opened at once: hours later would be late to say that it cannot be."""
    from searchkit.errors import SearchkitError

    if path is None:
        yield lambda text: None
        return
    try:
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield file.write
    except OSError as error:
        raise SearchkitError(f"cannot write {path}: {error.strerror or error}") from None


@contextmanager
def _progress(color: ColorChoice, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr, where a person watches it."""
    if quiet or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield None
        return
    from searchkit.render.look import look_of
    from searchkit.render.progress import progress_bar

    with progress_bar(sys.stderr, color=look_of(sys.stderr, color).color) as report:
        yield report


def _document(index: Index, path: str) -> Document:
    """The post of this path, as the index has it or as the shell completes it: ``corpus/2021/….md``."""
    from searchkit.errors import DocumentNotFound, SearchkitError

    try:
        return index.document(path)
    except DocumentNotFound:
        with suppress(SearchkitError):
            inside = os.path.relpath(path, index.status().corpus)
            return index.document(inside.replace(os.sep, "/"))
        raise  # the error that names the path as it was typed


def _corpus(index: Index) -> str | None:
    """Where the posts are, if the index can tell without looking through all of them."""
    corpus = getattr(index, "corpus", None)
    return None if corpus is None else os.fspath(corpus)
