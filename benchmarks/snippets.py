"""Measure the time of snippets, and check that all highlighted spans match the query.

    python -m benchmarks.snippets INDEX [--queries 1000] [--characters 5000] [--seed 1]

The time is measured on posts of at least ``--characters`` characters, cut to that length. The spans are those of the
first page of hits for random runs of Han characters and words of titles.
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
    "no match": "猕猴桃派",
}
POSTS = 50
ROUNDS = 9

_HAN_RUN = re.compile("[㐀-鿿\U00020000-\U000323af]{2,}")


def milliseconds(texts: Sequence[str], query: str) -> list[float]:
    """The minimum time over some rounds, for each text."""
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


def matches_needles(highlighted: str, needles: Sequence[tuple[str, ...]]) -> bool:
    """Whether all unigrams of a highlighted text are covered by needles, adjacent or overlapping."""
    texts = unigrams(fold(highlighted)).texts
    covered = [False] * len(texts)
    for needle in needles:
        for start in range(len(texts) - len(needle) + 1):
            if tuple(texts[start : start + len(needle)]) == needle:
                covered[start : start + len(needle)] = [True] * len(needle)
    return bool(texts) and all(covered)


def wrong_spans(index: searchkit.Index, query: str) -> tuple[int, int]:
    """The number of spans on a page of hits, and the number of those that match no needles."""
    needles = [needle.unigrams for needle in compile_query(query).needles]
    shown: list[tuple[str, Sequence[Span]]] = []
    for hit in index.search(query):
        shown.append((hit.title, hit.title_spans))
        shown += [(snippet.text, snippet.spans) for snippet in hit.snippets]
    spans = [text[start:end] for text, found in shown for start, end in found]
    wrong = [span for span in spans if not matches_needles(span, needles)]
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
        print(f"{len(texts)} posts of {options.characters} characters, CPU ms per hit: median, p95\n")
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
