"""The files that a lexicon is read from: the user dictionary and the own synonyms, one entry per line."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from searchkit.errors import SettingsError
from searchkit.language.folding import fold
from searchkit.language.lexicon import Lexicon, beginnings, jieba_frequency, suggested_frequency, with_own_words
from searchkit.language.unigrams import unigrams
from searchkit.messages import _
from searchkit.model import Selection
from searchkit.paths import expanded
from searchkit.posts.decoding import decode
from searchkit.reports import PostProblem

LEFT_OUT = "word lists"
"""What the report of a rebuild calls word lists in the corpus."""

MAX_SYNONYMS = 32
"""Own synonyms of one word; each is looked up for every query with the word."""

_MAX_DIGITS = 9
"""All words of jieba's dictionary together have a frequency of 60 million."""

_COMMENT = re.compile(r"(?:^|\s)#.*")
_HAN = re.compile("[一-\u9fd5]+")
_NAMED_LINES = 3
_SPECIAL, _ESCAPED = re.compile(r"([*?\[\]\\ ])"), r"\\\1"
"""What has a meaning in a glob."""


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
            yield PostProblem(str(self._file), f"{_numbered(lines)}: {reason}")


def _numbered(lines: list[int]) -> str:
    """``line 3``, ``lines 1, 3, 4 and 3 more``."""
    if len(lines) == 1:
        return _("line {number}", number=lines[0])
    named = ", ".join(map(str, lines[:_NAMED_LINES]))
    more = len(lines) - _NAMED_LINES
    return (
        _("lines {numbers} and {more:,} more", numbers=named, more=more)
        if more > 0
        else _("lines {numbers}", numbers=named)
    )


_PathLike = str | os.PathLike[str]


def read_lexicon(dictionary: _PathLike | None, synonyms: _PathLike | None) -> tuple[Lexicon, list[PostProblem]]:
    """The lexicon of an archive, and the lines of its files that were left out.

    Args:
        dictionary: own words in jieba's format, a line ``word [frequency [tag]]``; None for none.
        synonyms: a line ``one = other = third``, or ``one => other`` for one way; None for none.

    Raises:
        SettingsError: a file cannot be read.
    """
    problems: list[PostProblem] = []
    frequencies = {} if dictionary is None else _read_dictionary(expanded(dictionary), problems)
    others = {} if synonyms is None else _read_synonyms(expanded(synonyms), problems)
    return Lexicon(frequencies, others), problems


def lists_within(corpus: Path, *lists: _PathLike | None) -> tuple[str, ...]:
    """The paths of those word lists that are in a corpus, where they are no posts.

    >>> lists_within(Path("/blog"), "/blog/own/words.txt", "/lists/synonyms.txt", None)
    ('own/words.txt',)
    """
    folder = Path(os.path.abspath(corpus))
    files = [Path(os.path.abspath(expanded(file))) for file in lists if file is not None]
    return tuple(file.relative_to(folder).as_posix() for file in files if file.is_relative_to(folder))


def without(selection: Selection, paths: Iterable[str]) -> Selection:
    """A selection that leaves out some files.

    >>> without(Selection(exclude=("diary/",)), ["own/words.txt"]).exclude
    ('diary/', '/own/words.txt')
    """
    return replace(selection, exclude=(*selection.exclude, *(f"/{_SPECIAL.sub(_ESCAPED, path)}" for path in paths)))


def _lines(file: Path, what: str) -> Iterator[tuple[int, str]]:
    """The folded lines of a file with their numbers, without empty ones and comments."""
    try:
        data = file.read_bytes()
    except OSError as error:
        message = _("cannot read {what} {file}: {reason}", what=what, file=file, reason=error.strerror or error)
        if isinstance(error, FileNotFoundError):
            message = _("there is no {what} {file}", what=what, file=file)
        raise SettingsError(message, _("correct its path, or leave it out")) from None
    text, _warning = decode(data)
    for number, line in enumerate(text.split("\n"), 1):
        content = _COMMENT.sub("", fold(line)).strip()
        if content:
            yield number, content


def _read_dictionary(file: Path, problems: list[PostProblem]) -> dict[str, int]:
    left_out = _Problems(file)
    given: dict[str, int | None] = {}
    for number, line in _lines(file, _("dictionary")):
        word, digits = _entry(line)
        if not _HAN.fullmatch(word):
            left_out.add(number, _("not a word of Han characters, with a frequency and a tag or without"))
        elif len(digits) > _MAX_DIGITS:
            left_out.add(number, _("the frequency has more than {digits} digits", digits=_MAX_DIGITS))
        else:
            given[word] = int(digits) if digits else None
    problems += left_out.found()
    return _with_suggestions(given)


def _entry(line: str) -> tuple[str, str]:
    """The word of a line of a dictionary, and its frequency; empty where none is given."""
    *word, last = line.split()
    if word and last.isascii() and last.isalpha():
        *word, last = word  # the tag is of no use here
    if word and last.isascii() and last.isdigit():
        return " ".join(word), last
    return " ".join([*word, last]), ""


def _with_suggestions(given: dict[str, int | None]) -> dict[str, int]:
    """The frequency of each word; where none is given, so high that the word is cut out whole.

    The order of the lines does not matter: shorter words come first, since they may be parts of longer ones. Words that
    jieba's dictionary has with this frequency are left out.
    """
    found = {word: frequency for word, frequency in given.items() if frequency is not None}
    begun = beginnings(found)
    frequency = with_own_words(found, begun)
    for word in sorted(given.keys() - found.keys(), key=lambda word: (len(word), word)):
        found[word] = suggested_frequency(word, frequency)
        begun |= beginnings({word: 0})
    jieba = jieba_frequency()
    return {word: number for word, number in sorted(found.items()) if not number or number != jieba(word)}


def _read_synonyms(file: Path, problems: list[PostProblem]) -> dict[str, tuple[str, ...]]:
    left_out = _Problems(file)
    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for number, line in _lines(file, _("synonyms")):
        left, arrow, right = line.partition("=>")
        sides = [[_key(word) for word in side.split("=")] for side in ([left, right] if arrow else [left])]
        if not all(map(all, sides)) or len({*sides[0], *sides[-1]}) < 2:
            left_out.add(number, _("not two or more words with = between, or => for one way"))
            continue
        for word in sides[0]:
            typed = "".join(unigrams(word).texts)  # of 甲> the query has 甲
            others[typed] |= dict.fromkeys(other for other in sides[-1] if other not in (word, typed))
    problems += left_out.found()
    return {word: tuple(found)[:MAX_SYNONYMS] for word, found in sorted(others.items()) if found}


def _key(text: str) -> str:
    """A text as the index has it, without the spaces around it; empty where it has nothing to look for."""
    return text.strip() if unigrams(text).texts else ""
