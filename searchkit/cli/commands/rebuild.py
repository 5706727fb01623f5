"""``searchkit rebuild-index``: update the index with changed posts."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.cli import streams
from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_format, add_index, positive
from searchkit.cli.output import progress_bar, write_json
from searchkit.cli.precedence import Choice, complete, settled_searches
from searchkit.errors import CorpusNotFound, SearchkitError
from searchkit.messages import N_, _
from searchkit.model import Selection
from searchkit.paths import is_address
from searchkit.render.look import look_of
from searchkit.render.safe import visible_name
from searchkit.settings.location import settings_candidates

if TYPE_CHECKING:
    from searchkit.rebuilding.watching import Task
    from searchkit.reports import RebuildReport

_OF_ALL_POSTS = ("unchanged", "left_out", "removed_left_out", "sites")
"""What of a report tells nothing of a set of changes."""

_EXAMPLES = N_("""\
  searchkit rebuild-index                          only changed posts
  searchkit rebuild-index --dry-run                only report changes
  searchkit rebuild-index --full --jobs 2          all posts, in 2 processes
  searchkit rebuild-index --corpus corpus --index index --format json
  searchkit rebuild-index --dictionary dictionary.txt --synonyms synonyms.txt
  searchkit rebuild-index --corpus . --dry-run     what of this site is a post?
  searchkit rebuild-index --drafts --include README.md --exclude 'diary/'
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.rebuild`` with a progress bar, and print the report; with ``--watch`` until Ctrl-C."""
    if arguments.watch:
        return _watch(arguments)
    complete(arguments)
    report = _rebuild(arguments)
    if arguments.format == "json":
        write_json(report.to_dict())
    elif not arguments.quiet:
        _write_report(report, arguments)
    return FOUND


def _rebuild(arguments: argparse.Namespace) -> RebuildReport:
    from searchkit.building import rebuild

    with progress_bar(arguments.color, quiet=arguments.quiet) as progress, _corpus_by(arguments.choices.corpus):
        return rebuild(
            arguments.corpus,
            arguments.index,
            selection=_selection(arguments),
            dictionary=arguments.dictionary,
            synonyms=arguments.synonyms,
            full=arguments.full,
            repair=arguments.repair,
            dry_run=arguments.dry_run,
            jobs=arguments.jobs,
            allow_empty=arguments.allow_empty,
            timezone=arguments.timezone,
            searches=settled_searches(arguments),
            progress=progress and partial(progress, "posts"),
        )


def _write_report(report: RebuildReport, arguments: argparse.Namespace) -> None:
    from searchkit.render.reports import rebuild_text

    streams.write(rebuild_text(report, look_of(sys.stdout, arguments.color)))


def _watch(arguments: argparse.Namespace) -> int:
    """Print the report of a rebuild, then a line for each set of changes, until Ctrl-C."""
    from searchkit.rebuilding.watching import follow
    from searchkit.render.data import json_text
    from searchkit.render.reports import change_line

    first = True
    with suppress(KeyboardInterrupt):
        for outcome in follow(partial(_task, arguments)):
            now = dt.datetime.now().astimezone()
            if isinstance(outcome, SearchkitError):
                streams.write_error(_("searchkit: error: {message}", message=visible_name(str(outcome))))
                continue
            if arguments.format == "json":
                changes = outcome.to_dict()
                for name in _OF_ALL_POSTS:
                    del changes[name]
                streams.write(json_text({"time": now.isoformat(timespec="seconds")} | changes))
            elif first and not arguments.quiet:
                _write_report(outcome, arguments)
                streams.write(_("watching; Ctrl-C ends it") + "\n")
            elif not arguments.quiet:
                streams.write(change_line(outcome, now))
            first = False
    if sys.stdout.isatty():
        streams.write("\n")  # the terminal has written ^C
    return FOUND


def _task(arguments: argparse.Namespace) -> Task:
    """What to keep up to date, by the settings as they are now."""
    from searchkit.rebuilding.watching import Task

    settled = copy(arguments)
    complete(settled)

    def rebuild() -> RebuildReport:
        report = _rebuild(settled)
        settled.full = arguments.full = False  # only the first rebuild starts anew
        settled.repair = arguments.repair = False
        return report

    word_lists = (Path(file) for file in (settled.dictionary, settled.synonyms) if file)
    settings = map(Path, settings_candidates(settled.choices.start))
    folder = None if is_address(settled.index) else Path(settled.index)
    return Task(Path(settled.corpus), folder, (*settings, *word_lists), rebuild)


def _selection(arguments: argparse.Namespace) -> Selection:
    """Which files are posts."""
    return Selection(
        include=tuple(arguments.include),
        exclude=tuple(arguments.exclude),
        drafts=arguments.drafts,
        follow_links=arguments.follow_links,
    )


@contextmanager
def _corpus_by(choice: Choice) -> Iterator[None]:
    """Says where a corpus is from that does not exist, unless it was typed."""
    try:
        yield
    except CorpusNotFound as error:
        if not choice.source or choice.source.startswith("--"):
            raise
        raise CorpusNotFound(
            error.message, _("correct it in {source}, or use --corpus FOLDER", source=choice.source)
        ) from None


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", metavar="FOLDER", help=_("the posts (default: by the settings, else ./corpus)"))
    add_index(parser)
    parser.add_argument("--dictionary", metavar="FILE", help=_("own words: word [frequency [tag]] per line"))
    parser.add_argument("--synonyms", metavar="FILE", help=_("own synonyms: 番茄 = 西红柿 per line"))
    _add_selection(parser)
    parser.add_argument("--full", action="store_true", help=_("index all posts, changed or not"))
    parser.add_argument("--repair", action="store_true", help=_("check the index, and build it anew if it is damaged"))
    once = parser.add_mutually_exclusive_group()
    once.add_argument("--dry-run", action="store_true", help=_("report changes, write nothing"))
    once.add_argument("--watch", action="store_true", help=_("then follow changes of the posts, until Ctrl-C"))
    parser.add_argument("--jobs", type=positive, metavar="N", help=_("processes (default: one per core)"))
    parser.add_argument("--allow-empty", action="store_true", help=_("empty the index if there are no posts"))
    parser.add_argument("--timezone", metavar="ZONE", help=_("of posts that name none (default: the site's, else UTC)"))
    parser.add_argument("--quiet", action="store_true", help=_("print errors only"))
    add_format(parser, "text", "json")


def _add_selection(parser: argparse.ArgumentParser) -> None:
    """Options that decide which files are posts."""
    parser.add_argument("--drafts", action="store_true", help=_("index drafts, too: _drafts, draft: true"))
    for option, help_text in (
        ("--include", _("index these files or folders, too, that are left out by default: README.md, themes/")),
        ("--exclude", _("leave these files or folders out, as .gitignore writes them: '*.txt', diary/, /2021/*.md")),
    ):
        parser.add_argument(
            option,
            type=decode_path,
            action="append",
            default=[],
            metavar="GLOB",
            help=_("{help_text}; repeatable", help_text=help_text),
        )
    parser.add_argument("--follow-links", action="store_true", help=_("follow links that lead out of the corpus"))


COMMAND = Command(run, _add_arguments, _EXAMPLES)
