"""Regional synonyms: mainland, Taiwan and Hong Kong words for the same thing, such as 软件 and 软体.

The sources are OpenCC's phrase tables for Taiwan and Hong Kong, in both directions, and the table below. OpenCC's
tables are made for texts on computing, so words with another meaning in everyday use are excluded: a search for 支持
or 文件 must not find 支援 and 档案.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from searchkit.language.conversions import dictionary
from searchkit.language.folding import fold

_PHRASE_TABLES = ("TWPhrases", "HKPhrases", "TWPhrasesRev", "HKPhrasesRev", "TSPhrases")
"""OpenCC's phrase tables: mainland to Taiwan and Hong Kong, their reverses, and traditional to simplified."""

_EXCLUDED_WORDS = """
    万象 专案 丢掷 串行 互动 交互 仿真 传送 低级 低阶 例项 保存 信道 停用 储存 全域性 全局 内核 列举 创建 区域性 即时
    卷轴 发布 变数 变量 启用 呼出 呼叫 回拨 回调 图像 地址 型别 塞拉利昂 声明 外挂 外接 存取 实例 实时 审核 宣告 对映
    对象 局部 屏蔽 序列 建立 开启 引数 影像 循环 性能 截取 打开 执行 扩展 扩音 批次 批量 抛出 拨出 指令码 指标 指针
    排程 插件 支持 支援 效能 数位 数字 数据 整合 文件 文档 新增 映射 映象 智慧 智能 查找 查看 查询 核心 档案 检视 模拟
    永珍 注销 消息 添加 溢位 溢出 激活 物件 狮子山 登出 社区 社群 禁用 离线 程序 稽核 窗口 简报 类型 类比 组件 绑定
    联系 联络 脚本 脱机 菜单 行程 装置 视图 视窗 触控 触摸 讯息 设备 访问 调度 调用 资料 过载 运行 进制 进程 进阶 连接
    连线 通道 遮蔽 释出 重载 镜像 阵列 集成 项目 高端 高级 高阶
"""
"""Words without synonyms: where the synonym is used, the word is an everyday word with another meaning."""

_GROUPS = """
    特朗普 川普 / 泽连斯基 泽伦斯基 / 普京 普丁 蒲亭 / 马克龙 马克宏 / 默克尔 梅克尔 / 里根 雷根 列根 /
    布什 布希 布殊 / 克林顿 柯林顿 / 撒切尔 佘契尔 柴契尔 戴卓尔 / 肯尼迪 甘乃迪 / 戈尔巴乔夫 戈巴契夫 /
    斯大林 史达林 / 赫鲁晓夫 赫鲁雪夫 / 卡斯特罗 卡斯楚 / 本拉登 宾拉登 / 朝鲜 北韩 / 迪拜 杜拜 / 戛纳 坎城 /
    旧金山 三藩市 / 沙特 沙乌地 / 出租车 计程车 的士 德士 / 公交车 巴士 / 摩托车 电单车 / 地铁 捷运 /
    自行车 脚踏车 单车 / 幼儿园 幼稚园 / 方便面 泡面 即食面 / 土豆 马铃薯 / 西红柿 番茄 / 菠萝 凤梨 /
    盒饭 便当 / 空调 冷气 / 视频 影片 视讯 / 信息 资讯 / 短信 简讯 / 数据库 资料库 / 人工智能 人工智慧 /
    海里 海哩 / 英里 英哩
"""
"""Synonyms that OpenCC's tables lack: names and everyday words."""

_EXCLUDED = frozenset(_EXCLUDED_WORDS.split())
_TRADITIONAL_VARIANTS = str.maketrans("裏羣復注鍾布遊啓系回匯", "里群複註鐘佈游啟繫迴彙")


_MAX_KNOWN = 4096
"""Words whose synonyms are kept: those that were typed come again with the next key and the next query."""

_NONE: tuple[str, ...] = ()

_known: dict[str, tuple[str, ...]] = {}


def synonyms(word: str) -> tuple[str, ...]:
    """The regional synonyms of a word; none for a single character.

    Args:
        word: a folded word.

    Returns:
        Folded words in the order of the tables, without the word itself.

    >>> synonyms("软件"), synonyms("软体")
    (('软体',), ('软件',))
    >>> synonyms("支持")
    ()
    """
    return synonyms_of([word])[word]


def synonyms_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The regional synonyms of each of some folded words; those of new words are looked up all at once.

    >>> synonyms_of(["软件", "支持"])
    {'软件': ('软体',), '支持': ()}
    """
    found = {word: _known.get(word) for word in words}
    new = [word for word, known in found.items() if known is None]
    if new:
        looked_up = _look_up(new)
        if len(_known) > _MAX_KNOWN:
            _known.clear()
        _known.update(looked_up)
        found |= looked_up
    return {word: others or () for word, others in found.items()}


def _look_up(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    groups = _synonyms_in_groups()
    candidates = {word: [*groups[word]] for word in words if word in groups}
    keys = _table_keys([word for word in words if _may_be_in_tables(word)])
    for word, table, synonym in _converted(keys, _PHRASE_TABLES):
        if synonym not in _composed_of_excluded(word, table):
            candidates.setdefault(word, []).append(synonym)
    found = dict.fromkeys(words, _NONE)
    for word, others in candidates.items():
        found[word] = tuple(other for other in dict.fromkeys(others) if other != word and len(other) > 1)
    return found


def _may_be_in_tables(word: str) -> bool:
    return len(word) > 1 and not word.isascii() and word not in _EXCLUDED and "\n" not in word


def _composed_of_excluded(word: str, table: str) -> set[str]:
    """Conversions of a word that only convert an excluded word within it: 支持率 to 支援率."""
    excluded = [part for part in _EXCLUDED if part in word]
    return {word.replace(part, synonym) for part, _, synonym in _converted(_table_keys(excluded), [table])}


def _table_keys(words: Sequence[str]) -> list[tuple[str, str]]:
    """Folded words, each with a key under which it may be in OpenCC's tables: traditional, Latin in upper case."""
    if not words:
        return []
    traditional = dictionary("STCharacters")("\n".join(words).upper())
    if _TRADITIONAL_VARIANTS.keys().isdisjoint(map(ord, traditional)):
        return list(zip(words, traditional.split("\n"), strict=True))
    keys = zip(words, traditional.split("\n"), traditional.translate(_TRADITIONAL_VARIANTS).split("\n"), strict=True)
    return [(word, key) for word, first, other in keys for key in dict.fromkeys((first, other))]


def _converted(keys: Sequence[tuple[str, str]], tables: Sequence[str]) -> list[tuple[str, str, str]]:
    """Words with each table that makes another word of their keys, and that word, folded: table after table."""
    if not keys:
        return []
    whole = "\n".join([key for _, key in keys])
    as_it_is = fold(whole).split("\n")
    others: list[tuple[str, str, str]] = []
    for table in tables:
        converted = dictionary(table)(whole)
        folded = as_it_is if converted == whole else fold(converted).split("\n")
        found = zip(keys, folded, strict=True)
        others += [(word, table, other) for (word, _), other in found if other != word]
    return others


@lru_cache(maxsize=1)
def _synonyms_in_groups() -> dict[str, list[str]]:
    groups = [group.split() for group in _GROUPS.split("/")]
    return {word: [other for other in group if other != word] for group in groups for word in group}
