"""The names of front matter: which keys mean the same, and the value that counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

Field = Literal["title", "date", "updated", "author", "source", "from", "url", "tags", "tag", "description", "other"]

KEYS: dict[Field, str] = {
    "title": "title 标题 標題 题目 題目",
    "date": "date 日期 pubdate pubdatetime publishdate published publishedat publishtime publisheddate datepublished"
    " 发布日期 發佈日期 發布日期 发布时间 發佈時間 發布時間 postdate created createdat createdate createtime"
    " datecreated 创建日期 創建日期 创建时间 創建時間 datetime 时间 時間",
    "updated": "updated updatedat updateddate updatetime lastmod modified modifiedat datemodified moddatetime"
    " lastmodified lastmodifiedat lastupdated 更新日期 更新时间 更新時間 修改日期 修改时间 修改時間",
    "author": "author authors 作者",
    "source": "source 来源 來源 出处 出處",
    "from": "from 原文",
    "url": "url link permalink 链接 連結 鏈接",
    "tags": "tags 标签 標籤 categories",
    "tag": "tag category 分类 分類 类别 類別",
    "description": "description desc subtitle summary excerpt abstract 摘要 概要 描述 简介 簡介 导语 導語"
    " 副标题 副標題",
    "other": "layout slug draft keywords 关键词 關鍵詞",
}
"""The keys of each field without ``-`` and ``_``; of several the first counts."""

_ORDER = {key: (field, place) for field, keys in KEYS.items() for place, key in enumerate(keys.split())}
_INNER = frozenset(["taxonomies", "extra", "params"])
"""Tables of Zola's and Hugo's with keys of their own."""

_NOT_LETTERS = re.compile(r"[\s_-]+")
NULL_VALUES = ("", "~", "null", "Null", "NULL")


def field_of(key: str) -> Field | None:
    """What a key means; None if it is not known.

    >>> field_of("pub_Date"), field_of("标题"), field_of("https")
    ('date', 'title', None)
    """
    place = _place(key)
    return place[0] if place else None


@lru_cache(maxsize=4096)
def _place(key: str) -> tuple[Field, int] | None:
    """What a key means, and its place among those that mean the same; case, ``-`` and ``_`` make no difference."""
    return _ORDER.get(_NOT_LETTERS.sub("", key.lower()))


class Fields:
    """The values of front matter by what they mean.

    Args:
        metadata: as it was parsed.

    >>> fields = Fields({"extra": {"author": "甲"}, "pubDate": "2021-11-08", "updated": "2022-01-01"})
    >>> fields.of("author"), fields.of("date")
    (['甲'], ['2021-11-08'])
    """

    def __init__(self, metadata: Mapping[Any, Any]) -> None:
        self._found: dict[Field, list[tuple[int, object]]] = {}
        inner = [table for key, table in metadata.items() if key in _INNER and isinstance(table, Mapping)]
        for level, table in enumerate((metadata, *inner)):
            for key, value in table.items():
                place = _place(str(key))
                if place is not None and not (value is None or (isinstance(value, str) and value in NULL_VALUES)):
                    self._found.setdefault(place[0], []).append((level * len(_ORDER) + place[1], value))

    def of(self, field: Field) -> Sequence[object]:
        """The values of the keys that mean a field, in the order of the keys in docs/posts.md; none is null."""
        found = self._found.get(field, ())
        if len(found) > 1:
            found = sorted(found, key=lambda placed: placed[0])
        return [value for _, value in found]
