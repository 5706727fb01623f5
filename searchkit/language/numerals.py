"""Numerals: other spellings of dates and counts, with digits (35人) or Han characters (三十五人).

Queries are expanded by these spellings; posts are never changed, so that a text copied from a post still finds it. A
numeral counts only as a date or a count: before a unit such as 年 or 人, with 万 or 亿, after 百分之, after a month
(正月廿一), as a year of four digits (一九八四), or in 双十一 and 双十二. Words that merely contain a number character,
such as 一些, 三星 and 十分, have no other spellings.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

_DIGITS = "〇一二三四五六七八九"
_LATIN_DIGITS = frozenset("0123456789.")
_VALUES = {**{char: value for value, char in enumerate(_DIGITS)}, "零": 0, "两": 2}
_CONTRACTIONS = str.maketrans({"廿": "二十", "卅": "三十"})
_CONTRACTED_UNITS = ("", "日", "号", "年", "世纪", "周", "期", "岁", "多")  # before which posts write 廿 and 卅
_MYRIADS = {"万亿": 10**12, "亿": 10**8, "万": 10**4}

_DATE_UNITS = "年 月 日 号"
_COUNT_UNITS = (
    "时 分 秒 点 小时 分钟 天 周 个 人 名 位 家 岁 次 元 块 美元 % 公里 英里 里 米 吨 公斤 斤 克 度 倍 条 件 部 集 级 "
    "层 楼 票 辆 架 艘 枚 张 字 页 章 节 课 期 届 种 座 栋 户 所 项 起 例 本 篇 句 份 轮 场 口 亩 平方 立方 "
    "世纪 后 多 余"
)
_UNIT = "|".join(sorted(f"{_DATE_UNITS} {_COUNT_UNITS}".split(), key=len, reverse=True))

_CHAR = "〇零一二三四五六七八九两廿卅"
_LATIN = r"[0-9]{1,16}(?:\.[0-9]{1,9})?[百千]?[万亿]{0,2}(?:[0-9]{1,4}[百千]?[万亿]{1,2}){0,2}"
_CHINESE = f"[{_CHAR}十][{_CHAR}十百千万亿]{{0,24}}(?:点[{_CHAR}]{{1,9}}[万亿]{{0,2}})?"
_MAY_BEGIN = frozenset(f"0123456789{_CHAR}十元")
_ERAS = (
    "民国 昭和 平成 令和 大正 明治 贞观 开元 洪武 永乐 嘉靖 万历 崇祯 顺治 康熙 雍正 乾隆 嘉庆 道光 咸丰 同治 光绪 宣统"
)
_YEAR = re.compile(f"1[5-9][0-9]{{2}}|20[0-9]{{2}}|(?:一[五六七八九]|二[〇零])[零{_DIGITS}]{{2}}")
_OF_A_CODE = frozenset("abcdefghijklmnopqrstuvwxyz-/:_#@+=")  # beside a number of four digits: it is no year


@cache
def _numeral() -> re.Pattern[str]:
    return re.compile(  # not at import: it takes 5 ms, and few queries contain a numeral
        rf"""(?<![0-9a-z.,{_CHAR}十百千万亿])
        (?P<percent>百分之)?(?P<month>[正腊冬]月)?(?P<double>双(?=(?:1[12]|十[一二])(?![0-9{_CHAR}十百千万亿])))?
        (?P<amount>{_LATIN}|{_CHINESE}|元(?=年))
        (?![0-9.{_CHAR}十百千万亿])
        (?(double)|(?P<unit>{_UNIT})?)""",
        re.VERBOSE,
    )


_PLACE_VALUE = re.compile(
    "(?:([一二三四五六七八九两])千)?(?:零?([一二三四五六七八九两])百)?"
    "(?:零?([一二三四五六七八九]?)(十))?(零?)([一二三四五六七八九]?)"
)
_UNITS_AFTER_ONE = frozenset("月日号届名岁")  # before other units, 一 is mostly an indefinite article: 一个, 一次
_NOT_COUNTS = {("十", "分"), ("十", "字"), ("一", "点")}
_APPROXIMATE = re.compile("|".join(f"{low}{high}" for low, high in itertools.pairwise(_DIGITS[1:])))  # 七八个: 7 or 8


@dataclass(frozen=True, slots=True)
class Count:
    """A date or a count within a text.

    Attributes:
        start: the offset of its first character.
        end: the offset after its unit.
        spellings: other spellings, at most as many as there are ``_STYLES``.
    """

    start: int
    end: int
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Numeral:
    """One number and its unit.

    Attributes:
        start: the offset of its first character.
        end: the offset after its unit.
        value: the number.
        unit: the unit as written; empty if there is none.
        percent: whether 百分之 precedes it.
        ordinal: whether 第 precedes it.
        prefix: what precedes the number and stays: 双 of 双十一, 正月 of 正月廿一.
        era: whether it is a year after the name of an era.
        digitwise: whether it is also written digit by digit: a year of an era, of a decade, or without 年.
        width: the digits that are written at least.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    percent: bool = False
    ordinal: bool = False
    prefix: str = ""
    era: bool = False
    digitwise: bool = False
    width: int = 1


