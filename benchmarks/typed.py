"""Measure whether posts that contain what was typed in one piece come first.

    python -m benchmarks.typed INDEX [--runs 100] [--titles 500] [--seed 1]

Queries are cut out of the posts and typed without quotes:

- runs of 2, 3, 4 and 6 Han characters: the exact posts, which contain the run, should fill the first hits;
- whole titles of up to 12 characters, and two words of a title: the post should be the first hit;
- compounds of two words that stand side by side: every post with both words should be found.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from statistics import mean, median, quantiles

import searchkit
from benchmarks.exactness import run_of
from searchkit.language import words
from searchkit.model import Document
from searchkit.query import And, Text

LENGTHS = (2, 3, 4, 6)
DEPTH = 10
LONGEST_TITLE = 12
_HAN_WORD = re.compile("[㐀-鿿]{2,}")


def distinct(draw: Callable[[], str | None], count: int) -> list[str]:
    """So many different texts that are drawn."""
    texts: dict[str, None] = {}
    while len(texts) < count:
        if text := draw():
            texts[text] = None
    return list(texts)


def measure_runs(index: searchkit.Index, posts: Sequence[Document], length: int, count: int, rng: random.Random) -> str:
    """A row of the table: how exact posts rank for runs of a length."""
    shares, above, ratios = [], 0, []
    for run in distinct(lambda: run_of(rng.choice(posts).body, length, rng), count):
        exact = index.search(f'"{run}"', limit=index_size(index), snippet_chars=0)
        results = index.search(run, limit=DEPTH, snippet_chars=0)
        paths = {hit.path for hit in exact}
        wanted = min(DEPTH, exact.total)
        found = sum(hit.path in paths for hit in results[:wanted])
        shares.append(found / wanted)
        above += found < wanted
        ratios.append(results.total / exact.total)
    p90 = quantiles(ratios, n=10)[-1]
    return f"| {length} | {mean(shares):.3f} | {above} of {count} | {median(ratios):.1f} ({p90:.1f}) |"


def index_size(index: searchkit.Index) -> int:
    return max(len(index), 1)


def reciprocal_rank(index: searchkit.Index, query: str, wanted: set[str]) -> float:
    """1 over the rank of the first wanted post among the first hits; 0 if none is there."""
    hits = index.search(query, limit=DEPTH, snippet_chars=0)
    return next((1 / hit.rank for hit in hits if wanted & {hit.path, *hit.also}), 0.0)


def titles(posts: Sequence[Document], count: int, rng: random.Random) -> Iterator[tuple[str, set[str]]]:
    """Short titles of at least two characters, and the posts that have each."""
    by_title: dict[str, set[str]] = {}
    for post in posts:
        if 2 <= len(post.title) <= LONGEST_TITLE and post.body.strip():
            by_title.setdefault(post.title, set()).update(post.paths)
    for title in rng.sample(sorted(by_title), min(count, len(by_title))):
        yield title, by_title[title]


def two_words(title: str, rng: random.Random) -> str | None:
    """Two words of a title, in order."""
    found = list(dict.fromkeys(word for word in words(searchkit.analyze(title).folded) if _HAN_WORD.fullmatch(word)))
    if len(found) < 3:
        return None
    return " ".join(found[at] for at in sorted(rng.sample(range(len(found)), 2)))


def measure_titles(index: searchkit.Index, posts: Sequence[Document], count: int, rng: random.Random) -> Iterator[str]:
    """How posts rank for their titles, and for two words of them."""
    whole = [reciprocal_rank(index, title, paths) for title, paths in titles(posts, count, rng)]
    yield f"titles of up to {LONGEST_TITLE} characters: {len(whole)}, MRR {mean(whole):.4f}"
    pairs = []
    for post in rng.sample(list(posts), min(len(posts), 4 * count)):
        if (query := two_words(post.title, rng)) and len(pairs) < count:
            pairs.append(reciprocal_rank(index, query, set(post.paths)))
    yield f"two words of a title: {len(pairs)}, MRR {mean(pairs):.4f}"


def measure_compounds(index: searchkit.Index, posts: Sequence[Document], count: int, rng: random.Random) -> str:
    """How many compounds of two words lose a post that has both."""
    lost = 0
    for compound in distinct(lambda: compound_of(rng.choice(posts).body, rng), count):
        first, second = compound.split()
        both = index.search(And(Text(first), Text(second)), limit=0).total
        lost += index.search(f"{first}{second}", limit=0).total < both
    return f"compounds: {lost} of {count} lose a post with both words"


def compound_of(text: str, rng: random.Random) -> str | None:
    """Two words of two characters that stand side by side, and that are also cut so alone."""
    run = run_of(text, 4, rng)
    cut = words(searchkit.analyze(run).folded) if run else []
    return " ".join(cut) if [len(word) for word in cut] == [2, 2] else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--titles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with searchkit.open(options.index) as index:
        posts = list(index.documents())
        print("| length | exact posts' share | a post above an exact one | total ÷ exact, median (p90) |")
        print("|---|---|---|---|")
        for length in LENGTHS:
            print(measure_runs(index, posts, length, options.runs, rng), flush=True)
        print(*measure_titles(index, posts, options.titles, rng), sep="\n", flush=True)
        print(measure_compounds(index, posts, options.runs, rng))
    return 0


if __name__ == "__main__":
    sys.exit(main())
