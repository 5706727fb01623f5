"""Here is what a rebuild did, what an index is, what was measured: how does a person read it on a terminal?"""

from __future__ import annotations

import datetime as dt
import os
import shlex
from collections.abc import Iterable, Sequence

from rich.style import Style

from searchkit.evaluation.report import Evaluation
from searchkit.language.unigrams import JOINED
from searchkit.model import Analysis, PostProblem, RebuildReport, Status, Token
from searchkit.render.lines import Line, indented, paint
from searchkit.render.look import Look
from searchkit.render.safe import visible
from searchkit.render.terminal import DIM, PLAIN, STRONG, WIDEST
from searchkit.render.wording import ago, duration, posts, size

ATTENTION = Style(bold=True, color="magenta")  # yellow vanishes on white, blue on black

_PROBLEMS_SHOWN = 20
_GAP = "|"


def rebuild_text(report: RebuildReport, look: Look) -> str:
    """What a rebuild did, in numbers, then the posts that need a look."""
    lines: list[Line] = []
    counts = [
        ("added", report.added),
        ("updated", report.updated),
        ("removed", report.removed),
        ("unchanged", report.unchanged),
        ("skipped", len(report.skipped)),
        ("warnings", len(report.warnings)),
    ]
    column = max(len(f"{count:,}") for _, count in counts)
    for name, count in counts:
        attention = ATTENTION if count and name in ("skipped", "warnings") else PLAIN
        lines.append([(f"{name:<10}", DIM), (f"{count:>{column},}", attention)])
    lines += _problem_lines("skipped, and why", report.skipped, look)
    lines += _problem_lines("read as well as could be", report.warnings, look)
    outcome = "would be in the index (dry run, nothing was written)" if report.dry_run else "in the index"
    lines += [[], [(posts(report.documents), STRONG), (f" {outcome}, {duration(report.seconds)}", PLAIN)]]
    return paint(lines, look)


def status_text(status: Status, look: Look, now: dt.datetime | None = None) -> str:
    """What an index holds, and what changed in its corpus since.

    Args:
        status: the facts.
        look: what the terminal can show.
        now: the moment the age counts to; the present by default.
    """
    age = (now or dt.datetime.now(dt.UTC)) - status.built
    changes = [(status.added, "new"), (status.changed, "changed"), (status.removed, "gone")]
    since = ", ".join(f"{count:,} {what}" for count, what in changes if count)
    facts: list[tuple[str, str, Style]] = [
        ("index", visible(status.index), PLAIN),
        ("corpus", visible(status.corpus), PLAIN),
        ("posts", f"{status.documents:,}", STRONG),
        ("size", size(status.bytes), PLAIN),
        ("built", f"{status.built.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC, {ago(age)}", PLAIN),
        ("since", since or "nothing changed in the corpus", ATTENTION if since else PLAIN),
    ]
    lines: list[Line] = [[(f"{name:<8}", DIM), (fact, style)] for name, fact, style in facts]
    if since:
        lines.append([(" " * 8, PLAIN), (f"run: {_rebuild_command(status)}", DIM)])
    return paint(lines, look)


def analysis_text(analysis: Analysis, look: Look) -> str:
    """A text as it is indexed: folded, then its unigrams (``|`` where no phrase crosses), bigrams and words."""
    width = None if look.width is None else min(look.width, WIDEST)
    rows: list[tuple[str, Line]] = [
        ("folded", [(visible(analysis.folded), PLAIN)]),
        ("unigrams", _unigram_line(analysis.unigrams)),
        ("bigrams", _term_line(analysis.bigrams)),
        ("words", _term_line(analysis.words)),
    ]
    lines: list[Line] = []
    for name, row in rows:
        first, *rest = indented(row, 8, width)
        lines += [[(f"{name:<8}", DIM), *first[1:]], *rest]
    return paint(lines, look)


def evaluation_text(evaluation: Evaluation, look: Look) -> str:
    """The measures with their intervals, and what they are of."""
    unjudged = len(evaluation.run) - evaluation.judged
    beside = f", {unjudged:,} more without judgements" if unjudged else ""
    lines: list[Line] = [
        [
            (visible(evaluation.task), STRONG),
            (f": {evaluation.judged:,} judged queries{beside}, {evaluation.documents:,} documents", PLAIN),
        ],
        [],
        [("             mean   95 % interval", DIM)],
    ]
    for name, found in evaluation.measures.items():
        lines.append(
            [(f"{name:<11}", DIM), (f"{found.mean:.4f}", STRONG), (f"   {found.low:.4f} to {found.high:.4f}", PLAIN)]
        )
    each = evaluation.searching_seconds / len(evaluation.run)
    seconds = f"{duration(evaluation.searching_seconds)} searching, {duration(each)} a query"
    lines += [
        [],
        [(f"intervals: {evaluation.method}", DIM)],
        [(f"{duration(evaluation.indexing_seconds)} indexing, {seconds}", DIM)],
    ]
    return paint(lines, look)


def _rebuild_command(status: Status) -> str:
    """The command that brings this index up to date, from the folder where its reader is."""
    words = ["searchkit", "rebuild-index"]
    for option, folder in (("corpus", status.corpus), ("index", status.index)):
        if os.path.abspath(folder) != os.path.abspath(option):
            words += [f"--{option}", folder]
    return visible(shlex.join(words))


def _problem_lines(heading: str, problems: Sequence[PostProblem], look: Look) -> list[Line]:
    if not problems:
        return []
    lines: list[Line] = [[], [(f"{heading}:", DIM)]]
    for problem in problems[:_PROBLEMS_SHOWN]:
        lines += indented([(visible(problem.path), STRONG), (f": {visible(problem.reason)}", PLAIN)], 2, look.width)
    more = len(problems) - _PROBLEMS_SHOWN
    if more > 0:
        lines.append([(f"  and {more:,} more: --format json lists all", DIM)])
    return lines


def _unigram_line(unigrams: Iterable[Token]) -> Line:
    line: Line = []
    gap = JOINED
    for unigram in unigrams:
        if gap != JOINED:
            line.append((f" {_GAP}", DIM))
        line.append((f" {visible(unigram.text)}" if line else visible(unigram.text), PLAIN))
        gap = unigram.gap
    return line or [("none", DIM)]


def _term_line(terms: Iterable[str]) -> Line:
    return [(" ".join(map(visible, terms)), PLAIN)] if terms else [("none", DIM)]
