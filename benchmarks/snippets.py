"""What a hit's snippets cost, and whether every span is what was asked for.

    python -m benchmarks.snippets INDEX [--queries 1000] [--characters 5000] [--seed 1]

Measured on posts of at least so many characters, cut to that. Spans are checked on every hit of a page, for random
runs of Han characters and words of titles.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Sequence

import searchkit
from searchkit.language import fold, unigrams, words
from searchkit.model import Span
from searchkit.query import compile_query
from searchkit.snippets import Highlighter

KINDS = {
    "a word": "中国",
    "a character": "的",
    "three words": "中国 经济 发展",
    "a phrase": '"中国政府"',
    "Latin words": "google chrome",
    "a question": "中国政府为什么要对香港的媒体和网络进行这么严格的审查是什么原因呢",
    "nothing of it": "猕猴桃派",
}
POSTS = 50
ROUNDS = 9

_HAN_RUN = re.compile("[㐀-鿿\U00020000-\U000323af]{2,}")


def milliseconds(texts: Sequence[str], query: str) -> list[float]:
    """The least of some rounds, for each text."""
    highlighter = Highlighter(compile_query(query).needles)
    best = [float("inf")] * len(texts)
    for _ in range(ROUNDS):
        for number, text in enumerate(texts):
            began = time.process_time()
            highlighter.snippets(text, 120)
            best[number] = min(best[number], (time.process_time() - began) * 1000)
    return best


def random_query(document: searchkit.Document, chance: random.Random) -> str:
    """A run of Han characters, quoted or not, or words of the title."""
    runs = _HAN_RUN.findall(document.body)
    titled = words(fold(document.title))
    if titled and (not runs or chance.random() < 0.5):
        return " ".join(chance.sample(titled, min(len(titled), chance.randint(1, 4))))
    run = chance.choice(runs or [""])
    start = chance.randrange(len(run) or 1)
    text = run[start : start + chance.randint(1, 8)]
    return f'"{text}"' if chance.random() < 0.5 else text


def is_asked_for(shown: str, asked: Sequence[tuple[str, ...]]) -> bool:
    """Whether the unigrams of a span are needles, side by side or overlapping, and nothing else."""
    there = unigrams(fold(shown)).texts
    covered = [False] * len(there)
    for needle in asked:
        for start in range(len(there) - len(needle) + 1):
            if tuple(there[start : start + len(needle)]) == needle:
                covered[start : start + len(needle)] = [True] * len(needle)
    return bool(there) and all(covered)


def wrong_spans(index: searchkit.Index, query: str) -> tuple[int, int]:
    """How many spans a page of hits has, and how many of them are not what was asked for."""
    asked = [needle.unigrams for needle in compile_query(query).needles]
    shown: list[tuple[str, Sequence[Span]]] = []
    for hit in index.search(query):
        shown.append((hit.title, hit.title_spans))
        shown += [(snippet.text, snippet.spans) for snippet in hit.snippets]
    spans = [text[start:end] for text, found in shown for start, end in found]
    wrong = [span for span in spans if not is_asked_for(span, asked)]
    for span in wrong:
        print(f"{query}: {span}", file=sys.stderr)
    return len(spans), len(wrong)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.snippets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--characters", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    with searchkit.open(options.index) as index:
        documents = list(index.documents())
        long = [document.body for document in documents if len(document.body) >= options.characters]
        texts = [text[: options.characters] for text in chance.sample(long, min(POSTS, len(long)))]
        print(f"{len(texts)} posts of {options.characters} characters, CPU ms a hit: median, 95 %\n")
        for kind, query in KINDS.items() if texts else ():
            times = sorted(milliseconds(texts, query))
            print(f"| {kind} | {statistics.median(times):.2f} | {times[len(times) * 95 // 100]:.2f} |")
        counts = [
            wrong_spans(index, random_query(chance.choice(documents), chance)) for _ in range(options.queries)
        ]
    wrong = sum(count for _, count in counts)
    print(f"\n{options.queries} queries: {sum(count for count, _ in counts)} spans, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
