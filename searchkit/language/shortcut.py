"""jieba's segmentation of a short text, without loading jieba's dictionary (0.15 s, 60 MB).

The lines of the dictionary file are sorted, so a word is looked up by bisection. jieba's hidden Markov model for
words outside the dictionary is not reimplemented: ``cut_run`` returns None where jieba would consult it.
"""

from __future__ import annotations

import mmap
import os
from functools import cache, lru_cache
from importlib.util import find_spec
from math import log

MAX_CHARS = 40
"""Up to this many characters, bisection is faster than loading the dictionary."""

_FILE_BYTES = 5_071_852
"""The size of jieba's dictionary file, which has not changed since 2014; another file is not used."""

_TOTAL_FREQUENCY = 60_101_967
"""The sum of all word frequencies in that file."""

_FIRST_SORTED = "一"
"""The first word of the sorted part of the file; before it are unsorted words that contain letters or digits."""

_OUT_OF_ORDER = {"吉林": 89, "高富帅": 13}
"""Words of the sorted part that are not in their place, with their frequencies; the bisection skips their lines."""

_SKIPPED_LINES = tuple(f"{word} ".encode() for word in _OUT_OF_ORDER)


class _Dictionary:
    """jieba's dictionary file, mapped into memory: one line per word, with its frequency and part of speech.

    Raises:
        OSError: the file is missing, or is not the one that this module was written for.
    """

    def __init__(self) -> None:
        spec = find_spec("jieba")
        if spec is None or not spec.submodule_search_locations:
            raise OSError("jieba is not installed")
        with open(os.path.join(spec.submodule_search_locations[0], "dict.txt"), "rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._lines) != _FILE_BYTES:
            raise OSError("jieba's dictionary has another size")
        self._sorted_from = self._lines.find(f"\n{_FIRST_SORTED} ".encode()) + 1

    def frequency(self, word: str) -> int | None:
        """The frequency of a word; 0 for a text that only begins longer words, None for one that begins no word."""
        if word in _OUT_OF_ORDER:
            return _OUT_OF_ORDER[word]
        encoded = word.encode()
        line = self._lower_bound(encoded)
        if not line.startswith(encoded):
            return None
        line_word, frequency = line.split(b" ")[:2]
        return int(frequency) if line_word == encoded else 0

    def _lower_bound(self, word: bytes) -> bytes:
        """The line of the first word that is not less than this one."""
        lines = self._lines
        low, high = self._sorted_from, len(lines)
        while low < high:
            middle = (low + high) // 2
            start = lines.rfind(b"\n", low, middle) + 1 or low
            line = self._sorted_line(start)
            if line.split(b" ", 1)[0] < word:
                low = lines.find(line, start) + len(line) + 1
            else:
                high = start
        return self._sorted_line(low) if low < len(lines) else b" 0"

    def _sorted_line(self, start: int) -> bytes:
        """The line at an offset, or the next one if the word at the offset is out of order."""
        end = self._lines.find(b"\n", start)
        line = self._lines[start:end]
        return self._sorted_line(end + 1) if line.startswith(_SKIPPED_LINES) else line


@cache
def _dictionary() -> _Dictionary | None:
    try:
        return _Dictionary()
    except OSError:
        return None


@lru_cache(maxsize=1024)
def cut_run(run: str) -> tuple[str, ...] | None:
    """The words into which jieba segments a run of Han characters.

    Source: ``jieba.Tokenizer.cut``, accurate mode. The words are the most probable path through the graph of all
    dictionary words in the run; the probability of a word is its relative frequency.

    Returns:
        The words, or None where the run is longer than ``MAX_CHARS``, jieba's dictionary is not the expected one, or
        jieba would consult its model.

    >>> cut_run("香港通关安排")
    ('香港', '通关', '安排')
    """
    dictionary = _dictionary()
    if dictionary is None or len(run) > MAX_CHARS:
        return None
    ends, frequencies = _most_probable_path(run, dictionary)
    words: list[str] = []
    singles = ""  # single characters that follow each other: jieba segments them anew by its model
    start = 0
    while start < len(run):
        word = run[start : ends[start]]
        start = ends[start]
        if len(word) == 1:
            singles += word
        if singles and (len(word) > 1 or start == len(run)):
            if len(singles) > 1 and not frequencies.get(singles):
                return None
            words += singles
            singles = ""
        if len(word) > 1:
            words.append(word)
    return tuple(words)


def _most_probable_path(run: str, dictionary: _Dictionary) -> tuple[list[int], dict[str, int]]:
    """The most probable segmentation, by dynamic programming from the end of the run.

    Returns:
        For each offset, the end of the best word that begins there; and the frequencies of all dictionary words in the
        run.
    """
    best = [0.0] * (len(run) + 1)  # log probability of the best path from each offset
    ends = [0] * len(run)
    frequencies: dict[str, int] = {}
    for start in reversed(range(len(run))):
        choices = []
        for end in range(start + 1, len(run) + 1):
            frequency = dictionary.frequency(run[start:end])
            if frequency is None:
                break
            if frequency:
                frequencies[run[start:end]] = frequency
                choices.append((log(frequency) - log(_TOTAL_FREQUENCY) + best[end], end))
        if not choices:
            choices = [(-log(_TOTAL_FREQUENCY) + best[start + 1], start + 1)]
        best[start], ends[start] = max(choices)
    return ends, frequencies
