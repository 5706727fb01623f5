"""Compare searchkit with other search systems, on the same posts and queries, in one run.

    python -m benchmarks SAMPLE [--posts N] [--peers A,B] [--work FOLDER] [--json FILE]

SAMPLE is a folder of Jekyll posts, or a .tar.xz of one. With ``--posts``, a set of N posts is generated from it (see
``benchmarks.corpora``). Every system runs every task in a process of its own, one after the other. Prints Markdown
tables. ``--work`` keeps the set and the indexes in a folder, and reuses a set that is already there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.bounds import bounds_table
from benchmarks.figures import Figures, hits_table, table
from benchmarks.measured import compile_checkout
from benchmarks.peers import NAMES, missing
from benchmarks.suite import Suite, prepare, progress


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {dt.date.today()}"


def _present(names: list[str]) -> list[str]:
    """The names of the installed systems; prints those that are missing."""
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"unknown peers: {', '.join(unknown)}; known are {', '.join(NAMES)}")
    for name in names:
        if missing(name):
            print(f"skipped {name}: {', '.join(missing(name))} is not installed\n")
    return [name for name in names if not missing(name)]


def _run(options: argparse.Namespace, work: Path) -> Figures:
    progress("posts and queries")
    compile_checkout()
    suite = Suite(prepare(options.sample, options.posts, work), options.tutorial_posts, options.repeat, progress)
    for figures in suite.run(_present(options.peers.split(","))):
        if options.json:
            options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    return suite.figures


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sample", type=Path)
    parser.add_argument("--posts", type=int, help="generate a set of N posts; by default, the sample itself is used")
    parser.add_argument("--peers", default=",".join(NAMES), help="names separated by commas, in the order to run")
    parser.add_argument("--work", type=Path, help="folder for the set and the indexes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--repeat", type=int, default=1, help="build each index N times; the fastest counts")
    parser.add_argument("--tutorial-posts", type=int, default=5000, help="posts for the Whoosh tutorial")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        figures = _run(options, options.work or Path(temporary))
    size = f"{options.posts:,} generated posts" if options.posts else "the sample"
    print(f"{machine()}; {size}; Whoosh tutorial on {options.tutorial_posts:,} posts, its costs scaled\n")
    for lines in (table(figures), hits_table(figures), bounds_table(figures)):
        print(*lines, sep="\n", end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
