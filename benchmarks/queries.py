"""Choose queries of each kind from the posts, by rules and a seed.

    python -m benchmarks.queries EXTRACTED OUT [--count 60] [--seed 1]

- common: one of the 300 words, of two characters or more, with the highest doc frequency;
- rare: a word with a doc frequency from 2 to 20;
- and: two words of one post, each in at least 0.5 % of the posts;
- question: a sentence of 8 to 30 characters that ends with a question mark;
- phrase: a run of 4 to 8 Han characters;
- dates: a common word, and the year around the date of a post.

The words are rjieba's; doc frequencies are counted in at most 20,000 random posts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.extracted import Extracted, read_extracted
from benchmarks.peers.protocol import AND, COMMON, DATES, KINDS, PHRASE, QUESTION, RARE, Query

_MAX_COUNTED = 20_000
_COMMON = 300
_RARE = (2, 20)  # posts
_ONE_IN = 200
_HALF_YEAR = 365 * 86_400 // 2
_WORD = re.compile("[一-鿿]{2,}")
_QUESTION = re.compile(r"(?:^|[。！？!?\n])([^。！？!?\n“”\"「」]{8,30})[？?]")
_RUN = re.compile("[一-鿿]{4,}")


@dataclass(frozen=True)
class Source:
    """Posts from which queries are chosen.

    Attributes:
        posts: the posts.
        words: the distinct words of each post.
        doc_freqs: the doc frequency of each word.
    """

    posts: Sequence[Extracted]
    words: Sequence[frozenset[str]]
    doc_freqs: Counter[str]

    def common(self) -> list[str]:
        """The words with the highest doc frequencies."""
        ranked = sorted(self.doc_freqs.items(), key=lambda item: (-item[1], item[0]))
        return [word for word, _ in ranked[:_COMMON]]

    def rare(self) -> list[str]:
        fewest, most = _RARE
        return sorted(word for word, posts in self.doc_freqs.items() if fewest <= posts <= most)


def source(posts: Sequence[Extracted], seed: int) -> Source:
    import rjieba

    chosen = random.Random(seed).sample(posts, min(_MAX_COUNTED, len(posts)))
    words = [
        frozenset(word for word in rjieba.cut(f"{post.title}\n{post.body}") if _WORD.fullmatch(word)) for post in chosen
    ]
    return Source(chosen, words, Counter(word for of_post in words for word in of_post))


def choose(posts: Sequence[Extracted], count: int, seed: int) -> list[Query]:
    """Choose queries of each kind.

    Args:
        posts: the posts that are indexed.
        count: the number of queries of each kind.
        seed: determines the choice.
    """
    chosen = source(posts, seed)
    chance = random.Random(seed)
    common, rare = chosen.common(), chosen.rare()
    queries = [Query(COMMON, (word,)) for word in chance.sample(common, count)]
    queries += [Query(RARE, (word,)) for word in chance.sample(rare, count)]
    queries += _distinct(lambda: _two_words(chosen, chance), count)
    queries += _distinct(lambda: _of_text(QUESTION, _QUESTION, chosen, chance), count)
    queries += _distinct(lambda: _phrase(chosen, chance), count)
    dated = [post.date for post in chosen.posts if post.date]
    for word in chance.sample(common, count):
        middle = chance.choice(dated)
        queries.append(Query(DATES, (word,), middle - _HALF_YEAR, middle + _HALF_YEAR))
    return queries


def _distinct(draw: Callable[[], Query | None], count: int) -> list[Query]:
    drawn: dict[Query, None] = {}
    while len(drawn) < count:
        query = draw()
        if query is not None:
            drawn[query] = None
    return list(drawn)


def _two_words(posts: Source, chance: random.Random) -> Query | None:
    minimum = len(posts.posts) / _ONE_IN
    words = sorted(word for word in chance.choice(posts.words) if posts.doc_freqs[word] >= minimum)
    return Query(AND, tuple(chance.sample(words, 2))) if len(words) >= 2 else None


def _of_text(kind: str, pattern: re.Pattern[str], posts: Source, chance: random.Random) -> Query | None:
    texts = pattern.findall(chance.choice(posts.posts).body)
    texts = [text.strip() for text in texts if len(_RUN.findall(text)) > 0]
    return Query(kind, (chance.choice(texts),)) if texts else None


def _phrase(posts: Source, chance: random.Random) -> Query | None:
    run = _of_text(PHRASE, _RUN, posts, chance)
    if run is None:
        return None
    text = run.words[0]
    length = min(len(text), chance.randint(4, 8))
    start = chance.randint(0, len(text) - length)
    return Query(PHRASE, (text[start : start + length],))


def write_queries(queries: Sequence[Query], file: Path) -> None:
    file.write_text(json.dumps(queries, ensure_ascii=False), "utf-8")


def read_queries(file: Path) -> dict[str, list[Query]]:
    """The queries of each kind."""
    queries = [Query(*fields) for fields in json.loads(file.read_text("utf-8"))]
    return {kind: [query for query in queries if query.kind == kind] for kind in KINDS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extracted", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_queries(choose(read_extracted(options.extracted), options.count, options.seed), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