def counts(folded: str) -> tuple[Count, ...]:
    """The dates and counts of a folded text that have other spellings, in order.

    >>> counts("在2026年3月5日")
    (Count(start=1, end=10, spellings=('2026年03月05日', '二〇二六年三月五日', '二零二六年三月五日')),)
    """
    dates_and_counts = []
    for run in _runs(_numerals(folded)):
        start, end = run[0].start, run[-1].end
        written = [_rewritten(folded, run, style) for style in _STYLES]
        spellings = tuple(dict.fromkeys(text for text in written if text != folded[start:end]))
        if spellings:
            dates_and_counts.append(Count(start, end, spellings))
    return tuple(dates_and_counts)


def spellings(folded: str) -> tuple[str, ...]:
    """Other spellings of a folded text that contains dates or counts; none for other texts.

    All numerals change to one style together, which limits the number of spellings.

    >>> spellings("一百二十三亿美元")
    ('12300000000美元', '123亿美元')
    >>> spellings("三十五人")
    ('35人',)
    """
    numerals = _numerals(folded)
    if not numerals:
        return ()
    written = []
    for style in _STYLES:
        text = _rewritten(folded, numerals, style)
        written.append(folded[: numerals[0].start] + text + folded[numerals[-1].end :])
    return tuple(dict.fromkeys(text for text in written if text != folded))


def _numerals(folded: str) -> list[_Numeral]:
    """The numerals of a folded text that are part of a date or a count, in order."""
    if _MAY_BEGIN.isdisjoint(folded):
        return []
    return [found for match in _numeral().finditer(folded) if (found := _read(folded, match))]


def _read(folded: str, match: re.Match[str]) -> _Numeral | None:
    """A match of the pattern as a numeral; None if it is not part of a date or a count."""
    start, end = match.span()
    amount, unit, percent = match["amount"], match["unit"] or "", match["percent"] is not None
    ordinal, double = folded.startswith("第", start - 1), match["double"] or ""
    prefix = double or match["month"] or ""
    era = (unit == "年" or (not unit and len(amount) > 1)) and folded[max(start - 2, 0) : start] in _ERAS.split()
    if amount == "元":
        return _Numeral(start, end, Decimal(1), unit, era=True) if era else None
    year = not unit and not prefix and _is_year(folded, start, end)
    value = _value(amount)
    day = _is_day(folded, match.start("amount"), value)
    counted = unit or percent or double or era or year or day or amount[-1] in _MYRIADS
    certain = percent or ordinal or double or era or year
    if not counted or (not certain and _is_idiom(amount, unit)) or folded.startswith("之", end):
        return None
    width = 2 if unit == "后" and len(amount) == 2 else 1  # 00后, 零五后
    if not value and width == 1:
        return None
    digitwise = era or year or (unit == "年" and folded.startswith("代", end))
    return _Numeral(start, end, value or Decimal(0), unit, percent, ordinal, prefix, era, digitwise, width)


