"""Measure suggestions while typing: the time of each key, the time of the first one, and the bytes of their structure.

    python -m benchmarks.suggestions INDEX [--titles 60] [--seed 1]

Titles of posts are typed a key at a time, as text, in pinyin and by initials; each key is asked once before it is
measured, as a page asks again and again while people type the same beginnings.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import searchkit
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.language.pinyin import readings

_HAN = re.compile("[㐀-鿿]{2,4}")
FIRST = """
import sys, time
import searchkit
with searchkit.open(sys.argv[1]) as index:
    len(index)
    began = time.perf_counter()
    index.suggest("xg")
    print(time.perf_counter() - began)
"""


def keys(titles: list[str]) -> Iterator[str]:
    """Every beginning of the first Han words of titles: as text, in pinyin, by initials."""
    for title in titles:
        if word := _HAN.search(title):
            syllables = [(readings(char) or (char,))[0] for char in word[0]]
            for typed in (word[0], "".join(syllables), "".join(syllable[0] for syllable in syllables)):
                yield from (typed[:end] for end in range(1, len(typed) + 1))


def milliseconds(index: searchkit.Index, typed: list[str]) -> list[float]:
    times = []
    for key in typed:
        began = time.perf_counter()
        index.suggest(key)
        times.append((time.perf_counter() - began) * 1000)
    return times


def structure_bytes(folder: Path) -> int:
    """Bytes of the blocks of suggestions in all segments."""
    total = 0
    for file in folder.glob("posts_*.seg"):
        with BlockFile(file) as blocks:
            total += sum(block.length for name, block in blocks.directory.items() if name.startswith("suggest."))
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--titles", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with searchkit.open(arguments.index) as index:
        titles = [document.title for document in index.documents()]
        typed = list(dict.fromkeys(keys(random.Random(arguments.seed).sample(titles, arguments.titles))))
        cold, warm = milliseconds(index, typed), milliseconds(index, typed)
        count = len(index)
    command = [sys.executable, "-c", FIRST, arguments.index]
    first = min(float(subprocess.check_output(command)) for _ in range(5)) * 1000
    folder = Path(arguments.index)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{count:,} posts, {len(typed)} keys\n")
    print("| suggestions, ms | p50 | p95 | most |\n|---|---|---|---|")
    for name, times in (("each key for the first time", cold), ("each key again", warm)):
        print(f"| {name} | {median(times):.1f} | {quantiles(times, n=20)[-1]:.1f} | {max(times):.1f} |")
    share = structure_bytes(folder)
    print(f"| the first key of a process | {first:.0f} | | |\n")
    print(f"{share / 1e6:.1f} MB of {size / 1e6:.1f} MB ({share / size:.1%})")


if __name__ == "__main__":
    main()
