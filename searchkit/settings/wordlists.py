"""The files that a lexicon is read from: the user dictionary and the own synonyms, one entry per line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from searchkit.errors import SettingsError
from searchkit.language.folding import fold
from searchkit.language.lexicon import Lexicon, beginnings, suggested_frequency, with_own_words
from searchkit.language.unigrams import unigrams
from searchkit.posts.decoding import decode
from searchkit.reports import PostProblem

MAX_SYNONYMS = 32
"""Own synonyms of one word; each is looked up for every query with the word."""

MAX_FREQUENCY = 10**9
"""Far more than the 60 million of all words of jieba's dictionary together."""

_ENTRY = re.compile(r"(\S+)(?:\s+([0-9]+))?(?:\s+([a-z]+))?")
_HAN = re.compile("[一-\u9fd5]+")
_NAMED_LINES = 3


class _Problems:
    """The lines of a file that were left out, by reason."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, line: int, reason: str) -> None:
        self._lines[reason].append(line)

    def found(self) -> Iterator[PostProblem]:
        """One problem per reason, with its first lines."""
        for reason, lines in self._lines.items():
            named = ", ".join(map(str, lines[:_NAMED_LINES]))
            more = f" and {len(lines) - _NAMED_LINES:,} more" if len(lines) > _NAMED_LINES else ""
            yield PostProblem(str(self._file), f"line{'s' if len(lines) > 1 else ''} {named}{more}: {reason}")


def read_lexicon(dictionary: Path | None, synonyms: Path | None) -> tuple[Lexicon, list[PostProblem]]:
    """The lexicon of an archive, and the lines of its files that were left out.

    Args:
        dictionary: own words in jieba's format, a line ``word [frequency [tag]]``; None for none.
        synonyms: a line ``one = other = third``, or ``one => other`` for one way; None for none.

    Raises:
        SettingsError: a file cannot be read.
    """
    problems: list[PostProblem] = []
    frequencies = {} if dictionary is None else _read_dictionary(dictionary, problems)
    others = {} if synonyms is None else _read_synonyms(synonyms, problems)
    return Lexicon(frequencies, others), problems


def _lines(file: Path, what: str) -> Iterator[tuple[int, str]]:
    """The folded lines of a file with their numbers, without empty ones and comments."""
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = "there is no" if isinstance(error, FileNotFoundError) else "cannot read"
        detail = "" if isinstance(error, FileNotFoundError) else f": {error.strerror or error}"
        raise SettingsError(f"{reason} {what} {file}{detail}", "correct its path, or leave it out") from None
    text, _ = decode(data)
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if content and not content.startswith("#"):
            yield number, fold(content)


def _read_dictionary(file: Path, problems: list[PostProblem]) -> dict[str, int]:
    left_out = _Problems(file)
    given: dict[str, int | None] = {}
    for number, line in _lines(file, "dictionary"):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            left_out.add(number, "not a word, perhaps its frequency, perhaps its tag, with spaces between")
        elif not _HAN.fullmatch(entry[1]):
            left_out.add(number, "has other than Han characters, which are never cut")
        elif entry[2] is not None and (len(entry[2]) > 10 or int(entry[2]) > MAX_FREQUENCY):
            left_out.add(number, f"its frequency is more than {MAX_FREQUENCY:,}")
        else:
            given[entry[1]] = None if entry[2] is None else int(entry[2])
    problems += left_out.found()
    return _with_suggestions(given)


def _with_suggestions(given: dict[str, int | None]) -> dict[str, int]:
    """The frequency of each word; where none is given, so high that the word is cut out whole.

    The order of the lines does not matter: shorter words come first, since they may be parts of longer ones.
    """
    found = {word: frequency for word, frequency in given.items() if frequency is not None}
    begun = beginnings(found)
    frequency = with_own_words(found, begun)
    for word in sorted(given.keys() - found.keys(), key=lambda word: (len(word), word)):
        found[word] = suggested_frequency(word, frequency)
        begun |= beginnings({word: 0})
    return dict(sorted(found.items()))


def _read_synonyms(file: Path, problems: list[PostProblem]) -> dict[str, tuple[str, ...]]:
    left_out = _Problems(file)
    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for number, line in _lines(file, "synonyms"):
        left, arrow, right = line.partition("=>")
        sides = [[_key(word) for word in side.split("=")] for side in ([left, right] if arrow else [left])]
        if not all(map(all, sides)) or len({*sides[0], *sides[-1]}) < 2:
            left_out.add(number, "not two or more words with = between, or => for one way")
            continue
        for word in sides[0]:
            others["".join(unigrams(word).texts)] |= dict.fromkeys(other for other in sides[-1] if other != word)
    problems += left_out.found()
    return {word: tuple(found)[:MAX_SYNONYMS] for word, found in sorted(others.items()) if found}


def _key(text: str) -> str:
    """A text as the index has it, without the spaces around it; empty where it has nothing to look for."""
    return text.strip() if unigrams(text).texts else ""
