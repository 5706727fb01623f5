"""The lexicon of an archive: its own words, which jieba's dictionary lacks or counts otherwise, and its own synonyms.

A run of Han characters that holds none of the own words is cut as jieba cuts it; one that holds some is cut anew, by
jieba's rules, with their frequencies among those of jieba's dictionary. The sum of all frequencies stays that of
jieba's: as it grew with each own word, the cut of texts would change that do not hold the word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, cached_property
from typing import Any

from searchkit.language.frequencies import TOTAL_FREQUENCY, Frequencies, jieba_dictionary, load_jieba
from searchkit.language.shortcut import Frequency, most_probable_path, most_probable_words


class Lexicon:
    """Own words and own synonyms; it does not change.

    Attributes:
        frequencies: the own words, folded Han characters, each with its frequency; a word with frequency 0 is none.
        synonyms: for each folded text what it is also called, folded.
    """

    def __init__(self, frequencies: Mapping[str, int], synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self.frequencies = dict(frequencies)
        self.synonyms = dict(synonyms)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lexicon):
            return NotImplemented
        return (self.frequencies, self.synonyms) == (other.frequencies, other.synonyms)

    def __hash__(self) -> int:
        return hash((len(self.frequencies), len(self.synonyms)))

    def __repr__(self) -> str:
        return f"<Lexicon: {len(self.frequencies)} words, {len(self.synonyms)} words with synonyms>"

    def __bool__(self) -> bool:
        return bool(self.frequencies or self.synonyms)

    def holds(self, run: str) -> bool:
        """Whether a run of Han characters contains one of the own words."""
        longest = self._longest
        return any(
            run[start:end] in self.frequencies
            for start in range(len(run) if longest else 0)
            for end in range(start + 1, min(start + longest, len(run)) + 1)
        )

    def cut(self, run: str) -> list[str]:
        """The words of a run of Han characters.

        >>> Lexicon({"小通关": 5}, {}).cut("香港小通关")
        ['香港', '小通关']
        """
        return most_probable_words(run, self._frequency, self._recognise)

    def changed_words(self, other: Lexicon) -> list[str]:
        """The own words that only one of two lexicons has, or that have another frequency, in order."""
        return _changed(self.frequencies, other.frequencies)

    def changed_synonyms(self, other: Lexicon) -> list[str]:
        """The texts that have other synonyms in one of two lexicons, in order."""
        return _changed(self.synonyms, other.synonyms)

    @cached_property
    def longest_name(self) -> int:
        """Characters of the longest text that has synonyms."""
        return max(map(len, self.synonyms), default=0)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.frequencies), default=0)

    @cached_property
    def _frequency(self) -> Frequency:
        return with_own_words(self.frequencies, beginnings(self.frequencies))

    def _recognise(self, singles: str) -> Sequence[str]:
        recognised = _recognise(singles)
        if self.frequencies.keys().isdisjoint(recognised):
            return recognised
        return [part for word in recognised for part in (word if self.frequencies.get(word) == 0 else [word])]


def _changed(some: Mapping[str, object], others: Mapping[str, object]) -> list[str]:
    return sorted(key for key in some.keys() | others.keys() if some.get(key) != others.get(key))


NO_LEXICON = Lexicon({}, {})
"""The lexicon of an archive that has none."""


def beginnings(words: Mapping[str, object]) -> set[str]:
    """All texts that some words begin with, the words themselves among them."""
    return {word[:end] for word in words for end in range(1, len(word) + 1)}


def with_own_words(own: Mapping[str, int], begun: Set[str]) -> Frequency:
    """The frequencies of jieba's dictionary with those of own words in their place.

    Args:
        own: the own words with their frequencies; it may still grow.
        begun: the beginnings of these words.
    """
    jieba = jieba_frequency()

    def frequency(word: str) -> int | None:
        if word not in begun:
            return jieba(word)
        found = own.get(word)
        return (jieba(word) or 0) if found is None else found

    return frequency


@cache
def jieba_frequency() -> Frequency:
    """The frequency of each word of jieba's dictionary."""
    dictionary = jieba_dictionary()
    if dictionary is not None:
        return Frequencies(dictionary).__getitem__
    tokenizer = load_jieba().dt  # another dictionary file than the usual one: 0.4 s, 80 MB
    tokenizer.initialize()
    frequencies: Mapping[str, int] = tokenizer.FREQ
    return frequencies.get


@cache
def _model() -> Callable[[str], Sequence[str]]:
    """jieba's hidden Markov model: the words in several characters of which no two are a dictionary word together."""
    try:
        import rjieba  # optional
    except ImportError:
        finalseg = load_jieba().finalseg
        return lambda singles: list(finalseg.cut(singles))
    model: Any = rjieba.Jieba  # without a dictionary the model alone decides
    cut: Callable[[str], Sequence[str]] = model.empty().cut
    return cut


def _recognise(singles: str) -> Sequence[str]:
    return _model()(singles)


def suggested_frequency(word: str, frequency: Frequency) -> int:
    """The least frequency at which a word is cut out whole.

    That of ``jieba.suggest_freq``, which adds 1 even where the word is whole already.

    >>> suggested_frequency("小通关", jieba_frequency())
    1
    """
    ends = most_probable_path(word, frequency)
    known = frequency(word)
    if known and ends[0] == len(word):
        return known
    product, start = 1.0, 0
    while start < len(word):
        product *= (frequency(word[start : ends[start]]) or 1) / TOTAL_FREQUENCY
        start = ends[start]
    return max(int(product * TOTAL_FREQUENCY) + 1, known or 1)
