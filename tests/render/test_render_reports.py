"""Reports of rebuilds, status, analyses and evaluations."""

from __future__ import annotations

import datetime as dt

import pytest

from searchkit.evaluation.report import Estimate, Evaluation
from searchkit.model import Analysis, Token
from searchkit.render.look import Look
from searchkit.render.reports import analysis_text, evaluation_text, rebuild_text, status_text
from searchkit.render.wording import ago, duration, size
from searchkit.reports import PostProblem, RebuildReport, SiteReport, Status

PIPE = Look()


def test_the_report_of_a_rebuild() -> None:
    report = RebuildReport(1234, 0, 2, 9, 1243, (PostProblem("a\x1b.md", "permission denied"),), (), 12.34)
    assert rebuild_text(report, PIPE) == (
        "added     1,234\n"
        "updated       0\n"
        "removed       2\n"
        "unchanged     9\n"
        "skipped       1\n"
        "warnings      0\n"
        "\n"
        "skipped:\n"
        "  a\\x1b.md: permission denied\n"
        "\n"
        "1,243 posts in the index, 12.3 s\n"
    )


def test_only_the_first_warnings_are_listed() -> None:
    warnings = tuple(PostProblem(f"{n}.md", "invalid YAML in front matter") for n in range(133))
    lines = rebuild_text(RebuildReport(133, 0, 0, 0, 133, (), warnings, 1.0), PIPE).splitlines()
    assert lines[-4:-2] == ["  19.md: invalid YAML in front matter", "  and 113 more: --format json lists all"]


def test_the_report_of_a_dry_run() -> None:
    text = rebuild_text(RebuildReport(1, 0, 0, 0, 1, (), (), 0.1, dry_run=True), PIPE)
    assert text.endswith("1 post would be in the index (dry run, nothing was written), 100 ms\n")


def test_a_report_names_the_sites_and_counts_what_is_left_out() -> None:
    left_out = (PostProblem("d.md", "drafts"), *(PostProblem(f"t/{n}.md", "in themes") for n in range(12)))
    sites = (
        SiteReport("Hexo site", ".", (("source/_posts", 92),), 3),
        SiteReport("Obsidian vault", "notes", ((".", 1),), 0),
        SiteReport("Jekyll site", "old", (("_posts", 5), ("_wiki", 2)), 0),
    )
    report = RebuildReport(5, 0, 4, 0, 98, (), (), 1.0, left_out=left_out, removed_left_out=2, sites=sites)
    assert rebuild_text(report, PIPE).splitlines()[6:-2] == [
        "",
        "Hexo site: 92 posts in source/_posts, 3 elsewhere",
        "Obsidian vault in notes: 1 post",
        "Jekyll site in old: 5 posts in _posts, 2 in _wiki",
        "",
        "left out: 12 in themes, 1 draft",
        "of the removed posts, 2 left out now",
    ]


def test_a_status_has_the_changes_and_the_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    built = dt.datetime(2026, 1, 1, 12, 0, tzinfo=dt.UTC)
    status = Status("/index", "/我的 posts", 50546, 194_200_000, built, 12, 0, 3)
    assert status_text(status, PIPE, built + dt.timedelta(days=3)) == (
        "index   /index\n"
        "corpus  /我的 posts\n"
        "posts   50,546\n"
        "size    194.2 MB\n"
        "built   2026-01-01 12:00 UTC, 3 days ago\n"
        "changes 12 new, 3 removed\n"
        "        run: searchkit rebuild-index --corpus '/我的 posts'\n"
    )


def test_an_analysis_marks_gaps() -> None:
    unigrams = (Token("香", 0, 0, 1, 0), Token("港", 1, 1, 2, 2), Token("iphone", 2, 3, 9, 3))
    assert analysis_text(Analysis("香港。iphone", unigrams, ("香港",), ("香港", "iphone")), PIPE) == (
        "folded    香港。iphone\nunigrams  香 港 | iphone\nbigrams   香港\nwords     香港 iphone\n"
    )


def test_an_evaluation() -> None:
    measures = {"MRR@10": Estimate(0.97412, 0.97, 0.9781), "Success@1": Estimate(1.0, 1.0, 1.0)}
    run = {"q1": ("d1",), "q2": (), "q3": (), "q4": ()}
    assert evaluation_text(Evaluation("my\x1b", 1000, 3, measures, "guessed", run, 1.24, 0.02), PIPE) == (
        "my\\x1b: 3 judged queries, 1,000 documents; without judgements: 1\n"
        "\n"
        "             mean   95 % interval\n"
        "MRR@10     0.9741   0.9700 to 0.9781\n"
        "Success@1  1.0000   1.0000 to 1.0000\n"
        "\n"
        "intervals: guessed\n"
        "1.2 s indexing, 20 ms searching, 5 ms per query\n"
    )


def test_durations_sizes_and_ages() -> None:
    assert [duration(s) for s in (0.0004, 0.0031, 0.9999, 1.25, 125)] == [
        "0.4 ms",
        "3 ms",
        "1.0 s",
        "1.2 s",
        "2 min 5 s",
    ]
    assert [size(n) for n in (812, 4200, 194_200_000, 2 * 10**12)] == ["812 bytes", "4.2 kB", "194.2 MB", "2.0 TB"]
    assert [ago(dt.timedelta(seconds=s)) for s in (-5, 59, 60, 7200, 86400)] == [
        "just now",
        "just now",
        "1 minute ago",
        "2 hours ago",
        "1 day ago",
    ]
