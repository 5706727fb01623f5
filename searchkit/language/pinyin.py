"""Pinyin: which words read as somebody typed, without tones.

A word reads as its characters do: each has one common reading, those of ``_POLYPHONES`` a few. The readings are
pypinyin's; its tables of phrases, 300 ms to load, are not needed for that.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

from searchkit.errors import MissingDependency

_POLYPHONES = frozenset(
    "行重长乐都还得地了着和大种假觉强切数似宿调传弹朝藏曾差参单恶佛给会夹降角劲卷壳落累勒率绿露没秘模宁迫圈塞色厦舍什"
    "省属说提系吓纤削血咽约殷扎轧折柏薄堡便泊卜称盛畜臭伽刹车度囤蛤咖贾校龟巷核虹稽嚼茄亲娜呢胖漂朴区覃查仇解盖尉翟员"
    "尺裳匙绰逮哈吁蔓拓否的谁仔埔剥熟曝俩划"
)
"""Characters of which several readings are common. pypinyin lists readings of classical texts too: 北 as bei and bo."""

_MOST_READINGS = 3
_MOST_WAYS = 32
_LONGEST = 60
_SEPARATORS = re.compile(r"[\s'\-·]+")
_HAN = re.compile("[㐀-\u9fff〇]")


@cache
def _dictionary() -> dict[int, str]:
    """pypinyin's readings by code point, the common one first, with tones and commas between.

    Its module of them is loaded alone, without the package: that takes 30 ms, not 300.
    """
    package = importlib.util.find_spec("pypinyin")
    folder = package and package.submodule_search_locations
    spec = folder and importlib.util.spec_from_file_location("pinyin_dict", Path(folder[0], "pinyin_dict.py"))
    if not spec or not spec.loader:
        raise MissingDependency("pinyin needs the package pypinyin", "pip install pypinyin")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    readings: dict[int, str] = module.pinyin_dict
    return readings


@cache
def readings(char: str) -> tuple[str, ...]:
    """The common readings of a character, without tones, ü as v; none if it is not Han.

    Raises:
        MissingDependency: pypinyin is not installed.

    >>> readings("香"), readings("长"), readings("a")
    (('xiang',), ('zhang', 'chang'), ())
    """
    found = list(dict.fromkeys(_plain(reading) for reading in _dictionary().get(ord(char), "").split(",") if reading))
    return tuple(found[: _MOST_READINGS if char in _POLYPHONES else 1])


class Sounds:
    """The words of a vocabulary, to be asked for by how they read; others than Han are passed over.

    Args:
        words: folded, such as those of an index.

    >>> Sounds(["香港", "香", "相关", "hongkong"]).read("xianggang")
    ('香港',)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._lines = "\n".join(["", *words, ""])

    @cached_property
    def _by_syllable(self) -> dict[str, str]:
        return _by_reading(self._lines)

    def read(self, pinyin: str) -> tuple[str, ...]:
        """The words that read so from their first character to their last, in their order.

        Args:
            pinyin: syllables without tones, with or without anything between; ü may be v or u.
        """
        return self._fitting(self._ways(pinyin))

    def begun(self, pinyin: str) -> tuple[str, ...]:
        """The words that read so, and what words of more characters begin with; of two characters or more.

        >>> Sounds(["紫荆花", "紫", "字"]).begun("zijing"), Sounds(["紫荆花", "紫", "字"]).begun("zi")
        (('紫荆',), ('紫', '字'))
        """
        ways = self._ways(pinyin)
        short, long = [[way for way in ways if (len(way) > 1) is several] for several in (False, True)]
        return tuple(dict.fromkeys((*self._fitting(short), *self._fitting(long, end=""))))

    def with_initials(self, letters: str) -> tuple[str, ...]:
        """The words whose characters' readings begin with these letters, one each, in their order.

        >>> Sounds(["香港", "相关", "中国"]).with_initials("xg")
        ('香港', '相关')
        """
        by_initial: dict[str, str] = {}
        for syllable, chars in self._by_syllable.items():
            by_initial[syllable[0]] = by_initial.get(syllable[0], "") + chars
        plain = _plain(letters)
        if not 0 < len(plain) <= _LONGEST or not set(plain) <= by_initial.keys():
            return ()
        return self._fitting([[by_initial[letter] for letter in plain]])

    def like(self, word: str) -> tuple[str, ...]:
        """The other words that read as this one does, in their order.

        >>> Sounds(["北京", "背景", "上海"]).like("北惊")
        ('北京', '背景')
        """
        classes = ["".join(self._by_syllable.get(reading, "") for reading in readings(char)) for char in word]
        if not all(classes):
            return ()
        return tuple(other for other in self._fitting([classes]) if other != word)

    def _ways(self, pinyin: str) -> list[list[str]]:
        """The ways in which letters are syllables, each as the characters that read so."""
        known = self._by_syllable
        return [[known[syllable] for syllable in way] for way in _syllables(pinyin, known)]

    def _fitting(self, ways: list[list[str]], end: str = r"(?=\n)") -> tuple[str, ...]:
        """The words that have, in one of the ways, a character of each class, and no other before the end."""
        if not ways:
            return ()
        pattern = "|".join("".join(f"[{chars}]" for chars in way) for way in ways)
        return tuple(re.compile(rf"\n({pattern}){end}").findall(self._lines))


def _plain(reading: str) -> str:
    """Small letters without tones; ü is v.

    >>> _plain("Lǜ xiāng"), _plain("nu:")
    ('lvxiang', 'nv')
    """
    apart = unicodedata.normalize("NFD", reading.casefold()).replace("u\u0308", "v").replace("u:", "v")
    return _SEPARATORS.sub("", "".join(char for char in apart if not unicodedata.combining(char)))


def _by_reading(text: str) -> dict[str, str]:
    """The characters of a text by their readings; lue and nue too, as lve and nve are often typed."""
    found: dict[str, list[str]] = {}
    for char in sorted(filter(_HAN.match, set(text))):
        for reading in readings(char):
            found.setdefault(reading, []).append(char)
            if reading in ("lve", "nve"):
                found.setdefault(reading.replace("v", "u"), []).append(char)
    return {reading: "".join(chars) for reading, chars in found.items()}


def _syllables(pinyin: str, known: Iterable[str]) -> list[list[str]]:
    """The ways in which letters are syllables; a separator is a border of every way."""
    if len(pinyin) > 2 * _LONGEST:  # no word is so long
        return []
    ways: list[list[str]] = [[]]
    for part in _SEPARATORS.split(pinyin.strip()):
        letters = _plain(part)
        ways = [[*way, *rest] for way in ways for rest in _cut(letters, frozenset(known))][:_MOST_WAYS]
    return [way for way in ways if way]


def _cut(letters: str, known: frozenset[str]) -> list[list[str]]:
    """All ways to cut letters into known syllables.

    >>> _cut("xian", frozenset({"xi", "an", "xian"}))
    [['xi', 'an'], ['xian']]
    """
    if len(letters) > _LONGEST:
        return []
    longest = max(map(len, known), default=0)
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, len(letters) + 1):
        here = []
        for start in range(end - 1, max(end - longest, 0) - 1, -1):
            if letters[start:end] in known:
                here += [[*way, letters[start:end]] for way in ways[start]]
        ways.append(sorted(here)[:_MOST_WAYS])
    return ways[-1]
