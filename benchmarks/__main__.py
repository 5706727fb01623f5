"""What searchkit costs beside other systems, on the same posts and queries, in one run.

    python -m benchmarks SAMPLE [--posts N] [--peers A,B] [--work FOLDER] [--json FILE]

SAMPLE is a folder of Jekyll posts, or a .tar.xz of one; ``--posts`` makes a set of so many posts from it
(see ``benchmarks.corpora``). Every system does every task in a process of its own, in turn. Prints tables of Markdown.
With ``--work``, set and indexes stay there, and a set that is there is used again.
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
    """The systems that are installed; the others are named."""
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"no such peer: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    for name in names:
        if missing(name):
            print(f"{name} is left out: {', '.join(missing(name))} is not installed\n")
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
    parser.add_argument("--posts", type=int, help="make a set of so many posts; without it the sample as it is")
    parser.add_argument("--peers", default=",".join(NAMES), help="names with commas between, in the order to run")
    parser.add_argument("--work", type=Path, help="keep set and indexes here")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    parser.add_argument("--repeat", type=int, default=1, help="build each index so often; the fastest counts")
    parser.add_argument("--tutorial-posts", type=int, default=5000, help="how many the tutorial's way gets")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        figures = _run(options, options.work or Path(temporary))
    size = f"{options.posts:,} recombined posts" if options.posts else "the sample"
    print(f"{machine()}; {size}; Whoosh's tutorial way on {options.tutorial_posts:,} posts, its costs scaled up\n")
    for lines in (table(figures), hits_table(figures), bounds_table(figures)):
        print(*lines, sep="\n", end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
