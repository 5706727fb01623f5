"""``searchkit eval``: measure the quality of search by judged queries."""

from __future__ import annotations

import argparse
import os
import sys

from searchkit.cli import streams
from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_format, ten_or_more
from searchkit.cli.output import output_file, progress_bar, write_json
from searchkit.cli.precedence import choose
from searchkit.messages import N_, _
from searchkit.paths import expanded
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit eval drcd-dev                          index, search, measure
  searchkit eval drcd-dev --extra noise.jsonl      with more documents
  searchkit eval my-queries --index index --run before.run   on your own posts
""")

_JUDGED = N_("""\
files in TASK_DIR:
  queries.tsv    one query per line: query id, tab, query
  qrels.txt      one judgement per line: query id, 0, document id,
                 relevance (1 or 0)
  corpus.jsonl   one document per line: {"id": …, "title": …, "date": …,
                 "source": …, "body": …}. Without this file, the ids are
                 paths of posts in the index, as search --format paths
                 prints them: you can judge queries on your own posts.
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.evaluate``, print the measures, and write the run."""
    from searchkit.evaluation import evaluate as evaluate_task

    with output_file(arguments.run_file) as write_run, progress_bar(arguments.color) as progress:
        evaluation = evaluate_task(
            arguments.task,
            index=_judged_index(arguments),
            extra=arguments.extra,
            limit=arguments.limit,
            progress=progress,
        )
        write_run(evaluation.trec_run())
    if arguments.format == "json":
        write_json(evaluation.to_dict())
        return FOUND
    from searchkit.render.reports import evaluation_text

    streams.write(evaluation_text(evaluation, look_of(sys.stdout, arguments.color)))
    return FOUND


def _judged_index(arguments: argparse.Namespace) -> str | None:
    """The index of judged posts; None where the task has documents of its own."""
    if arguments.index is None and os.path.exists(expanded(arguments.task) / "corpus.jsonl"):
        return None
    return choose(index=arguments.index).named_index.value


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", type=decode_path, metavar="TASK_DIR", help=_("a folder with queries and judgements"))
    parser.add_argument("--index", metavar="INDEX", help=_("an index of judged posts, if there is no corpus.jsonl"))
    parser.add_argument(
        "--run", dest="run_file", metavar="FILE", help=_("write the ranking to this file, as a TREC run")
    )
    parser.add_argument("--extra", metavar="FILE", help=_("more documents to index, in the format of corpus.jsonl"))
    parser.add_argument(
        "--limit", type=ten_or_more, default=10, metavar="N", help=_("documents per query in FILE (default: 10)")
    )
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES, more=_JUDGED)
