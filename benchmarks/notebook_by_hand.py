"""Research with pandas alone, against the same with searchkit: as many lines, the same numbers?

    python -m benchmarks.notebook_by_hand INDEX [WORD]

By hand, a word is found only as it is typed, in one script and one spelling; the posts are already read and cleaned.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

import pandas

import searchkit
from searchkit.language import fold


def frame_by_hand(posts: pandas.DataFrame, word: str) -> Any:
    found = posts[posts["title"].str.contains(word, regex=False) | posts["text"].str.contains(word, regex=False)]
    return sorted(found["path"])


def frame_by_searchkit(index: searchkit.Index, word: str) -> Any:
    return sorted(index.search(f'"{word}"', limit=None).to_pandas()["path"])


def trend_by_hand(posts: pandas.DataFrame, word: str) -> Any:
    dated = posts.dropna(subset=["day"])
    months = pandas.to_datetime(dated["day"]).dt.to_period("M")
    found = dated["title"].str.contains(word, regex=False) | dated["text"].str.contains(word, regex=False)
    counts = found.groupby(months).sum()
    counts = counts[counts.ne(0).cummax() & counts[::-1].ne(0).cummax()[::-1]]
    every = pandas.period_range(counts.index.min(), counts.index.max(), freq="M")
    shares = (counts / found.groupby(months).size()).reindex(every, fill_value=0).fillna(0)
    return [(str(month), round(share, 6)) for month, share in shares.items()]


def trend_by_searchkit(index: searchkit.Index, word: str) -> Any:
    trend = index.trend(f'"{word}"', share=True).to_pandas()
    return list(zip(trend["period"], trend["share"], strict=True))


def count_by_hand(posts: pandas.DataFrame, word: str) -> Any:
    found = posts[posts["title"].str.contains(word, regex=False) | posts["text"].str.contains(word, regex=False)]
    years = found["day"].map(lambda day: f"{day.year:04}" if day else "")
    counts = found.groupby([found["source"], years]).size()
    return sorted((keys, int(count)) for keys, count in counts.items())


def count_by_searchkit(index: searchkit.Index, word: str) -> Any:
    return sorted(index.count(f'"{word}"', by=("source", "year")).rows)


def kwic_by_hand(posts: pandas.DataFrame, word: str) -> Any:
    lines = []
    for post in posts.itertuples():
        for text in (post.title, post.text):
            text = re.sub(r"\s+", " ", text)
            for match in re.finditer(re.escape(word), text):
                left, right = text[: match.start()][-10:], text[match.end() :][:10]
                lines.append((post.path, left, match[0], right))
    return sorted((path, match) for path, _left, match, _right in lines)


def kwic_by_searchkit(index: searchkit.Index, word: str) -> Any:
    return sorted((line.path, line.match) for line in index.kwic(f'"{word}"', width=20, limit=None))


TASKS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "posts with a word": (frame_by_hand, frame_by_searchkit),
    "share by month": (trend_by_hand, trend_by_searchkit),
    "by source and year": (count_by_hand, count_by_searchkit),
    "concordance": (kwic_by_hand, kwic_by_searchkit),
}


def lines_of(function: Callable[..., Any]) -> int:
    """Lines of its body."""
    return len(inspect.getsource(function).strip().splitlines()) - 1


def posts_of(index: searchkit.Index) -> pandas.DataFrame:
    """All posts as a data frame, read and cleaned."""
    posts = index.documents()
    rows = [(post.path, post.title, post.date and post.date.date(), post.source, post.text) for post in posts]
    return pandas.DataFrame(rows, columns=["path", "title", "day", "source", "text"])


def folded(rows: Any) -> list[str]:
    """Rows to compare: searchkit counts 旧纸堆 and 舊紙堆 as one source, by its more frequent name."""
    return sorted(fold(str(row)) for row in rows)


def main() -> None:
    index = searchkit.open(sys.argv[1])
    word = sys.argv[2] if len(sys.argv) > 2 else "咖啡"
    posts = posts_of(index)
    for name, (by_hand, by_searchkit) in TASKS.items():
        same = folded(by_hand(posts, word)) == folded(by_searchkit(index, word))
        print(f"{name}: {lines_of(by_hand)} lines by hand, {lines_of(by_searchkit)} with searchkit, same: {same}")


if __name__ == "__main__":
    main()
