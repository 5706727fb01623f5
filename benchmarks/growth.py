"""How costs grow with the number of posts: a table, and a plot.

    python -m benchmarks.growth SAMPLE [--large] [--plot docs/growth.svg] [--work FOLDER] [--json FILE]

Sets of 5,000, 20,000 and 50,000 posts are recombined from the sample (see ``benchmarks.corpora``); with ``--large`` of
100,000, 200,000 and 500,000 more, which take an hour on two cores, and 8 GB of disk. Each set is the beginning of the
next, so posts are added to the folder; the index is made anew from the files. The queries are chosen from the smallest
set and are the same for all. With ``--work`` the largest set and its index are kept there.
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
from benchmarks.corpora import Sample, read_sample, recombined, unpack, write_posts
from benchmarks.figures import FIVE
from benchmarks.measured import Measured, compile_checkout, measure, python
from benchmarks.peers import SEARCHKIT
from benchmarks.suite import JOBS, NEW_POSTS, progress

SIZES = (5_000, 20_000, 50_000)
LARGE_SIZES = (100_000, 200_000, 500_000)
_DISK = 16_000  # bytes a post, files and index together
_COUNT = 60
_FAR = 10_000_000
_LINE = 15.0  # pixels between the names of two lines
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
"""What was measured at one size."""


def rows(sample: Sample, sizes: Sequence[int], work: Path) -> Iterator[Row]:
    """Measure each size, smallest first."""
    corpus, index, queries = work / "corpus", work / "index", work / "queries.json"
    for old in (corpus, index):
        shutil.rmtree(old, ignore_errors=True)
    written = 0
    for size in sizes:
        _check_disk(work, size - written)
        progress(f"{size:,} posts")
        write_posts(recombined(sample, size - written, first=written), corpus)
        if not written:
            _choose(corpus, work / "extracted.jsonl", queries)
        written = size
        yield _row(sample, size, corpus, index, queries)


def _check_disk(work: Path, posts: int) -> None:
    free = shutil.disk_usage(work).free
    if free < posts * _DISK:
        needed, there = posts * _DISK / 1e9, free / 1e9
        sys.exit(f"{posts:,} posts more need {needed:.1f} GB, {work} has {there:.1f}: name another folder with --work")


def _choose(corpus: Path, extracted: Path, queries: Path) -> None:
    from benchmarks.extracted import extract

    extract(corpus, extracted)
    measure(*python("benchmarks.queries", str(extracted), str(queries), "--count", str(_COUNT)))


def _row(sample: Sample, size: int, corpus: Path, index: Path, queries: Path) -> Row:
    full = _rebuild(corpus, index, "--full")
    searches = measure(*python("benchmarks.task", "warm", SEARCHKIT, str(index), str(queries)))
    new = corpus / "new"
    write_posts(recombined(sample, NEW_POSTS, first=_FAR), new)
    added = _rebuild(corpus, index)
    shutil.rmtree(new)
    row = {
        "posts": size,
        "ms a post": full.cpu / size * 1000,
        "wall": full.wall,
        "bytes a post": sum(file.stat().st_size for file in index.iterdir()) / size,
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
    """Of each kind: the median search, and all searches divided by all hits."""
    found: Row = {}
    for kind in FIVE:
        totals, seconds = searches[kind]["totals"], searches[kind]["seconds"]
        medians = [statistics.median(seconds[number :: len(totals)]) for number in range(len(totals))]
        found[f"ms {kind}"] = statistics.median(medians) * 1000
        found[f"us a hit {kind}"] = sum(medians) * 1e6 / max(sum(totals), 1)
    return found


def table(measured: Sequence[Row]) -> Iterator[str]:
    yield _line("posts", [f"{row['posts']:,.0f}" for row in measured])
    yield _line("---", ["---"] * len(measured))
    for name, label, form in (
        ("ms a post", "full rebuild, CPU ms a post", "{:.2f}"),
        ("wall", "full rebuild, wall s", "{:.1f}"),
        ("bytes a post", "index, bytes a post", "{:,.0f}"),
        ("largest", "its largest process, MB", "{:.0f}"),
        ("together", "its processes together, MB", "{:.0f}"),
        ("added wall", f"{NEW_POSTS} posts more, wall s", "{:.2f}"),
        ("added cpu", f"{NEW_POSTS} posts more, CPU s", "{:.2f}"),
        *((f"ms {kind}", f"{kind}, p50 ms", "{:.2f}") for kind in FIVE),
        *((f"us a hit {kind}", f"{kind}, µs a matching post", "{:.2f}") for kind in FIVE),
    ):
        yield _line(label, [form.format(row[name]) for row in measured])


def _line(label: str, cells: Sequence[str]) -> str:
    return f"| {label} | {' | '.join(cells)} |"


def bounds(measured: Sequence[Row]) -> Iterator[str]:
    """What must hold of growth: how often the figure of the smallest set is the largest set's."""
    first, last = measured[0], measured[-1]
    yield f"| {first['posts']:,.0f} to {last['posts']:,.0f} posts | times |"
    yield "|---|---|"
    for name, label in (("ms a post", "full rebuild, CPU a post"), ("together", "its processes together, MB")):
        yield f"| {label} | {last[name] / first[name]:.2f} |"
    for kind in FIVE:
        name = f"us a hit {kind}"
        yield f"| {kind}, µs a matching post | {last[name] / first[name]:.2f} |"
    memory = {row["posts"]: row["together"] for row in measured}
    if {50_000, 200_000} <= set(memory):
        yield f"| memory of 200,000 posts to that of 50,000 (≤ 1.3) | {memory[200_000] / memory[50_000]:.2f} |"


def plot(measured: Sequence[Row], file: Path) -> None:
    """Draw the rows; nothing in the file tells when it was drawn."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update(_STYLE)
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(10, 7), sharex=True, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.15)
    _draw(axes[0][0], measured, "Full rebuild: CPU ms a post", {"ms a post": ""})
    _draw(axes[0][1], measured, "Searching: µs a matching post", {f"us a hit {kind}": kind for kind in FIVE}, log=True)
    _draw(axes[1][0], measured, "Full rebuild: peak MB", {"largest": "largest process", "together": "all together"})
    _draw(axes[1][1], measured, f"{NEW_POSTS} posts more: s", {"added wall": "wall", "added cpu": "CPU"})
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
        _name_lines(axis, sizes[-1], {label: measured[-1][name] for name, label in lines.items()})


def _name_lines(axis: Any, at: float, ends: Mapping[str, float]) -> None:
    """The name of each line beside its end, in its colour; names that would touch are moved apart."""
    below = float("-inf")
    colours = {line.get_label(): line.get_color() for line in axis.lines}
    for label, value in sorted(ends.items(), key=lambda end: end[1]):
        y = axis.transData.transform((at, value))[1]
        below = max(y, below + _LINE)
        offset = (8, (below - y) * 72 / axis.figure.dpi)
        axis.annotate(label, (at, value), offset, textcoords="offset points", va="center", color=colours[label])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", type=Path)
    parser.add_argument("--large", action="store_true", help="up to 500,000 posts")
    parser.add_argument("--sizes", nargs="+", type=int, help="these instead")
    parser.add_argument("--plot", type=Path, help="an .svg or .png")
    parser.add_argument("--work", type=Path, help="work here, and keep the largest set and its index")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
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
