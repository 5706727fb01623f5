"""Spellings: words that are written in two ways with one meaning, such as 身分 and 身份.

Folding replaces one character by one, so it cannot join 分 and 份, which are two words. A pair is of whole words here.
Its two sides find each other, also within a longer word: 身分證 and 身份证.

The pairs come from two sources. OpenCC's phrase tables name 想像 for 想象 and 回覆 for 回复. In real posts, of two
words that read alike and differ in one character, one prevails in posts in traditional script and the other in
simplified ones, and both stand in the same contexts: 報導 and 报道, 份子 and 分子 (``tools/spelling_pairs.py`` counts
them). Pairs of which one side also has a meaning of its own are left out: 预订 and 预定, 蒸气 and 蒸汽, 型式 and 形式.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_PAIRS = """
    身分 身份 / 部份 部分 / 过份 过分 / 成份 成分 / 充份 充分 / 缘份 缘分 / 份量 分量 / 水份 水分 / 养份 养分 /
    盐份 盐分 / 糖份 糖分 / 名份 名分 / 辈份 辈分 / 天份 天分 / 福份 福分 / 情份 情分 / 安份 安分 / 份内 分内 /
    份外 分外 / 想像 想象 / 印像 印象 / 形像 形象 / 现像 现象 / 对像 对象 / 抽像 抽象 / 景像 景象 / 迹像 迹象 /
    具像 具象 / 意像 意象 / 计画 计划 / 规画 规划 / 策画 策划 / 企画 企划 / 筹画 筹划 / 刻划 刻画 / 笔划 笔画 /
    擘划 擘画 / 反覆 反复 / 回覆 回复 / 答覆 答复 / 重覆 重复 / 批覆 批复 / 覆核 复核 / 覆信 复信 / 覆函 复函 /
    函覆 函复 / 报导 报道 / 连系 联系 / 连络 联络 / 关连 关联 / 串连 串联 / 连结 联结 / 蝉连 蝉联 / 纪录 记录 /
    记念 纪念 / 座标 坐标 / 其它 其他 / 甚么 什么 / 做法 作法 / 做为 作为 / 当做 当作 / 叫做 叫作 / 看做 看作 /
    做主 作主 / 做客 作客 / 做秀 作秀 / 做梦 作梦 / 做文章 作文章 / 型态 形态 / 毋庸 无庸 / 毋须 无须 / 毋需 无需 /
    爱滋 艾滋 / 服贴 服帖 / 急遽 急剧 / 博奕 博弈 / 菁英 精英 / 曝露 暴露 / 配戴 佩戴 / 箝制 钳制 / 锋头 风头 /
    叉路 岔路 / 词藻 辞藻 / 说词 说辞 / 言词 言辞 / 严词 严辞 / 窜改 篡改 / 胡涂 糊涂 / 枪枝 枪支 / 涵义 含义 /
    引伸 引申 / 订制 定制 / 订婚 定婚 / 复元 复原 / 修练 修炼 / 锻练 锻炼 / 黯淡 暗淡 / 满州 满洲 / 人材 人才 /
    恶梦 噩梦 / 盘据 盘踞 / 详实 翔实 / 啰唆 啰嗦 / 撩乱 缭乱 / 训戒 训诫 / 告戒 告诫 / 劝戒 劝诫 / 薰陶 熏陶 /
    薰香 熏香 / 薰衣草 熏衣草 / 熏染 薰染 / 熏心 薰心 / 家俱 家具 / 项炼 项链 / 铁炼 铁链 / 拉炼 拉链 / 手炼 手链 /
    榴梿 榴莲 / 倒楣 倒霉 / 耽心 担心 / 决择 抉择 / 仓皇 仓惶 / 思维 思惟 / 唯一 惟一 / 唯有 惟有 / 唯独 惟独 /
    唯恐 惟恐 / 交代 交待 / 伸冤 申冤 / 伸张 申张 / 沈默 沉默 / 沈重 沉重 / 沈迷 沉迷 / 沈浸 沉浸 / 沈沦 沉沦 /
    沈思 沉思 / 沈溺 沉溺 / 沈船 沉船 / 沈没 沉没 / 沈睡 沉睡 / 沈淀 沉淀 / 沈积 沉积 / 沈痛 沉痛 / 沈闷 沉闷 /
    沈稳 沉稳 / 沈静 沉静 / 沈寂 沉寂 / 沈吟 沉吟 / 沈湎 沉湎 / 沈着 沉着 / 沈冤 沉冤 / 沈住 沉住 / 沈甸甸 沉甸甸 /
    深沈 深沉 / 低沈 低沉 / 阴沈 阴沉 / 消沈 消沉 / 浮沈 浮沉 / 下沈 下沉 / 昏沈 昏沉 / 沈舟 沉舟 / 沈大海 沉大海 /
    沈鱼 沉鱼 / 知识份子 知识分子 / 恐怖份子 恐怖分子 / 犯罪份子 犯罪分子 / 不法份子 不法分子 / 激进份子 激进分子 /
    极端份子 极端分子 / 反动份子 反动分子 / 积极份子 积极分子 / 异议份子 异议分子 / 右派份子 右派分子 /
    左派份子 左派分子 / 武装份子 武装分子 / 分裂份子 分裂分子 / 反对份子 反对分子 / 动乱份子 动乱分子 /
    暴力份子 暴力分子 / 投机份子 投机分子 / 叛乱份子 叛乱分子 / 捣乱份子 捣乱分子 / 好战份子 好战分子 /
    顽固份子 顽固分子 / 骨干份子 骨干分子 / 中坚份子 中坚分子 / 破坏份子 破坏分子 / 危险份子 危险分子 /
    高级份子 高级分子 / 黑道份子 黑道分子 / 滋事份子 滋事分子 / 贪腐份子 贪腐分子 / 腐败份子 腐败分子 /
    反党份子 反党分子 / 反革命份子 反革命分子 / 阶级份子 阶级分子 / 活跃份子 活跃分子 / 地富反坏份子 地富反坏分子
"""

_TENS = {"二十": "廿", "三十": "卅", "廿": "二十", "卅": "三十"}
_NUMBER = re.compile(f"({'|'.join(_TENS)})([一二三四五六七八九])")

_LONGEST = 9  # characters of a word that is looked through: jieba's idioms and names are shorter


@lru_cache(maxsize=4096)
def other_spellings(word: str) -> tuple[str, ...]:
    """The other spellings of a folded word; none for most words.

    >>> other_spellings("身分证"), other_spellings("分子"), other_spellings("二十一")
    (('身份证',), (), ('廿一',))
    """
    if not 1 < len(word) <= _LONGEST:
        return ()
    if number := _NUMBER.fullmatch(word):
        return (_TENS[number[1]] + number[2],)
    others, characters = _others()
    if characters.isdisjoint(word):
        return ()
    parts = {word[start:end] for start in range(len(word)) for end in range(start + 2, len(word) + 1)}
    return tuple(word.replace(part, others[part]) for part in sorted(parts & others.keys()))


@cache
def _others() -> tuple[dict[str, str], frozenset[str]]:
    """The other side of each pair, by either of them, and the characters with which one begins."""
    pairs = [pair.split() for pair in _PAIRS.split("/")]
    others = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    return others, frozenset(one[0] for one in others)
