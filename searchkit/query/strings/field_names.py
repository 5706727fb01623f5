"""Names of fields that do not exist: which one was meant?"""

from __future__ import annotations

import difflib
from functools import cache

_OTHER_NAMES = {
    "source": "author authors by from media publisher newspaper",
    "来源": "出处 作者 媒体 网站",
    "tag": "category categories topic keyword keywords label",
    "标签": "分类 类别 关键词 关键字",
    "title": "intitle headline subject heading",
    "标题": "题目",
    "body": "text intext content contents",
    "正文": "全文",
    "url": "site link inurl href address domain",
    "网址": "链接 域名",
    "path": "file filename folder dir",
    "路径": "文件名 目录",
    "date": "year month day when",
    "日期": "年份 月份",
    "after": "since",
    "before": "until",
}
"""What other programs call a field, or what people take it for, folded."""

_MISTYPED = {
    "来源": ("来莱赖", "源原元园员缘"),
    "标签": ("标表", "签鉴千迁牵欠"),
    "标题": ("标表", "题提体替"),
    "正文": ("正证政", "文闻问"),
    "网址": ("网往", "址只指纸止"),
    "路径": ("路录", "径经境"),
    "日期": ("日", "期其七"),
    "拼音": ("拼品", "音因英"),
}
"""Characters that sound or look like those of a field's name, at each of its places."""

_MIN_LIKENESS = 0.75
_MAX_NAME = 12  # characters; longer ones are text


def near_field(name: str, fields: tuple[str, ...]) -> str:
    """The field that is most likely meant by a name; empty if none is.

    Args:
        name: folded, none of the fields.
        fields: the names that there are, folded.

    >>> near_field("sorce", ("source", "tag", "来源")), near_field("来原", ("source", "tag", "来源"))
    ('source', '来源')
    """
    if len(name) > _MAX_NAME:
        return ""
    if name in _meanings():
        return _meanings()[name]
    if name.isascii():
        return next(iter(difflib.get_close_matches(name, fields, n=1, cutoff=_MIN_LIKENESS)), "")
    return next((field for field, chars in _MISTYPED.items() if _fits(name, chars)), "")


@cache
def _meanings() -> dict[str, str]:
    return {name: field for field, names in _OTHER_NAMES.items() for name in names.split()}


def _fits(name: str, chars: tuple[str, ...]) -> bool:
    return len(name) == len(chars) and all(char in allowed for char, allowed in zip(name, chars, strict=True))
