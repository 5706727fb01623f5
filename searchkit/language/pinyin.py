"""Pinyin: words by their pronunciation, without tones.

The readings of a word are the combinations of its characters' readings. Each character has its one most common
reading, those of ``_POLYPHONES`` up to three. The readings are pypinyin's; its tables of phrases, which take 300 ms to
load, are not used.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

from searchkit.errors import MissingDependency
from searchkit.messages import _

_POLYPHONES = frozenset(
    "行重长乐都还得地了着和大种假觉强切数似宿调传弹朝藏曾差参单恶佛给会夹降角劲卷壳落累勒率绿露没秘模宁迫圈塞色厦舍什"
    "省属说提系吓纤削血咽约殷扎轧折柏薄堡便泊卜称盛畜臭伽刹车度囤蛤咖贾校龟巷核虹稽嚼茄亲娜呢胖漂朴区覃查仇解盖尉翟员"
    "尺裳匙绰逮哈吁蔓拓否的谁仔埔剥熟曝俩划"
)
"""Characters with several common readings. pypinyin also lists readings of classical texts, such as bo for 北."""

_MAX_READINGS = 3  # of a polyphone
_MAX_SPLITS = 32  # of letters into syllables
_MAX_LETTERS = 60
_SEPARATORS = re.compile(r"[\s'\-·]+")
_HAN = re.compile("[㐀-\u9fff〇]")


@cache
def _dictionary() -> dict[int, str]:
    """pypinyin's readings by code point: separated by commas, with tones, the most common one first.

    Only the module ``pypinyin.pinyin_dict`` is loaded (30 ms); importing the package takes 300 ms.
    """
    package = importlib.util.find_spec("pypinyin")
    folder = package and package.submodule_search_locations
    spec = folder and importlib.util.spec_from_file_location("pinyin_dict", Path(folder[0], "pinyin_dict.py"))
    if not spec or not spec.loader:
        raise MissingDependency(_("pypinyin is not installed"), _("run: pip install pypinyin"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    readings: dict[int, str] = module.pinyin_dict
    return readings


@cache
def readings(char: str) -> tuple[str, ...]:
    """The common readings of a Han character, without tones, ü as v; none for other characters.

    Raises:
        MissingDependency: pypinyin is not installed.

    >>> readings("香"), readings("长"), readings("a")
    (('xiang',), ('zhang', 'chang'), ())
    """
    listed = [reading for reading in _dictionary().get(ord(char), "").split(",") if reading]
    if char not in _POLYPHONES:
        return tuple(map(_plain, listed[:1]))
    return tuple(dict.fromkeys(map(_plain, listed)))[:_MAX_READINGS]


class PinyinIndex:
    """Look up the words of a vocabulary by their pinyin; words that are not Han never match.

    Args:
        words: folded words, such as all words of a segment.

    >>> PinyinIndex(["香港", "香", "相关", "hongkong"]).prefixes("xianggang")
    ('香港',)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._lines = "\n".join(["", *words, ""])

    @cached_property
    def _by_syllable(self) -> dict[str, str]:
        return _by_reading(self._lines)

    def prefixes(self, pinyin: str) -> tuple[str, ...]:
        """The distinct words, and beginnings of longer words, with this pinyin.

        A single character must be a whole word, since it begins too many.

        Args:
            pinyin: syllables without tones, with or without separators; ü may be typed v or u.

        >>> PinyinIndex(["紫荆花", "紫", "字"]).prefixes("zijing"), PinyinIndex(["紫荆花", "紫", "字"]).prefixes("zi")
        (('紫荆',), ('紫', '字'))
        """
        splits = self._splits(pinyin)
        single = [split for split in splits if len(split) == 1]
        several = [split for split in splits if len(split) > 1]
        return tuple(dict.fromkeys((*self._matching(single), *self._matching(several, end=""))))

    def with_initials(self, letters: str) -> tuple[str, ...]:
        """The words with these pinyin initials, one letter for each character, in the order of the vocabulary.

        >>> PinyinIndex(["香港", "相关", "中国"]).with_initials("xg")
        ('香港', '相关')
        """
        by_initial: dict[str, str] = {}
        for syllable, chars in self._by_syllable.items():
            by_initial[syllable[0]] = by_initial.get(syllable[0], "") + chars
        plain = _plain(letters)
        if not 0 < len(plain) <= _MAX_LETTERS or not set(plain) <= by_initial.keys():
            return ()
        return self._matching([[by_initial[letter] for letter in plain]])

    def homophones(self, word: str) -> tuple[str, ...]:
        """The other words with the same pinyin, in the order of the vocabulary.

        >>> PinyinIndex(["北京", "背景", "上海"]).homophones("北惊")
        ('北京', '背景')
        """
        classes = ["".join(self._by_syllable.get(reading, "") for reading in readings(char)) for char in word]
        if not all(classes):
            return ()
        return tuple(homophone for homophone in self._matching([classes]) if homophone != word)

    def _splits(self, pinyin: str) -> list[list[str]]:
        """The ways to split letters into syllables; each syllable as the characters with that reading."""
        by_syllable = self._by_syllable
        return [[by_syllable[syllable] for syllable in split] for split in _syllables(pinyin, by_syllable)]

    def _matching(self, splits: list[list[str]], end: str = r"(?=\n)") -> tuple[str, ...]:
        """The words, or their beginnings, whose characters are in the classes of one of the splits.

        Args:
            splits: the allowed characters of each position.
            end: the pattern that must follow: by default, the end of the word.
        """
        if not splits:
            return ()
        pattern = "|".join("".join(f"[{chars}]" for chars in split) for split in splits)
        return tuple(re.compile(rf"\n({pattern}){end}").findall(self._lines))


