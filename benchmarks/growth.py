"""Measure how costs grow with the number of posts; prints a table and draws a plot.

    python -m benchmarks.growth SAMPLE [--large] [--plot docs/growth.svg] [--work FOLDER] [--json FILE]

Sets of 5,000, 20,000 and 50,000 posts are generated from the sample (see ``benchmarks.corpora``), with ``--large`` also
of 100,000, 200,000 and 500,000, which takes an hour on two cores and 8 GB of disk. Each set is a prefix of the next, so
posts are added to the folder; the index is rebuilt from all files. The queries are chosen from the smallest set.
``--work`` keeps the largest set and its index in a folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.__main__ import machine
from benchmarks.corpora import Sample, generate, read_sample, unpack, write_posts
from benchmarks.figures import RANKED_KINDS
from benchmarks.measured import Measured, compile_checkout, measure, python
from benchmarks.peers import SEARCHKIT
from benchmarks.suite import JOBS, NEW_POSTS, progress

SIZES = (5_000, 20_000, 50_000)
LARGE_SIZES = (100_000, 200_000, 500_000)
_DISK = 16_000  # bytes per post, files and index together
_COUNT = 60
_FIRST_NEW = 10_000_000  # number of the first of the added posts; larger than any set
_LABEL_HEIGHT = 15.0  # pixels between the labels of two lines
_STYLE = {
    "svg.hashsalt": "searchkit",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e5e5",
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "font.size": 9.5,
}

Row = dict[str, float]
"""The measured values at one size."""


def rows(sample: Sample, sizes: Sequence[int], work: Path) -> Iterator[Row]:
    """Measure each size, in ascending order."""
    corpus, index, queries = work / "corpus", work / "index", work / "queries.json"
    for old in (corpus, index):
        shutil.rmtree(old, ignore_errors=True)
    written = 0
    for size in sizes:
        _check_disk_space(work, size - written)
        progress(f"{size:,} posts")
        write_posts(generate(sample, size - written, first=written), corpus)
        if not written:
            _choose_queries(corpus, work / "extracted.jsonl", queries)
        written = size
        yield _row(sample, size, corpus, index, queries)


def _check_disk_space(work: Path, posts: int) -> None:
    free = shutil.disk_usage(work).free
    if free < posts * _DISK:
        needed = f"{posts:,} more posts need {posts * _DISK / 1e9:.1f} GB"
        sys.exit(f"{needed}, {work} has {free / 1e9:.1f}: set another folder with --work")


def _choose_queries(corpus: Path, extracted: Path, queries: Path) -> None:
    from benchmarks.extracted import extract

    extract(corpus, extracted)
    measure(*python("benchmarks.queries", str(extracted), str(queries), "--count", str(_COUNT)))


def _row(sample: Sample, size: int, corpus: Path, index: Path, queries: Path) -> Row:
    full = _rebuild(corpus, index, "--full")
    searches = measure(*python("benchmarks.task", "warm", SEARCHKIT, str(index), str(queries)))
    new = corpus / "new"
    write_posts(generate(sample, NEW_POSTS, first=_FIRST_NEW), new)
    added = _rebuild(corpus, index)
    shutil.rmtree(new)
    row = {
        "posts": size,
        "ms per post": full.cpu / size * 1000,
        "wall": full.wall,
        "bytes per post": sum(file.stat().st_size for file in index.iterdir()) / size,
        "largest": full.largest,
        "together": full.together,
        "added wall": added.wall,
        "added cpu": added.cpu,
    }
    return row | _queries(json.loads(searches.output.splitlines()[-1]))


def _rebuild(corpus: Path, index: Path, *options: str) -> Measured:
    places = ("--corpus", str(corpus), "--index", str(index), "--jobs", str(JOBS))
    command = python("searchkit", "rebuild-index", *places, "--format", "json", *options)
    return measure(*command, together="--full" in options)


def _queries(searches: Mapping[str, Mapping[str, Sequence[float]]]) -> Row:
    """For each kind: median times of first and of later searches, and the total time divided by the number of hits."""
    row: Row = {}
    for kind in RANKED_KINDS:
        totals, seconds = searches[kind]["totals"], searches[kind]["seconds"]
        medians = [statistics.median(seconds[number :: len(totals)]) for number in range(len(totals))]
        row[f"ms {kind}"] = statistics.median(medians) * 1000
        row[f"first ms {kind}"] = statistics.median(searches[kind]["first"]) * 1000
        row[f"us per match {kind}"] = sum(medians) * 1e6 / max(sum(totals), 1)
    return row


def table(measured: Sequence[Row]) -> Iterator[str]:
    yield _line("posts", [f"{row['posts']:,.0f}" for row in measured])
    yield _line("---", ["---"] * len(measured))
    for name, label, form in (
        ("ms per post", "full rebuild, CPU ms per post", "{:.2f}"),
        ("wall", "full rebuild, wall s", "{:.1f}"),
        ("bytes per post", "index, bytes per post", "{:,.0f}"),
        ("largest", "its largest process, MB", "{:.0f}"),
        ("together", "all its processes, MB", "{:.0f}"),
        ("added wall", f"add {NEW_POSTS} posts, wall s", "{:.2f}"),
        ("added cpu", f"add {NEW_POSTS} posts, CPU s", "{:.2f}"),
        *((f"ms {kind}", f"{kind}, p50 ms", "{:.2f}") for kind in RANKED_KINDS),
        *((f"first ms {kind}", f"{kind}, first run, p50 ms", "{:.2f}") for kind in RANKED_KINDS),
        *((f"us per match {kind}", f"{kind}, µs per match", "{:.2f}") for kind in RANKED_KINDS),
    ):
        yield _line(label, [form.format(row[name]) for row in measured])


def _line(label: str, cells: Sequence[str]) -> str:
    return f"| {label} | {' | '.join(cells)} |"


def bounds(measured: Sequence[Row]) -> Iterator[str]:
    """The growth from the smallest to the largest set, as a ratio."""
    first, last = measured[0], measured[-1]
    yield f"| {first['posts']:,.0f} to {last['posts']:,.0f} posts | times |"
    yield "|---|---|"
    for name, label in (("ms per post", "full rebuild, CPU per post"), ("together", "all its processes, MB")):
        yield f"| {label} | {last[name] / first[name]:.2f} |"
    for kind in RANKED_KINDS:
        name = f"us per match {kind}"
        yield f"| {kind}, µs per match | {last[name] / first[name]:.2f} |"
    memory = {row["posts"]: row["together"] for row in measured}
    if {50_000, 200_000} <= set(memory):
        yield f"| memory of 200,000 posts ÷ that of 50,000 (≤ 1.3) | {memory[200_000] / memory[50_000]:.2f} |"


def plot(measured: Sequence[Row], file: Path) -> None:
    """Draw the rows to a file that contains no date, so that equal rows make equal files."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update(_STYLE)
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(10, 7), sharex=True, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.15)
    _draw(axes[0][0], measured, "Full rebuild: CPU ms per post", {"ms per post": ""})
    searching = {f"us per match {kind}": kind for kind in RANKED_KINDS}
    _draw(axes[0][1], measured, "Searching: µs per match", searching, log=True)
    _draw(axes[1][0], measured, "Full rebuild: peak MB", {"largest": "largest process", "together": "all processes"})
    _draw(axes[1][1], measured, f"Add {NEW_POSTS} posts: s", {"added wall": "wall", "added cpu": "CPU"})
    for axis in axes[1]:
        axis.set_xlabel("posts")
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _draw(axis: Any, measured: Sequence[Row], title: str, lines: Mapping[str, str], *, log: bool = False) -> None:
    sizes = [row["posts"] for row in measured]
    for name, label in lines.items():
        axis.plot(sizes, [row[name] for row in measured], marker="o", label=label)
    axis.set_xscale("log")
    axis.set_xticks(sizes, [f"{size / 1000:g}k" for size in sizes])
    axis.minorticks_off()
    if log:
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter("{x:g}")
    else:
        axis.set_ylim(0, axis.get_ylim()[1] * 1.1)
    axis.set_title(title, loc="left")
    if any(lines.values()):
        _label_lines(axis, sizes[-1], {label: measured[-1][name] for name, label in lines.items()})