def _is_year(folded: str, start: int, end: int) -> bool:
    """Whether a numeral without a unit is a year, and no part of a code or of a date with signs."""
    beside = folded[max(start - 1, 0) : start] + folded[end : end + 1]
    return _YEAR.fullmatch(folded, start, end) is not None and _OF_A_CODE.isdisjoint(beside)


def _is_day(folded: str, start: int, value: Decimal | None) -> bool:
    """Whether a numeral without a unit is a day after its month: 正月廿一."""
    return value is not None and 11 <= value <= 31 and folded.startswith("月", start - 1)


def _is_idiom(amount: str, unit: str) -> bool:
    """Whether the numeral is an article, part of a word, or approximate: 一个, 十分, 七八个, 两三个."""
    approximate = len(amount) == 2 and (amount[0] in "一两" or _APPROXIMATE.fullmatch(amount)) and amount[1] in _VALUES
    return approximate or (amount in ("一", "1") and unit not in _UNITS_AFTER_ONE) or (amount, unit) in _NOT_COUNTS


def _runs(numerals: list[_Numeral]) -> list[list[_Numeral]]:
    """Group numerals that directly follow each other, as those of a date do."""
    runs: list[list[_Numeral]] = []
    for numeral in numerals:
        if runs and runs[-1][-1].end == numeral.start:
            runs[-1].append(numeral)
        else:
            runs.append([numeral])
    return runs


