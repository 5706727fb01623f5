"""Does a quoted phrase find exactly the posts that contain it? Random runs of Han characters against a plain scan.

    python -m benchmarks.exactness INDEX [--runs 200] [--lengths 2-6] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time

import searchkit
from searchkit.language import fold

_HAN_RUN = re.compile("[㐀-鿿\U00020000-\U000323af]+")
_JOINERS = re.compile(r"[ \-·_]+")
_DOT = re.compile(r"(?<=\w)\.(?=\w)")


def squeezed(text: str) -> str:
    """A folded text without what takes no position."""
    return _JOINERS.sub("", _DOT.sub("", fold(text)))


def run_of(text: str, length: int, chance: random.Random) -> str | None:
    """A random run of Han characters of this length, cut out of the text; None where it has none."""
    starts = [
        start
        for run in _HAN_RUN.finditer(text)
        for start in range(run.start(), run.end() - length + 1)
    ]
    if not starts:
        return None
    start = chance.choice(starts)
    return text[start : start + length]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--lengths", default="2-6")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    shortest, longest = map(int, options.lengths.split("-"))
    chance = random.Random(options.seed)
    with searchkit.open(options.index) as index:
        documents = list(index.documents())
        texts = {document.path: (squeezed(document.title), squeezed(document.body)) for document in documents}
        wrong = checked = 0
        began = time.perf_counter()
        while checked < options.runs:
            run = run_of(chance.choice(documents).body, chance.randint(shortest, longest), chance)
            if run is None:
                continue
            checked += 1
            folded = fold(run)
            expected = {path for path, (title, body) in texts.items() if folded in title or folded in body}
            results = index.search(f'"{run}"', limit=len(documents), snippet_chars=0)
            found = {hit.path for hit in results}
            if found != expected:
                wrong += 1
                print(f"{run}: {len(found - expected)} too many, {len(expected - found)} missing", file=sys.stderr)
        print(f"{checked} runs of {options.lengths} Han characters over {len(documents)} texts: {wrong} wrong")
        print(f"{(time.perf_counter() - began) / checked * 1000:.1f} ms a run, the scan included")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
