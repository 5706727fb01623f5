"""The commands: each calls one function of the library and renders what it returns.

Imports that take more than 5 ms and that not every command needs are inside the functions: the index takes 30 ms,
rendering with rich 10 ms.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from searchkit.cli import last_search, streams
from searchkit.cli.arguments import build_parser
from searchkit.cli.precedence import Choice, choose, complete
from searchkit.errors import CorpusNotFound, DocumentNotFound, MissingDependency, SearchkitError
from searchkit.model import DEFAULT_SELECTION, Selection
from searchkit.paths import expanded
from searchkit.render import data
from searchkit.render.look import look_of

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.model import Document, Results
    from searchkit.render.look import ColorChoice
    from searchkit.settings.archive import Settings

FOUND = 0
NOTHING_FOUND = 1
DAMAGED = 1


def init(arguments: Namespace) -> int:
    """Run ``searchkit.initialize``, and print what it found and wrote."""
    from searchkit.initializing import initialize

    found = initialize(arguments.folder, force=arguments.force)
    from searchkit.render.reports import init_text

    streams.write(init_text(found, look_of(sys.stdout, "auto")))
    return FOUND


def rebuild_index(arguments: Namespace) -> int:
    """Run ``searchkit.rebuild`` with a progress bar, and print the report."""
    from searchkit.index import rebuild

    complete(arguments)
    with _progress(arguments.color, quiet=arguments.quiet) as progress, _corpus_by(arguments.choices.corpus):
        report = rebuild(
            arguments.corpus,
            arguments.index,
            selection=_selection(arguments),
            dictionary=arguments.dictionary,
            synonyms=arguments.synonyms,
            full=arguments.full,
            dry_run=arguments.dry_run,
            jobs=arguments.jobs,
            allow_empty=arguments.allow_empty,
            timezone=arguments.timezone,
            progress=progress and partial(progress, "posts"),
        )
    if arguments.format == "json":
        _write_json(report.to_dict())
    elif not arguments.quiet:
        from searchkit.render.reports import rebuild_text

        streams.write(rebuild_text(report, look_of(sys.stdout, arguments.color)))
    return FOUND


def search(arguments: Namespace) -> int:
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
            _write_notes(results, arguments.color)
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
        _write_notes(results, arguments.color)
    streams.write(_render(results, arguments, corpus))
    return FOUND if results.hits else NOTHING_FOUND


def show(arguments: Namespace) -> int:
    """Run ``Index.document``, and show the post in a pager."""
    from searchkit.index import Index

    folder, path = arguments.index, arguments.post
    if path.isascii() and path.isdigit():
        folder, path = last_search.recall(int(path), None if folder is None else str(expanded(folder)))
    else:
        folder = choose(index=folder).index_folder.value
    with Index(folder) as index:
        document = _document(index, path)
    if arguments.format == "json":
        _write_json(data.document_dict(document))
        return FOUND
    from searchkit.cli.pager import page  # subprocess, 5 ms
    from searchkit.render.terminal import document_text

    page(document_text(document, look_of(sys.stdout, arguments.color)))
    return FOUND


def status(arguments: Namespace) -> int:
    """Run ``Index.status``, and print the status."""
    from searchkit.index import Index

    complete(arguments)
    settings = arguments.choices.settings
    with Index(arguments.index) as index:
        current = index.status(_settled_selection(settings), settings)
    if arguments.format == "json":
        _write_json({**current.to_dict(), "settings": settings and os.fspath(settings.file)})
        return FOUND
    from searchkit.render.reports import status_text

    plain = choose()
    implied = (plain.corpus.value, plain.index_folder.value)
    source = arguments.choices.index_folder.source
    streams.write(status_text(current, look_of(sys.stdout, arguments.color), source=source, implied=implied))
    return FOUND


def check(arguments: Namespace) -> int:
    """Run ``searchkit.check``, and print the damaged files."""
    from searchkit.index import check

    complete(arguments)
    problems = check(arguments.index)
    if arguments.format == "json":
        rows = [{"file": problem.file, "message": problem.message} for problem in problems]
        _write_json({"index": arguments.index, "problems": rows})
    else:
        from searchkit.render.reports import check_text

        streams.write(check_text(arguments.index, problems, look_of(sys.stdout, arguments.color)))
    return DAMAGED if problems else FOUND


def analyze(arguments: Namespace) -> int:
    """Run ``searchkit.analyze``, and print the analysis."""
    from searchkit.language import analyze as analyze_text
    from searchkit.settings.wordlists import read_lexicon

    complete(arguments)
    lexicon, _ = read_lexicon(arguments.dictionary, None)
    analysis = analyze_text(arguments.text, lexicon)
    if arguments.format == "json":
        _write_json(data.analysis_dict(analysis))
        return FOUND
    from searchkit.render.reports import analysis_text

    streams.write(analysis_text(analysis, look_of(sys.stdout, arguments.color)))
    return FOUND


def evaluate(arguments: Namespace) -> int:
    """Run ``searchkit.evaluate``, print the measures, and write the run."""
    from searchkit.evaluation import evaluate as evaluate_task

    with _output_file(arguments.run_file) as write_run, _progress(arguments.color) as progress:
        evaluation = evaluate_task(
            arguments.task,
            index=_judged_index(arguments),
            extra=arguments.extra,
            limit=arguments.limit,
            progress=progress,
        )
        write_run(evaluation.trec_run())
    if arguments.format == "json":
        _write_json(evaluation.to_dict())
        return FOUND
    from searchkit.render.reports import evaluation_text

    streams.write(evaluation_text(evaluation, look_of(sys.stdout, arguments.color)))
    return FOUND


def _judged_index(arguments: Namespace) -> str | None:
    """The index of judged posts; None where the task has documents of its own."""
    if arguments.index is None and os.path.exists(expanded(arguments.task) / "corpus.jsonl"):
        return None
    return choose(index=arguments.index).index_folder.value


def _selection(arguments: Namespace) -> Selection:
    """Which files are posts."""
    return Selection(
        include=tuple(arguments.include),
        exclude=tuple(arguments.exclude),
        drafts=arguments.drafts,
        follow_links=arguments.follow_links,
    )


def _settled_selection(settings: Settings | None) -> Selection:
    """Which files are posts for a command without options."""
    return DEFAULT_SELECTION if settings is None else Selection(settings.include, settings.exclude)


def completion(arguments: Namespace) -> int:
    """Print the completion script of a shell, for commands, options and folders."""
    try:
        import shtab  # optional
    except ImportError:
        raise MissingDependency("shtab is not installed", "run: pip install shtab") from None
    parser, commands = build_parser()
    for command in commands.values():
        for action in command._actions:
            if action.dest in ("index", "corpus", "task", "folder"):
                setattr(action, "complete", shtab.DIRECTORY)  # noqa: B010 - an attribute of shtab's
    streams.write(shtab.complete(parser, arguments.shell))
    return FOUND


def _render(results: Results, arguments: Namespace, corpus: str) -> str | bytes:
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


def _write_notes(results: Results, color: ColorChoice) -> None:
    """Print the notes on how the query was parsed to stderr, since they are no results."""
    if results.notes and sys.stderr is not None:
        from searchkit.render.terminal import notes_text

        streams.write_error(notes_text(results, look_of(sys.stderr, color)).rstrip("\n"))


def _write_json(value: dict[str, Any]) -> None:
    streams.write(data.json_text(value, indent=sys.stdout.isatty()))


@contextmanager
def _corpus_by(choice: Choice) -> Iterator[None]:
    """Says where a corpus is from that does not exist, unless it was typed."""
    try:
        yield
    except CorpusNotFound as error:
        if not choice.source or choice.source.startswith("--"):
            raise
        raise CorpusNotFound(error.message, f"correct it in {choice.source}, or use --corpus FOLDER") from None


@contextmanager
def _output_file(path: str | None) -> Iterator[Callable[[str], object]]:
    """Open an output file before the work begins, so that an error is reported at once; yields its write function."""
    if path is None:
        yield lambda text: None
        return
    try:
        with open(expanded(path), "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield file.write
    except OSError as error:
        raise SearchkitError(f"cannot write {path}: {error.strerror or error}") from None


@contextmanager
def _progress(color: ColorChoice, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar if stderr is a terminal; yields the function that advances it, or None."""
    if quiet or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield None
        return
    from searchkit.render.progress import progress_bar

    with progress_bar(sys.stderr, color=look_of(sys.stderr, color).color) as progress:
        yield progress


def _document(index: Index, path: str) -> Document:
    """The post with a path, relative to the corpus or, as the shell completes it, to the current folder."""
    try:
        return index.document(path)
    except DocumentNotFound:
        with suppress(SearchkitError):
            relative = os.path.relpath(expanded(path), index.corpus)
            return index.document(relative.replace(os.sep, "/"))
        raise  # with the path as it was typed
