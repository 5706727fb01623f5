"""Near terms: what somebody may have meant by a word that occurs nowhere.

For a word of an alphabet those at a small edit distance; for a Chinese one those that read the same, those with a
character that looks like one of it, and those that differ in one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from searchkit.language.pinyin import Sounds
from searchkit.language.unigrams import is_run

_HAN_WORD = re.compile("[㐀-\u9fff〇]{2,16}")
_LIKELY, _ONE_CHARACTER = 1, 2

_ALIKE = """
    己已巳 未末 戊戌戍 析折拆 拨拔 人入八 土士 干千于 日曰 白自 目且 乌鸟 免兔 今令 大太犬 天夭 贝见 刀力 句旬 迁迂
    粟栗 即既 茶荼 汩汨 祟崇 徒徙 晴睛 嬴羸赢 宦官 享亨 券卷 灸炙 侯候 洒酒 住往 历厉 治冶 陕峡 狠狼 孤弧 爪瓜 竞竟
    盲肓 师帅 郎朗 矢失 午牛 甲申由 田电 王玉主 木本术 又叉 万方 云去 斤斥 亳毫 冈网 凤风 刺剌 场扬 奕弈 妹姝 崖涯
    惟维 掂惦 拣练 挠绕浇 斑班 梁粱 棵稞 概慨 炼练 眨贬 砌沏 秤称 穴六 茸葺 萧肃 蓝篮 衷哀衰 贷货 赛塞寒 踪综 遣遗
    邪那 钓钩 锻段 隧遂 隐稳 霄宵 颁领 驰弛 骄娇 鸣呜
"""
"""Characters that are taken for one another, folded; most read differently."""


def nearest(word: str, vocabulary: Mapping[str, int], limit: int = 3) -> tuple[str, ...]:
    """The terms that are nearest to a word, by distance, then by how many documents have them, then by text.

    Args:
        word: a folded word; a single character and a number have nothing near.
        vocabulary: terms with the number of documents that have each.
        limit: how many at most.

    >>> nearest("北惊", {"北京": 10, "背景": 3, "上海": 20})
    ('北京', '背景')
    >>> nearest("pyhton", {"python": 7, "java": 9})
    ('python',)
    """
    if _HAN_WORD.fullmatch(word):
        distances = _chinese(word, vocabulary)
    elif is_run(word):
        distances = _alphabetic(word, vocabulary)
    else:
        return ()
    distances.pop(word, None)
    return tuple(sorted(distances, key=lambda term: (distances[term], -vocabulary[term], term))[:limit])


def _chinese(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    terms = list(vocabulary)
    found = dict.fromkeys(_one_character_off(word, terms), _ONE_CHARACTER)
    likely = (*Sounds(terms).like(word), *_looking_alike(word).intersection(terms))
    return found | dict.fromkeys(likely, _LIKELY)


@cache
def _alike() -> dict[str, str]:
    groups = _ALIKE.split()
    return {char: "".join(group for group in groups if char in group) for group in groups for char in group}


def _looking_alike(word: str) -> set[str]:
    """The word with one of its characters taken for another."""
    return {
        f"{word[:at]}{other}{word[at + 1 :]}" for at, char in enumerate(word) for other in _alike().get(char, "")
    }


def _one_character_off(word: str, terms: Iterable[str]) -> list[str]:
    """The terms with one character changed, added or left out; none for a word of two, which so many are near to."""
    if len(word) < 3:
        return []
    changed = [f"{word[:at]}.{word[at + 1 :]}" for at in range(len(word))]
    added = [f"{word[:at]}.{word[at:]}" for at in range(len(word) + 1)]
    left_out = [f"{word[:at]}{word[at + 1 :]}" for at in range(len(word))]
    pattern = re.compile(f"^(?:{'|'.join((*changed, *added, *left_out))})$", re.MULTILINE)
    return pattern.findall("\n".join(terms))


def _alphabetic(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    """The terms at edit distance 1, or 2 for five letters and more; two letters that changed places are one edit."""
    from rapidfuzz import process  # 20 ms, and only a word that is not found needs it
    from rapidfuzz.distance import OSA  # the same

    most = 2 if len(word) >= 5 else 1 if len(word) >= 3 else 0
    terms = [term for term in vocabulary if abs(len(term) - len(word)) <= most and is_run(term)]
    close = process.extract(word, terms, scorer=OSA.distance, score_cutoff=most, limit=None)
    return {term: int(distance) for term, distance, _ in close}