def _label_lines(axis: Any, at: float, ends: Mapping[str, float]) -> None:
    """Write the label of each line at its end, in its colour, without overlaps."""
    below = float("-inf")
    colours = {line.get_label(): line.get_color() for line in axis.lines}
    for label, value in sorted(ends.items(), key=lambda end: end[1]):
        y = axis.transData.transform((at, value))[1]
        below = max(y, below + _LABEL_HEIGHT)
        offset = (8, (below - y) * 72 / axis.figure.dpi)
        axis.annotate(label, (at, value), offset, textcoords="offset points", va="center", color=colours[label])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", type=Path)
    parser.add_argument("--large", action="store_true", help="up to 500,000 posts")
    parser.add_argument("--sizes", nargs="+", type=int, help="other sizes")
    parser.add_argument("--plot", type=Path, help="an .svg or .png file")
    parser.add_argument("--work", type=Path, help="folder for the set and the index")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    sizes = options.sizes or (SIZES + LARGE_SIZES if options.large else SIZES)
    measured: list[Row] = []
    compile_checkout()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        for row in rows(read_sample(unpack(options.sample, Path(temporary) / "sample")), sorted(sizes), work):
            measured.append(row)
            if options.json:
                options.json.write_text(json.dumps(measured, indent=1), "utf-8")
    print(f"{machine()}\n", *table(measured), "", *bounds(measured), sep="\n")
    if options.plot:
        plot(measured, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
