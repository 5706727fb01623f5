"""jieba's dictionary. Without loading it, a word is found by bisection, since its lines are sorted."""

from __future__ import annotations

import mmap
import os
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any

TOTAL_FREQUENCY = 60_101_967
"""The sum of all word frequencies in jieba's dictionary file."""

_FILE_BYTES = 5_071_852
"""The size of jieba's dictionary file, which has not changed since 2014; another file is not used."""

_FIRST_SORTED = "一"
"""The first word of the sorted part of the file; before it are unsorted words that contain letters or digits."""

_OUT_OF_ORDER = {"吉林": 89, "高富帅": 13}
"""Words of the sorted part that are not in their place, with their frequencies; the bisection skips their lines."""

_MANY = 30_000
"""To look up so many words takes as long as to load all."""

_SKIPPED_LINES = tuple(f"{word} ".encode() for word in _OUT_OF_ORDER)


class JiebaDictionary:
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

    def frequencies(self) -> dict[str, int]:
        """The frequency of every word, and 0 for each text that only begins longer ones; 0.5 s, 80 MB."""
        found: dict[str, int] = {}
        for line in self._lines[self._sorted_from :].decode().splitlines():
            word, frequency = line.split(" ")[:2]
            found[word] = int(frequency)
            for end in range(len(word) - 1, 0, -1):
                if word[:end] in found:
                    break
                found[word[:end]] = 0
        return found

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


class Frequencies(dict[str, "int | None"]):
    """The frequencies of words as ``JiebaDictionary.frequency`` gives them; after many words, of all at once.

    Args:
        dictionary: where they are looked up.
    """

    def __init__(self, dictionary: JiebaDictionary) -> None:
        super().__init__()
        self._dictionary = dictionary
        self._has_all = False

    def __missing__(self, word: str) -> int | None:
        if not self._has_all and len(self) >= _MANY:
            self.update(self._dictionary.frequencies())
            self._has_all = True
            return self.get(word)
        if self._has_all:
            return None
        frequency = self[word] = self._dictionary.frequency(word)
        return frequency


@cache
def jieba_dictionary() -> JiebaDictionary | None:
    """jieba's dictionary file; None where it is not the one that this module was written for."""
    try:
        return JiebaDictionary()
    except OSError:
        return None


def load_jieba() -> Any:
    """jieba itself, silent; importing it takes 0.1 s, its dictionary is loaded when it first cuts a text."""
    import logging  # 4 ms

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its SyntaxWarnings on Python 3.12 and newer
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return jieba
