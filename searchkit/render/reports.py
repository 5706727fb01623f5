"""Reports for a terminal: rebuilds, the status of an index, analyses and evaluations."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.style import Style

from searchkit.language.unigrams import JOINED
from searchkit.model import Analysis, Token
from searchkit.render.lines import Line, indented, paint
from searchkit.render.look import Look
from searchkit.render.safe import visible
from searchkit.render.terminal import DIM, MAX_WIDTH, PLAIN, STRONG
from searchkit.render.wording import ago, duration, posts, size
from searchkit.reports import InitReport, PostProblem, Problem, RebuildReport, SiteReport, Status

if TYPE_CHECKING:
    from searchkit.evaluation.report import Evaluation

ATTENTION = Style(bold=True, color="magenta")  # readable on both backgrounds; yellow is not on white, nor blue on black

_MAX_PROBLEMS = 20
_GAP_MARK = "|"
_SINGULAR = {
    "drafts": "draft",
    "project files": "project file",
    "word lists": "word list",
    "static HTML pages": "static HTML page",
    "links out of the corpus": "link out of the corpus",
}


def rebuild_text(report: RebuildReport, look: Look) -> str:
    """The report of a rebuild: numbers of posts, then the posts with problems."""
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
    lines += [[], *map(_site_line, report.sites)] if report.sites else []
    lines += _left_out_lines(report, look)
    lines += _word_lines(report)
    lines += _problem_lines("skipped", report.skipped, look)
    lines += _problem_lines("indexed with warnings", report.warnings, look)
    outcome = "would be in the index (dry run, nothing was written)" if report.dry_run else "in the index"
    lines += [[], [(posts(report.documents), STRONG), (f" {outcome}, {duration(report.seconds)}", PLAIN)]]
    return paint(lines, look)


def init_text(report: InitReport, look: Look) -> str:
    """What ``searchkit init`` found and wrote, and the next commands."""
    folder = os.path.dirname(report.file)
    found: Line = [(f"{posts(report.posts)} in {visible(folder)}", STRONG if report.posts else ATTENTION)]
    lines: list[Line] = [*map(_site_line, report.sites), found]
    if report.word_lists:
        lines.append([(f"word lists: {', '.join(report.word_lists)}", PLAIN)])
    lines.append([(f"wrote {visible(report.file)}; the index goes to {visible(report.index)}", PLAIN)])
    steps = ["searchkit rebuild-index", "searchkit search 词"]
    if folder != os.getcwd():
        steps.insert(0, shlex.join(["cd", folder]))
    lines += [[], *([(f"{'     ' if number else 'run: '}{visible(step)}", DIM)] for number, step in enumerate(steps))]
    return paint(lines, look)


def status_text(
    status: Status,
    look: Look,
    now: dt.datetime | None = None,
    *,
    source: str = "",
    implied: tuple[str, str] = ("corpus", "index"),
) -> str:
    """The status of an index, and the changes of its corpus since it was built.

    Args:
        status: the status.
        look: the capabilities of the terminal.
        now: the time from which the age of the index is counted; the present by default.
        source: what says which index it is: an option, an environment variable, a file; empty for the default.
        implied: the corpus and the index of a command without options.
    """
    age = (now or dt.datetime.now(dt.UTC)) - status.built
    changes = [(status.added, "new"), (status.changed, "changed"), (status.removed, "removed")]
    lists = [(status.changed_words, "dictionary"), (status.changed_synonyms, "synonyms")]
    kinds = [f"{count:,} {kind}" for count, kind in changes if count] + [name for count, name in lists if count]
    changed = ", ".join(kinds)
    facts: list[tuple[str, str, Style]] = [
        ("index", visible(status.index) + (f"  (by {visible(source)})" if source else ""), PLAIN),
        ("corpus", visible(status.corpus), PLAIN),
        ("posts", f"{status.documents:,}", STRONG),
        ("size", size(status.bytes), PLAIN),
        ("built", f"{status.built.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC, {ago(age)}", PLAIN),
        ("changes", changed or "none", ATTENTION if changed else PLAIN),
    ]
    lines: list[Line] = [[(f"{name:<8}", DIM), (fact, style)] for name, fact, style in facts]
    if changed:
        lines.append([(" " * 8, PLAIN), (f"run: {_rebuild_command(status, implied)}", DIM)])
    return paint(lines, look)


def check_text(index: str, problems: Sequence[Problem], look: Look) -> str:
    """The damaged files of an index, each with its problem, and the command that rebuilds the index."""
    if not problems:
        return paint([[(f"all files of {visible(index)} are intact", PLAIN)]], look)
    lines: list[Line] = [
        [(f"{visible(problem.file)}: ", STRONG), (visible(problem.message), ATTENTION)] for problem in problems
    ]
    command = ["searchkit", "rebuild-index", "--full", *([] if index == "index" else ["--index", index])]
    return paint([*lines, [(f"run: {shlex.join(command)}", DIM)]], look)


def analysis_text(analysis: Analysis, look: Look) -> str:
    """The analysis of a text: folded text, unigrams with ``|`` at each gap, bigrams, words."""
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    rows: list[tuple[str, Line]] = [
        ("folded", [(visible(analysis.folded), PLAIN)]),
        ("unigrams", _unigram_line(analysis.unigrams)),
        ("bigrams", _term_line(analysis.bigrams)),
        ("words", _term_line(analysis.words)),
    ]
    lines: list[Line] = []
    for name, row in rows:
        first, *rest = indented(row, 10, width)
        lines += [[(f"{name:<10}", DIM), *first[1:]], *rest]
    return paint(lines, look)


def evaluation_text(evaluation: Evaluation, look: Look) -> str:
    """An evaluation: the measures with their confidence intervals, and the numbers of queries and documents."""
    unjudged = len(evaluation.run) - evaluation.judged
    more = f", {unjudged:,} more without judgements" if unjudged else ""
    lines: list[Line] = [
        [
            (visible(evaluation.task), STRONG),
            (f": {evaluation.judged:,} judged queries{more}, {evaluation.documents:,} documents", PLAIN),
        ],
        [],
        [("             mean   95 % interval", DIM)],
    ]
    for name, estimate in evaluation.measures.items():
        interval = f"   {estimate.low:.4f} to {estimate.high:.4f}"
        lines.append([(f"{name:<11}", DIM), (f"{estimate.mean:.4f}", STRONG), (interval, PLAIN)])
    per_query = evaluation.searching_seconds / len(evaluation.run)
    seconds = f"{duration(evaluation.searching_seconds)} searching, {duration(per_query)} per query"
    lines += [
        [],
        [(f"intervals: {evaluation.method}", DIM)],
        [(f"{duration(evaluation.indexing_seconds)} indexing, {seconds}", DIM)],
    ]
    return paint(lines, look)


def _rebuild_command(status: Status, implied: tuple[str, str]) -> str:
    """The command that updates the index, as it has to be typed in the current folder."""
    words = ["searchkit", "rebuild-index"]
    folders = (("corpus", status.corpus), ("index", status.index))
    for (option, folder), without in zip(folders, implied, strict=True):
        if os.path.abspath(folder) != os.path.abspath(without):
            words += [f"--{option}", folder]
    return visible(shlex.join(words))


def _word_lines(report: RebuildReport) -> list[Line]:
    """What changed in the word lists, and what followed."""
    lines: list[Line] = []
    done = "to be re-indexed" if report.dry_run else "re-indexed"
    if report.changed_words:
        lines.append([(f"dictionary changed: {posts(report.reindexed)} {done}", PLAIN)])
    if report.changed_synonyms:
        lines.append([(f"synonyms changed: {posts(0)} {done}", PLAIN)])
    return [[], *lines] if lines else []


def _problem_lines(heading: str, problems: Sequence[PostProblem], look: Look) -> list[Line]:
    if not problems:
        return []
    lines: list[Line] = [[], [(f"{heading}:", DIM)]]
    for problem in problems[:_MAX_PROBLEMS]:
        lines += indented([(visible(problem.path), STRONG), (f": {visible(problem.reason)}", PLAIN)], 2, look.width)
    more = len(problems) - _MAX_PROBLEMS
    if more > 0:
        lines.append([(f"  and {more:,} more: --format json lists all", DIM)])
    return lines


def _left_out_lines(report: RebuildReport, look: Look) -> list[Line]:
    """What is no post, counted by reason, and how many posts of the index that concerns."""
    if not report.left_out:
        return []
    reasons = ", ".join(
        f"{count:,} {_SINGULAR.get(reason, reason) if count == 1 else reason}"
        for reason, count in report.left_out_by_reason().items()
    )
    lines = indented([("left out: ", DIM), (visible(reasons), PLAIN)], 0, look.width)
    if report.removed_left_out:
        lines.append([(f"of the removed posts, {report.removed_left_out:,} left out now", ATTENTION)])
    return [[], *lines]


def _site_line(site: SiteReport) -> Line:
    """Hexo site: 92 posts in source/_posts, 3 elsewhere."""
    (folder, count), *others = site.folders
    parts = [f"{posts(count)} in {folder}" if folder != "." else posts(count)]
    parts += [f"{number:,} in {other}" for other, number in others]
    parts += [f"{site.elsewhere:,} elsewhere"] if site.elsewhere else []
    name = site.generator if site.path in (".", "..") else f"{site.generator} in {site.path}"
    return [(visible(f"{name}: {', '.join(parts)}"), STRONG)]


def _unigram_line(unigrams: Iterable[Token]) -> Line:
    line: Line = []
    gap = JOINED
    for unigram in unigrams:
        if gap != JOINED:
            line.append((f" {_GAP_MARK}", DIM))
        line.append((f" {visible(unigram.text)}" if line else visible(unigram.text), PLAIN))
        gap = unigram.gap
    return line or [("none", DIM)]


def _term_line(terms: Iterable[str]) -> Line:
    return [(" ".join(map(visible, terms)), PLAIN)] if terms else [("none", DIM)]