@cache  # there are 1,500
def _plain(reading: str) -> str:
    """Lower case letters without tones and separators; ü as v.

    >>> _plain("Lǜ xiāng"), _plain("nu:")
    ('lvxiang', 'nv')
    """
    decomposed = unicodedata.normalize("NFD", reading.casefold()).replace("u\u0308", "v").replace("u:", "v")
    return _SEPARATORS.sub("", "".join(char for char in decomposed if not unicodedata.combining(char)))


def _by_reading(text: str) -> dict[str, str]:
    """The characters of a text by their readings; lve and nve also as lue and nue, which are often typed."""
    chars_of: dict[str, list[str]] = {}
    for char in sorted(filter(_HAN.match, set(text))):
        for reading in readings(char):
            chars_of.setdefault(reading, []).append(char)
            if reading in ("lve", "nve"):
                chars_of.setdefault(reading.replace("v", "u"), []).append(char)
    return {reading: "".join(chars) for reading, chars in chars_of.items()}


def _syllables(pinyin: str, syllables: Iterable[str]) -> list[list[str]]:
    """The ways to split typed pinyin into known syllables; each typed separator ends a syllable."""
    if len(pinyin) > 2 * _MAX_LETTERS:
        return []
    splits: list[list[str]] = [[]]
    for part in _SEPARATORS.split(pinyin.strip()):
        part_splits = _split_letters(_plain(part), frozenset(syllables))
        splits = [[*split, *part_split] for split in splits for part_split in part_splits][:_MAX_SPLITS]
    return [split for split in splits if split]


def _split_letters(letters: str, syllables: frozenset[str]) -> list[list[str]]:
    """All ways to split letters into known syllables, by dynamic programming over the end of the last syllable.

    >>> _split_letters("xian", frozenset({"xi", "an", "xian"}))
    [['xi', 'an'], ['xian']]
    """
    if len(letters) > _MAX_LETTERS:
        return []
    longest = max(map(len, syllables), default=0)
    splits_up_to: list[list[list[str]]] = [[[]]]
    for end in range(1, len(letters) + 1):
        splits = []
        for start in range(end - 1, max(end - longest, 0) - 1, -1):
            if letters[start:end] in syllables:
                splits += [[*split, letters[start:end]] for split in splits_up_to[start]]
        splits_up_to.append(sorted(splits)[:_MAX_SPLITS])
    return splits_up_to[-1]
