"""Does any query fail, or take long? Random strings of all that a query language has, up to 10,000 characters long.

    python -m benchmarks.hostile INDEX [--count 10000] [--seconds 1] [--seed 1]

The strings are hypothesis': operators, quotes, brackets, fields, patterns, texts of the posts themselves, emoji,
control characters, lone surrogates. Seconds are those of this process, so that a busy machine tells nothing; each is a
whole search with its snippets.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import searchkit
from searchkit.errors import SearchkitError

LONGEST = 10_000
"""Characters of a string."""

SIGNS = (
    *'"“”「」()（）[]|-－+＋~～*＊?:：;,.。，、!？\\/&#@<>={}^$',
    *(" ", "  ", "　", "\t", "\n", "\r\n", "\x00", "\x1b[31m", "\x85", "\xa0", "\u200b", "\u2028", "\ufeff", "\u202e"),
    *(" AND ", " OR ", " NOT ", " 或 ", "||", "&&", '"~5', '"~999', "~1", "~2", "..", ">", ">=", "<"),
    *("\ud800", "\udfff", "\ud83d\ude00", "👨‍👩‍👧", "🇭🇰", "❤️", "e\u0301", "\u0301" * 40, "ﷺ", "𠮷"),
)
FIELDS = (
    *("title:", "body:", "source:", "tag:", "url:", "path:", "date:", "after:", "before:", "pinyin:", "nofield:"),
    *("标题：", "來源：", "标签：", "正文：", "日期：", "拼音："),
)
VALUES = (
    *("*", "**", "*a*", "a*", "*a", "*1", "1*", "*~5", "?", "的*", "*的", "*的*", "中国*", "http*", "*.com", "/", "."),
    *("xianggang", "shi", "yi", "xg", "zg", "yiyiyiyi", "s", "a", "an'an", "2021", "2021-11", "2021..2022", ">2021"),
    *("最近7天", "去年", "teh~1", "goverment~2", "1~1", "aaa~2", "的~2"),
)
WRAPPED = ('"{}"', '-"{}"', "title:{}", "body:({})", "{}*", "*{}", "{}~2", "url:{}", "pinyin:{}", '"{}"~9')
"""What a whole string may stand in."""

EXAMPLES = 2_000
"""Texts of the posts that strings are made from."""


def cuttings(index: searchkit.Index, count: int, chance: random.Random) -> list[str]:
    """Texts of 1 to 40 characters out of random posts."""
    bodies = [document.body for document in index.documents() if document.body]
    found = []
    for body in chance.choices(bodies, k=count):
        start = chance.randrange(len(body))
        found.append(body[start : start + chance.choice((1, 2, 4, 8, 40))])
    return found


def warmed(index: searchkit.Index, texts: Sequence[str]) -> None:
    """Import what a long query needs, and what pinyin does."""
    index.search("".join(texts[:100]))
    index.search("pinyin:xianggang")


def strings(texts: Sequence[str]) -> st.SearchStrategy[str]:
    """Queries as nobody types them: pieces side by side, once or again and again."""
    signs, values, cut = st.sampled_from(SIGNS), st.sampled_from(VALUES), st.sampled_from(texts)
    asked = st.builds(str.__add__, st.sampled_from(FIELDS), st.one_of(values, cut, st.text(max_size=4)))
    quoted = st.builds('"{} {}"~{} '.format, cut, cut, st.integers(0, 2_000))
    spaced = st.one_of(values, asked, cut).map("{} ".format)
    piece = st.one_of(signs, cut, spaced, asked, quoted, st.text(max_size=8))
    whole = st.builds(lambda pieces, times: "".join(pieces) * times, st.lists(piece, max_size=30), _TIMES)
    cut_off = whole.map(lambda text: text[: LONGEST - 10])
    return st.builds(str.format, st.sampled_from(("{}", "{}", *WRAPPED)), cut_off)


_TIMES = st.one_of(st.just(1), st.just(1), st.integers(2, 20), st.just(LONGEST))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hostile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1.0, help="what no query may take longer than")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    took: list[tuple[float, str]] = []
    failures: Counter[str] = Counter()
    with searchkit.open(options.index) as index:
        texts = cuttings(index, EXAMPLES, random.Random(options.seed))
        warmed(index, texts)

        @seed(options.seed)
        @settings(
            max_examples=options.count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strings(texts))
        def ask(query: str) -> None:
            began = time.process_time()
            try:
                index.search(query)
            except SearchkitError:
                pass
            except Exception as error:  # what is looked for
                failures[type(error).__name__] += 1
                print(f"{query[:200]!r}: {error!r}"[:500], file=sys.stderr)
            took.append((time.process_time() - began, query))

        ask()
    slow = sum(seconds > options.seconds for seconds, _ in took)
    characters = sum(len(query) for _, query in took)
    print(f"{len(took):,} strings, {characters:,} characters: {failures.total()} failed, {slow} were too slow")
    for seconds, query in nlargest(5, took):
        print(f"{seconds:.2f} s  {query[:160]!a}{'…' if len(query) > 160 else ''}")
    return 1 if slow or failures else 0


if __name__ == "__main__":
    sys.exit(main())
