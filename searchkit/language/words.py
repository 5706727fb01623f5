"""The ranking analyzer: words. jieba segments the Han runs of a folded text; elsewhere, each unigram is a word."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache

from searchkit.language.installed import installed_version
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
    import logging  # 4 ms, and only where rjieba is missing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its SyntaxWarnings on Python 3.12 and newer
        import jieba  # 0.1 s, and only where rjieba is missing
    jieba.setLogLevel(logging.WARNING)
    return jieba.lcut  # type: ignore[no-any-return]


def dictionary_version() -> str:
    """The version of the dictionary that segments: part of the index fingerprint."""
    return f"jieba {installed_version('jieba', 'jieba')}"


def is_word(unigram: str) -> bool:
    """Whether a unigram is a word or part of one: all but symbols are."""
    return _WORD.match(unigram) is not None


def _cut(runs: list[str]) -> list[str]:
    """The words of some Han runs, with a line feed after the words of each run but the last."""
    nothing_loaded = segmenter.cache_info().currsize == 0
    if nothing_loaded and sum(map(len, runs)) <= MAX_CHARS:  # a query: loading the dictionary would take 0.15 s
        cut_runs = list(map(cut_run, runs))
        if None not in cut_runs:
            return [word for cut in cut_runs if cut is not None for word in (*cut, "\n")]
    return segmenter()("\n".join(runs)) if runs else []


def words(folded: str) -> list[str]:
    """The words of a folded text, in order, without symbols.

    >>> words("iphone15在北京发布")
    ['iphone', '15', '在', '北京', '发布']
    """
    runs = _HAN_RUN.findall(folded)
    cut = iter(_cut(runs))
    result: list[str] = []
    for between_runs in _HAN_RUN.split(folded):
        result.extend(part for part in split_text(between_runs) if is_unigram(part) and is_word(part))
        for word in cut:
            if word == "\n":
                break
            result.append(word)
    return result
