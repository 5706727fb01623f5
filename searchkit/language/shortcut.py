"""jieba's segmentation of a short text, without loading jieba's dictionary (0.15 s, 60 MB).

The words are the most probable path through the graph of all dictionary words in a run; the probability of a word is
its relative frequency. Source: ``jieba.Tokenizer.cut``, accurate mode. jieba's hidden Markov model for words that the
dictionary lacks is not reimplemented: ``cut_run`` returns None where jieba would consult it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import log

from searchkit.language.frequencies import TOTAL_FREQUENCY, jieba_dictionary

MAX_CHARS = 40
"""Up to this many characters, bisection is faster than loading the dictionary."""

Frequency = Callable[[str], int | None]
"""The frequency of a word; 0 for a text that only begins longer words, None for one that begins no word."""

_LOG_TOTAL = log(TOTAL_FREQUENCY)


class _ModelNeeded(Exception):
    """jieba would consult its model."""


@lru_cache(maxsize=1024)
def cut_run(run: str) -> tuple[str, ...] | None:
    """The words into which jieba segments a run of Han characters.

    Returns:
        The words, or None where the run is longer than ``MAX_CHARS``, jieba's dictionary is not the expected one, or
        jieba would consult its model.

    >>> cut_run("香港通关安排")
    ('香港', '通关', '安排')
    """
    dictionary = jieba_dictionary()
    if dictionary is None or len(run) > MAX_CHARS:
        return None
    try:
        return tuple(most_probable_words(run, dictionary.frequency, _without_model))
    except _ModelNeeded:
        return None


def _without_model(singles: str) -> Sequence[str]:
    raise _ModelNeeded


def most_probable_words(run: str, frequency: Frequency, recognise: Callable[[str], Sequence[str]]) -> list[str]:
    """The words into which jieba segments a run of Han characters, with these frequencies.

    Args:
        run: Han characters.
        frequency: of each word.
        recognise: the words in several single characters that follow each other, by jieba's model.
    """
    ends = most_probable_path(run, frequency)
    words: list[str] = []
    singles = ""
    start = 0
    while start < len(run):
        word = run[start : ends[start]]
        start = ends[start]
        if len(word) == 1:
            singles += word
        if singles and (len(word) > 1 or start == len(run)):
            words += singles if len(singles) == 1 or frequency(singles) else recognise(singles)
            singles = ""
        if len(word) > 1:
            words.append(word)
    return words


def most_probable_path(run: str, frequency: Frequency) -> list[int]:
    """The most probable segmentation, by dynamic programming from the end of the run.

    Returns:
        For each offset, the end of the best word that begins there.
    """
    best = [0.0] * (len(run) + 1)  # log probability of the best path from each offset
    ends = [0] * len(run)
    for start in reversed(range(len(run))):
        choices = []
        for end in range(start + 1, len(run) + 1):
            found = frequency(run[start:end])
            if found is None:
                break
            if found:
                choices.append((log(found) - _LOG_TOTAL + best[end], end))
        if not choices:
            choices = [(-_LOG_TOTAL + best[start + 1], start + 1)]
        best[start], ends[start] = max(choices)
    return ends
