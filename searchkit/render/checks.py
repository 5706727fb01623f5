"""What a check of an index found, as text."""

from __future__ import annotations

import shlex

from searchkit.messages import _
from searchkit.render.lines import Line, indented, paint
from searchkit.render.look import Look
from searchkit.render.reports import ATTENTION
from searchkit.render.safe import visible
from searchkit.render.terminal import DIM, STRONG
from searchkit.render.wording import posts, size
from searchkit.reports import CheckReport

_MAX_STALE = 10


def check_text(report: CheckReport, look: Look) -> str:
    """What is wrong, and the command that mends it; what was read, and what changed in the corpus."""
    lines: list[Line] = []
    for problem in report.problems:
        lines += _problem(problem.file, problem.message, look)
    for post in report.stale[:_MAX_STALE]:
        lines += _problem(post.path, post.reason, look)
    if len(report.stale) > _MAX_STALE:
        more = len(report.stale) - _MAX_STALE
        lines.append([("  " + _("and {count:,} more: --format json lists all", count=more), DIM)])
    if report.is_whole:
        lines.append([(_("{index} is whole", index=visible(report.index)), STRONG)])
        lines.append([(_what_was_read(report), DIM)])
    lines += [[(_changes(report), DIM)]] if report.corpus else []
    if not report.is_whole:
        option = "--repair" if report.problems else "--full"
        command = ["searchkit", "rebuild-index", option, *_option(report.index)]
        lines.append([(_("run: {command}", command=visible(shlex.join(command))), DIM)])
    return paint(lines, look)


def _option(index: str) -> list[str]:
    return [] if index == "index" else ["--index", index]


def _problem(what: str, reason: str, look: Look) -> list[Line]:
    return indented([(f"{visible(what)}: ", STRONG), (visible(reason), ATTENTION)], 0, look.width)


def _what_was_read(report: CheckReport) -> str:
    return _(
        "{posts}, {size}: all read; {analysed:,} analysed again, {compared:,} compared with their files",
        posts=posts(report.documents),
        size=size(report.bytes),
        analysed=report.analysed,
        compared=report.compared,
    )


def _changes(report: CheckReport) -> str:
    """How the corpus differs from the index."""
    corpus = visible(report.corpus)
    if report.added is None:
        return _("not compared with {corpus}", corpus=corpus)
    if not (report.added or report.changed or report.removed):
        return _("no changes in {corpus} since it was built", corpus=corpus)
    return _(
        "in {corpus} since it was built: {added:,} new, {changed:,} changed, {removed:,} removed",
        corpus=corpus,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
    )
