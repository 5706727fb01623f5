"""Reports for a terminal: rebuilds, the status of an index, analyses and evaluations."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style

from searchkit.language.unigrams import JOINED
from searchkit.messages import N_, _
from searchkit.model import Analysis, Token
from searchkit.paths import absolute
from searchkit.render.lines import Line, indented, pad, paint
from searchkit.render.look import Look
from searchkit.render.safe import visible, visible_name
from searchkit.render.terminal import DIM, MAX_WIDTH, PLAIN, STRONG
from searchkit.render.wording import ago, duration, posts, size
from searchkit.reports import InitReport, PostProblem, RebuildReport, SiteReport, Status

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
        (_("added"), report.added, PLAIN),
        (_("updated"), report.updated, PLAIN),
        (_("removed"), report.removed, PLAIN),
        (_("unchanged"), report.unchanged, PLAIN),
        (_("skipped"), len(report.skipped), ATTENTION),
        (_("warnings"), len(report.warnings), ATTENTION),
    ]
    column = max(len(f"{count:,}") for _name, count, _style in counts)
    for name, count, style in counts:
        lines.append([(pad(name, 10), DIM), (f"{count:>{column},}", style if count else PLAIN)])
    lines += [[], *map(_site_line, report.sites)] if report.sites else []
    if any(report.saved.values()):
        lines += [[], [(_saved_news(report), STRONG)]]
    lines += _left_out_lines(report, look)
    lines += _word_lines(report)
    damage = [PostProblem(problem.file, problem.message) for problem in report.damage]
    heading = _("the index was damaged:") if report.dry_run else _("the index was damaged, and is built anew:")
    lines += _problem_lines(heading, damage, look)
    lines += _problem_lines(_("skipped:"), report.skipped, look)
    lines += _problem_lines(_("indexed with warnings:"), report.warnings, look)
    outcome = _("would be in the index (dry run, nothing was written)") if report.dry_run else _("in the index")
    lines += [[], [(posts(report.documents), STRONG), (f" {outcome}, {duration(report.seconds)}", PLAIN)]]
    return paint(lines, look)


def change_line(report: RebuildReport, at: dt.datetime) -> str:
    """A set of changes in one line: ``14:03:12  +2 ~1 -0 posts, 430 ms; new posts of saved searches: @通关 1``.

    Args:
        report: of the rebuild.
        at: the time on the reader's clock.
    """
    others = (
        (report.reindexed, N_("{count:,} indexed again")),
        (report.changed_words, N_("own words: {count:,} changed")),
        (report.changed_synonyms, N_("own synonyms: {count:,} changed")),
        (len(report.skipped), N_("{count:,} skipped")),
        (len(report.warnings), N_("{count:,} with warnings")),
    )
    done = _(
        "+{added:,} ~{updated:,} -{removed:,} posts, {seconds}",
        added=report.added,
        updated=report.updated,
        removed=report.removed,
        seconds=duration(report.seconds),
    )
    parts = [done, *(_(text, count=count) for count, text in others if count)]
    if any(report.saved.values()):
        parts.append(_saved_news(report))
    return f"{at:%H:%M:%S}  {'; '.join(parts)}\n"


def _saved_news(report: RebuildReport) -> str:
    news = ", ".join(f"@{visible(name)} {count:,}" for name, count in report.saved.items() if count)
    return _("new posts of saved searches: {news}", news=news)


def init_text(report: InitReport, look: Look) -> str:
    """What ``searchkit init`` found and wrote, and the next commands."""
    folder = os.path.dirname(report.file)
    found: Line = [
        (
            _("{posts} in {folder}", posts=posts(report.posts), folder=visible_name(folder)),
            STRONG if report.posts else ATTENTION,
        )
    ]
    lines: list[Line] = [*map(_site_line, report.sites), found]
    if report.word_lists:
        lines.append([(_("word lists: {names}", names=", ".join(report.word_lists)), PLAIN)])
    wrote = _(
        "wrote {file}; the index goes to {index}", file=visible_name(report.file), index=visible_name(report.index)
    )
    lines.append([(wrote, PLAIN)])
    steps = ["searchkit rebuild-index", "searchkit search 词"]
    if folder != os.getcwd():
        steps.insert(0, shlex.join(["cd", folder]))
    first = _("run: {command}", command=visible_name(steps[0]))
    margin = " " * cell_len(_("run: {command}", command=""))
    lines += [[], [(first, DIM)], *([(margin + visible_name(step), DIM)] for step in steps[1:])]
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
    changes = [
        (status.added, N_("{count:,} new")),
        (status.changed, N_("{count:,} changed")),
        (status.removed, N_("{count:,} removed")),
    ]
    lists = [(status.changed_words, _("dictionary")), (status.changed_synonyms, _("synonyms"))]
    kinds = [_(kind, count=count) for count, kind in changes if count] + [name for count, name in lists if count]
    if status.added is None:
        kinds.insert(0, _("unknown: the corpus is not on this machine"))
    changed = ", ".join(kinds)
    by = _("(by {source})", source=visible_name(source))
    facts: list[tuple[str, str, Style]] = [
        (_("index"), visible_name(status.index) + (f"  {by}" if source else ""), PLAIN),
        (_("corpus"), visible_name(status.corpus), PLAIN),
        (_("posts"), f"{status.documents:,}", STRONG),
        (_("size"), size(status.bytes), PLAIN),
        (_("built"), f"{status.built.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC, {ago(age)}", PLAIN),
        (_("changes"), changed or _("none"), ATTENTION if changed else PLAIN),
    ]
    lines: list[Line] = [[(pad(name, 8), DIM), (fact, style)] for name, fact, style in facts]
    if changed and status.added is not None:
        lines.append([(" " * 8, PLAIN), (_("run: {command}", command=_rebuild_command(status, implied)), DIM)])
    return paint(lines, look)


def analysis_text(analysis: Analysis, look: Look) -> str:
    """The analysis of a text: folded text, unigrams with ``|`` at each gap, bigrams, words."""
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    rows: list[tuple[str, Line]] = [
        (_("folded"), [(visible(analysis.folded), PLAIN)]),
        (_("unigrams"), _unigram_line(analysis.unigrams)),
        (_("bigrams"), _term_line(analysis.bigrams)),
        (_("words"), _term_line(analysis.words)),
    ]
    lines: list[Line] = []
    for name, row in rows:
        first, *rest = indented(row, 10, width)
        lines += [[(pad(name, 10), DIM), *first[1:]], *rest]
    return paint(lines, look)


def evaluation_text(evaluation: Evaluation, look: Look) -> str:
    """An evaluation: the measures with their confidence intervals, and the numbers of queries and documents."""
    unjudged = len(evaluation.run) - evaluation.judged
    counts = _(
        ": {judged:,} judged queries, {documents:,} documents", judged=evaluation.judged, documents=evaluation.documents
    )
    if unjudged:
        counts += _("; without judgements: {count:,}", count=unjudged)
    lines: list[Line] = [
        [(visible(evaluation.task), STRONG), (counts, PLAIN)],
        [],
        [(" " * 13 + pad(_("mean"), 7) + _("95 % interval"), DIM)],
    ]
    for name, estimate in evaluation.measures.items():
        interval = "   " + _("{low:.4f} to {high:.4f}", low=estimate.low, high=estimate.high)
        lines.append([(f"{name:<11}", DIM), (f"{estimate.mean:.4f}", STRONG), (interval, PLAIN)])
    per_query = evaluation.searching_seconds / len(evaluation.run)
    seconds = _(
        "{indexing} indexing, {searching} searching, {per_query} per query",
        indexing=duration(evaluation.indexing_seconds),
        searching=duration(evaluation.searching_seconds),
        per_query=duration(per_query),
    )
    lines += [
        [],
        [(_("intervals: {method}", method=evaluation.method), DIM)],
        [(seconds, DIM)],
    ]
    return paint(lines, look)


def _rebuild_command(status: Status, implied: tuple[str, str]) -> str:
    """The command that updates the index, as it has to be typed in the current folder."""
    words = ["searchkit", "rebuild-index"]
    places = (("corpus", status.corpus), ("index", status.index))
    for (option, place), without in zip(places, implied, strict=True):
        if absolute(place) != absolute(without):
            words += [f"--{option}", place]
    return visible_name(shlex.join(words))


def _word_lines(report: RebuildReport) -> list[Line]:
    """What changed in the word lists, and what followed."""
    lines: list[Line] = []
    done = _("{posts} to be re-indexed") if report.dry_run else _("{posts} re-indexed")
    if report.changed_words:
        lines.append([(_("dictionary changed: "), PLAIN), (done.format(posts=posts(report.reindexed)), PLAIN)])
    if report.changed_synonyms:
        lines.append([(_("synonyms changed: "), PLAIN), (done.format(posts=posts(0)), PLAIN)])
    return [[], *lines] if lines else []


def _problem_lines(heading: str, problems: Sequence[PostProblem], look: Look) -> list[Line]:
    if not problems:
        return []
    lines: list[Line] = [[], [(heading, DIM)]]
    for problem in problems[:_MAX_PROBLEMS]:
        lines += indented(
            [(visible_name(problem.path), STRONG), (f": {visible_name(problem.reason)}", PLAIN)], 2, look.width
        )
    more = len(problems) - _MAX_PROBLEMS
    if more > 0:
        lines.append([("  " + _("and {count:,} more: --format json lists all", count=more), DIM)])
    return lines


def _left_out_lines(report: RebuildReport, look: Look) -> list[Line]:
    """What is no post, counted by reason, and how many posts of the index that concerns."""
    if not report.left_out:
        return []
    reasons = ", ".join(
        f"{count:,} {_(_SINGULAR.get(reason, reason) if count == 1 else reason)}"
        for reason, count in report.left_out_by_reason().items()
    )
    lines = indented([(_("left out: "), DIM), (visible(reasons), PLAIN)], 0, look.width)
    if report.removed_left_out:
        removed = _("of the removed posts, {count:,} left out now", count=report.removed_left_out)
        lines.append([(removed, ATTENTION)])
    return [[], *lines]


def _site_line(site: SiteReport) -> Line:
    """Hexo site: 92 posts in source/_posts, 3 elsewhere."""
    (folder, count), *others = site.folders
    parts = [_("{posts} in {folder}", posts=posts(count), folder=folder) if folder != "." else posts(count)]
    parts += [_("{count:,} in {folder}", count=number, folder=other) for other, number in others]
    parts += [_("{count:,} elsewhere", count=site.elsewhere)] if site.elsewhere else []
    name = (
        site.generator
        if site.path in (".", "..")
        else _("{generator} in {folder}", generator=site.generator, folder=site.path)
    )
    return [(visible_name(f"{name}: {', '.join(parts)}"), STRONG)]


def _unigram_line(unigrams: Iterable[Token]) -> Line:
    line: Line = []
    gap = JOINED
    for unigram in unigrams:
        if gap != JOINED:
            line.append((f" {_GAP_MARK}", DIM))
        line.append((f" {visible(unigram.text)}" if line else visible(unigram.text), PLAIN))
        gap = unigram.gap
    return line or [(_("none"), DIM)]


def _term_line(terms: Iterable[str]) -> Line:
    return [(" ".join(map(visible, terms)), PLAIN)] if terms else [(_("none"), DIM)]
