"""Spelling suggestions: terms of the index that are near to a word which the index lacks.

For an alphabetic word, these are the terms within a small edit distance; for a Chinese word, its homophones, the terms
with one character replaced by a similar-looking one, and the terms that differ in one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from searchkit.language.pinyin import PinyinIndex
from searchkit.language.unigrams import is_letter_run

_HAN_WORD = re.compile("[㐀-\u9fff〇]{2,16}")
_CONFUSABLE_DISTANCE, _OTHER_DISTANCE = 1, 2  # homophones and look-alikes rank before other near terms

_LOOK_ALIKES = """
    己已巳 未末 戊戌戍 析折拆 拨拔 人入八 土士 干千于 日曰 白自 目且 乌鸟 免兔 今令 大太犬 天夭 贝见 刀力 句旬 迁迂
    粟栗 即既 茶荼 汩汨 祟崇 徒徙 晴睛 嬴羸赢 宦官 享亨 券卷 灸炙 侯候 洒酒 住往 历厉 治冶 陕峡 狠狼 孤弧 爪瓜 竞竟
    盲肓 师帅 郎朗 矢失 午牛 甲申由 田电 王玉主 木本术 又叉 万方 云去 斤斥 亳毫 冈网 凤风 刺剌 场扬 奕弈 妹姝 崖涯
    惟维 掂惦 拣练 挠绕浇 斑班 梁粱 棵稞 概慨 炼练 眨贬 砌沏 秤称 穴六 茸葺 萧肃 蓝篮 衷哀衰 贷货 赛塞寒 踪综 遣遗
    邪那 钓钩 锻段 隧遂 隐稳 霄宵 颁领 驰弛 骄娇 鸣呜
"""
"""Groups of characters that are easily mistaken for one another, folded; most are not homophones."""


def nearest(word: str, vocabulary: Mapping[str, int], limit: int = 3) -> tuple[str, ...]:
    """The terms that are nearest to a word, by distance, then by doc frequency, highest first, then by text.

    Args:
        word: a folded word. There are no suggestions for a single character, a number or a symbol.
        vocabulary: the doc frequency of each term.
        limit: the maximum number of terms.

    >>> nearest("北惊", {"北京": 10, "背景": 3, "上海": 20})
    ('北京', '背景')
    >>> nearest("pyhton", {"python": 7, "java": 9})
    ('python',)
    """
    return tuple(nearest_distances(word, vocabulary, limit))


def nearest_distances(word: str, vocabulary: Mapping[str, int], limit: int) -> dict[str, int]:
    """The terms that ``nearest`` gives, each with its distance."""
    if _HAN_WORD.fullmatch(word):
        distances = _chinese_distances(word, vocabulary)
    elif is_letter_run(word):
        distances = _edit_distances(word, vocabulary)
    else:
        return {}
    distances.pop(word, None)
    terms = sorted(distances, key=lambda term: (distances[term], -vocabulary[term], term))[:limit]
    return {term: distances[term] for term in terms}


def _chinese_distances(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    """The distance of each near term to a Chinese word."""
    terms = list(vocabulary)
    near = dict.fromkeys(_one_edit_away(word, terms), _OTHER_DISTANCE)
    confusable = (*PinyinIndex(terms).homophones(word), *_look_alikes(word).intersection(terms))
    return near | dict.fromkeys(confusable, _CONFUSABLE_DISTANCE)


@cache
def _look_alikes_of_char() -> dict[str, str]:
    groups = _LOOK_ALIKES.split()
    return {char: "".join(group for group in groups if char in group) for group in groups for char in group}


def _look_alikes(word: str) -> set[str]:
    """All texts that replace one character of the word by a similar-looking one."""
    by_char = _look_alikes_of_char()
    return {
        f"{word[:at]}{other}{word[at + 1 :]}" for at, char in enumerate(word) for other in by_char.get(char, "")
    }


def _one_edit_away(word: str, terms: Iterable[str]) -> list[str]:
    """The terms with one character replaced, inserted or deleted; none for two characters, which have too many."""
    if len(word) < 3:
        return []
    replaced = [f"{word[:at]}.{word[at + 1 :]}" for at in range(len(word))]
    inserted = [f"{word[:at]}.{word[at:]}" for at in range(len(word) + 1)]
    deleted = [f"{word[:at]}{word[at + 1 :]}" for at in range(len(word))]
    pattern = re.compile(f"^(?:{'|'.join((*replaced, *inserted, *deleted))})$", re.MULTILINE)
    return pattern.findall("\n".join(terms))


def _edit_distances(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    """The terms within edit distance 1, or 2 for words of five letters and more.

    The distance is optimal string alignment: the transposition of two neighbouring letters is one edit.
    """
    from rapidfuzz import process  # 20 ms, and only a word without matches needs it
    from rapidfuzz.distance import OSA  # loaded with rapidfuzz

    max_edits = 2 if len(word) >= 5 else 1 if len(word) >= 3 else 0
    terms = [term for term in vocabulary if abs(len(term) - len(word)) <= max_edits and is_letter_run(term)]
    close = process.extract(word, terms, scorer=OSA.distance, score_cutoff=max_edits, limit=None)
    return {term: int(distance) for term, distance, _ in close}