def _value(amount: str) -> Decimal | None:
    """The value of an amount; None if it is malformed.

    >>> [str(_value(amount)) for amount in ("3.5万", "二〇二六", "三十五", "两千零六", "廿五", "五十十", "二点廿")]
    ['35000.0', '2026', '35', '2006', '25', 'None', 'None']
    """
    for name, size in _MYRIADS.items():
        before, separator, after = amount.rpartition(name)
        if separator:
            large, small = _value(before) if before else None, _value(after.removeprefix("零")) if after else Decimal(0)
            if large is None or small is None or small >= size:
                return None
            return large * size + small * (size // 10 if len(after) == 1 else 1)  # 三万五 is 35,000
    if amount[:1].isdecimal():
        place = {"百": 100, "千": 1000}.get(amount[-1], 1)
        digits = amount.rstrip("百千")
        return Decimal(digits) * place if set(digits) <= _LATIN_DIGITS else None  # not 1千5 within 1千5万
    integer, _, decimals = amount.translate(_CONTRACTIONS).partition("点")
    if not all(char in _VALUES for char in decimals):
        return None
    number = _digit_by_digit(integer) if all(char in _VALUES for char in integer) else _place_value(integer)
    return None if number is None else Decimal(f"{number}.{_digit_by_digit(decimals) if decimals else 0}").normalize()


def _digit_by_digit(digits: str) -> str | None:
    """The digits of a number that is written digit by digit, such as 二〇二六."""
    return "".join(str(_VALUES[char]) for char in digits) or None


def _place_value(written: str) -> int | None:
    """A number below 10,000 that is written with its places: 三百零五 is 305, 三百五 is 350."""
    match = _PLACE_VALUE.fullmatch(written.replace("〇", "零"))
    if not match:
        return None
    thousands, hundreds, tens, ten, zero, ones = match.groups()
    number = 1000 * _VALUES.get(thousands, 0) + 100 * _VALUES.get(hundreds, 0)
    number += 10 * _VALUES.get(tens, 1) if ten else 0
    place_of_last = 1 if zero or ten else 10 if hundreds else 100 if thousands else 1
    return number + place_of_last * _VALUES.get(ones, 0)


def _rewritten(folded: str, numerals: list[_Numeral], style: _Style) -> str:
    """The text from the first to the last numeral, with all numerals in one style."""
    text, at = "", numerals[0].start
    for numeral in numerals:
        text += folded[at : numeral.start] + style.write(numeral)
        at = numeral.end
    return text


@dataclass(frozen=True, slots=True)
class _Style:
    """A style of writing numerals.

    Attributes:
        digits: 35 instead of 三十五.
        myriads: 3.5万 and 三点五万 instead of 35000 and 三万五千.
        padded: 03月 instead of 3月.
        contracted: 廿一 and 卅 instead of 二十一 and 三十.
        digitwise: 一一〇年 instead of 一百一十年, where a year is written so.
        zero: the character for 0 in a year.
        zero_in_places: the character for 0 between places, as in 一百零五.
        two: the character for 2 before a unit, 百, 千 and larger powers.
    """

    digits: bool = False
    myriads: bool = False
    padded: bool = False
    contracted: bool = False
    digitwise: bool = False
    zero: str = "〇"
    zero_in_places: str = "零"
    two: str = "二"

    def write(self, numeral: _Numeral) -> str:
        """The numeral with its unit in this style."""
        value, myriad = _in_myriads(numeral.value) if self.myriads else (numeral.value, "")
        if self.digits:
            padded = self.padded and numeral.unit in ("月", "日")
            number = _plain(value).zfill(2 if padded else numeral.width) + myriad
        else:
            number = self._in_characters(value, numeral) + myriad
        if numeral.percent or numeral.unit == "%":
            return f"{number}%" if self.digits else f"百分之{number}"
        return numeral.prefix + number + numeral.unit

    def _in_characters(self, value: Decimal, numeral: _Numeral) -> str:
        unit = numeral.unit
        integer, _, decimals = _plain(value).zfill(numeral.width).partition(".")
        year = unit == "年" and 1_000 <= numeral.value < 10_000
        bare_year = not unit and not numeral.era
        if year or numeral.width > 1 or (numeral.digitwise and (self.digitwise or bare_year) and len(integer) > 1):
            return "".join(self.zero if digit == "0" else _DIGITS[int(digit)] for digit in integer)
        if numeral.era and value == 1:
            return "元"
        written = _in_places(int(integer)).replace("零", self.zero_in_places)
        if self.contracted and unit in _CONTRACTED_UNITS and 20 <= value < 40:
            written = written.replace("二十", "廿").replace("三十", "卅")
        if unit not in ("年", "月", "日", "号") and not numeral.ordinal:
            written = re.sub("二(?=[百千])|^二(?=$|[万亿])", self.two, written)
        return written + ("点" + "".join(_DIGITS[int(digit)] for digit in decimals) if decimals else "")


_STYLES = (
    _Style(digits=True),
    _Style(digits=True, myriads=True),
    _Style(digits=True, padded=True),
    _Style(),
    _Style(zero="零"),
    _Style(two="两"),
    _Style(contracted=True),
    _Style(myriads=True),
    _Style(digitwise=True),
    _Style(digitwise=True, zero="零"),
    _Style(zero_in_places="〇"),
)


def _in_myriads(value: Decimal) -> tuple[Decimal, str]:
    """35000 as 3.5 and 万; unchanged, with no 万 or 亿, if that would take more than two decimals."""
    for name, size in _MYRIADS.items():
        if value >= size and value * 100 % size == 0:
            return value / size, name
    return value, ""


def _plain(number: Decimal) -> str:
    """The digits of a number, without an exponent or trailing zeros after the decimal point.

    >>> _plain(Decimal("3.50")), _plain(Decimal("1E+3"))
    ('3.5', '1000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_places(number: int) -> str:
    """An integer in Han characters, with its places.

    >>> [_in_places(number) for number in (0, 10, 15, 35, 105, 2026, 35000, 10_0005_0000)]
    ['零', '十', '十五', '三十五', '一百零五', '二千零二十六', '三万五千', '十亿零五万']
    """
    for name, size in _MYRIADS.items():
        if number >= size:
            large, small = divmod(number, size)
            zero = "零" if 0 < small < size // 10 else ""
            return _in_places(large) + name + (zero + _in_places(small) if small else "")
    written, zero = "", ""
    for name, place in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // place % 10
        if digit:
            written += zero + _DIGITS[digit] + name
        zero = "" if digit or not written else "零"
    return written.removeprefix("一") if 10 <= number < 20 else written or "零"
