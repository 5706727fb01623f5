"""The ranking analyzer: words. jieba segments the Han runs of a folded text; elsewhere, each unigram is a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby

from searchkit.language.frequencies import load_jieba
from searchkit.language.installed import installed_version
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.shortcut import MAX_CHARS, cut_run
from searchkit.language.unigrams import is_unigram, split_text

_HAN_RUN = re.compile("[一-\u9fd5]+")  # the characters that jieba's dictionary and model cover
_WORD = re.compile(r"[^\W_]")


@cache
def segmenter() -> Callable[[str], list[str]]:
    """jieba's default segmentation: by rjieba, which is 20 times as fast, where it is installed."""
    try:
        import rjieba  # optional; loads its dictionary, 0.15 s
    except ImportError:
        return _jieba_cut()
    return rjieba.cut


def _jieba_cut() -> Callable[[str], list[str]]:
    return load_jieba().lcut  # type: ignore[no-any-return]


def dictionary_version() -> str:
    """The version of the dictionary that segments: part of the index fingerprint."""
    return f"jieba {installed_version('jieba', 'jieba')}"


def is_word(unigram: str) -> bool:
    """Whether a unigram is a word or part of one: all but symbols are."""
    return _WORD.match(unigram) is not None


def _cut(runs: Sequence[str], lexicon: Lexicon) -> list[Sequence[str]]:
    """The words of each of some Han runs."""
    if lexicon.frequencies and any(map(lexicon.holds, runs)):
        return [lexicon.cut(run) if lexicon.holds(run) else _cut_by_jieba([run])[0] for run in runs]
    return _cut_by_jieba(runs)


def _cut_by_jieba(runs: Sequence[str]) -> list[Sequence[str]]:
    nothing_loaded = segmenter.cache_info().currsize == 0
    if nothing_loaded and sum(map(len, runs)) <= MAX_CHARS:  # a query: loading the dictionary would take 0.15 s
        cut_runs = [cut for cut in map(cut_run, runs) if cut is not None]
        if len(cut_runs) == len(runs):
            return list(cut_runs)
    cut = groupby(segmenter()("\n".join(runs)) if runs else [], "\n".__eq__)
    return [list(run) for is_line_feed, run in cut if not is_line_feed]


def words(folded: str, lexicon: Lexicon = NO_LEXICON) -> list[str]:
    """The words of a folded text, in order, without symbols.

    Args:
        folded: the text.
        lexicon: own words, which count beside those of jieba.

    >>> words("iphone15在北京发布")
    ['iphone', '15', '在', '北京', '发布']
    >>> words("港府的小通关", Lexicon({"小通关": 5}, {}))
    ['港府', '的', '小通关']
    """
    runs = _HAN_RUN.findall(folded)
    cut = iter(_cut(runs, lexicon))
    result: list[str] = []
    for between_runs in _HAN_RUN.split(folded):
        result.extend(part for part in split_text(between_runs) if is_unigram(part) and is_word(part))
        result.extend(next(cut, ()))
    return result
