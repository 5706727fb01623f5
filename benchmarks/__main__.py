"""What a rebuild and a search cost, on real posts.

    python -m benchmarks ARCHIVE [--posts N] [--jobs N]

ARCHIVE is a folder of posts, or a .tar.xz of one. Prints a table; nothing of it is kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import searchkit

NEW_POSTS = 100
ONE_SHOTS = 7
WARM_ROUNDS = 5

QUERIES = {
    "common word": ("中国", "經濟", "政府", "香港", "疫情"),
    "rare word": ("量子计算", "颱風假", "海底隧道", "紫砂壶", "金庸"),
    "two words": ("香港 通关", "經濟 復甦", "高铁 票价", "大学 科研", "疫苗 接种"),
    "exact phrase": ('"中国经济"', '"國際社會"', '"人工智能"', '"立法會議員"', '"高等教育"'),
    "with dates": ("香港", "美国", "選舉", "学校", "北京"),
}


def posts_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".md", ".markdown", ".html"})


def unpacked(archive: Path, into: Path) -> Path:
    """The folder of posts: a copy, so that posts can be taken out and put back."""
    if archive.is_dir():
        shutil.copytree(archive, into, symlinks=True)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(into, filter="data")
    return into


def keep(posts: list[Path], number: int | None, folder: Path) -> list[Path]:
    """Remove all but a random sample of the posts."""
    chosen = set(random.Random(1).sample(posts, number)) if number and number < len(posts) else set(posts)
    for post in posts:
        if post not in chosen:
            post.unlink()
    return posts_in(folder)


def timed_process(*command: str) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds, peak memory in MB (of the largest process) and output of a command."""
    script = (
        "import resource,subprocess,sys,time,json;t=time.perf_counter();"
        "p=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,text=True);"
        "u=resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([time.perf_counter()-t,u.ru_utime+u.ru_stime,u.ru_maxrss/1024,p.returncode,p.stdout]))"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], stdout=subprocess.PIPE, text=True, check=True)
    wall, cpu, memory, status, output = json.loads(done.stdout)
    if status not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit {status}")
    return wall, cpu, memory, output


def searchkit_command(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "searchkit", *arguments)


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered) * 1000:.1f} / {p95 * 1000:.1f} ms"


def warm(index: searchkit.Index, kind: str) -> list[float]:
    dates = {"since": "2021", "until": "2022"} if kind == "with dates" else {}
    times = []
    for round_ in range(WARM_ROUNDS + 1):
        for query in QUERIES[kind]:
            began = time.perf_counter()
            index.search(query, **dates)
            if round_:
                times.append(time.perf_counter() - began)
    return times


def measurements(corpus: Path, index: Path, jobs: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    posts = posts_in(corpus)
    aside = corpus.parent / "aside"
    new = random.Random(2).sample(posts, min(NEW_POSTS, len(posts) // 2))
    rebuild = searchkit_command(
        "rebuild-index", "--corpus", str(corpus), "--index", str(index), "--format", "json", *jobs
    )

    wall, cpu, memory, output = timed_process(*rebuild, "--full")
    full_wall = wall
    report = json.loads(output)
    with searchkit.open(index) as opened:
        texts = [document.title + document.body for document in opened.documents()]
    characters, size = sum(map(len, texts)), sum(len(text.encode()) for text in texts)
    on_disk = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    yield "posts", f"{report['documents']:,} ({characters / 1e6:.1f} million characters, {size / 1e6:.1f} MB of text)"
    yield "full rebuild", f"{wall:.1f} s, {cpu:.1f} CPU s"
    yield "", f"{report['documents'] / wall:,.0f} posts/s, {characters / wall:,.0f} characters/s"
    yield "peak memory of a process", f"{memory:,.0f} MB"
    yield "index size", f"{on_disk / 1e6:,.1f} MB, {on_disk / size:.2f} bytes per byte of text"

    wall, *_ = timed_process(*rebuild)
    yield "unchanged rebuild", f"{wall:.2f} s, {full_wall / wall:,.0f} times as fast"

    aside.mkdir()
    moved = [(post, aside / f"{number}{post.suffix}") for number, post in enumerate(new)]
    for post, away in moved:
        os.replace(post, away)
    timed_process(*rebuild)
    for post, away in moved:
        os.replace(away, post)
    wall, *_ = timed_process(*rebuild)
    yield f"rebuild after {len(new)} new posts", f"{wall:.2f} s"

    one_shot = searchkit_command("search", "香港 通关", "--index", str(index), "--format", "json")
    shots = [timed_process(*one_shot) for _ in range(ONE_SHOTS)]
    yield "one-shot search, p50", f"{statistics.median(shot[0] for shot in shots):.2f} s, {shots[0][2]:.0f} MB"
    with searchkit.open(index) as opened:
        for kind in QUERIES:
            yield f"warm {kind}, p50 / p95", percentiles(warm(opened, kind))


def table(rows: Iterator[tuple[str, str]], write: Callable[[str], object]) -> None:
    for name, value in rows:
        write(f"| {name} | {value} |")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--posts", type=int, help="take a random sample of so many posts")
    parser.add_argument("--jobs", help="processes of a rebuild")
    options = parser.parse_args(arguments)
    jobs = ("--jobs", options.jobs) if options.jobs else ()
    with tempfile.TemporaryDirectory() as work:
        corpus = unpacked(options.archive, Path(work) / "corpus")
        keep(posts_in(corpus), options.posts, corpus)
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {dt.date.today()}\n")
        print("| what | measured |\n|---|---|")
        table(measurements(corpus, Path(work) / "index", jobs), lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
