"""Drafts: posts whose front matter says that they are not to be shown yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DRAFT_KEYS = ("draft", "hugo_draft", "草稿")
_PUBLISHED_KEYS = ("published", "发布", "發布", "已发布", "已發布")
_STATUS_KEYS = ("status", "状态", "狀態")
_YES = ("true", "yes", "on", "y", "t", "1", "是")
_NO = ("false", "no", "off", "n", "f", "0", "nil", "否")
_DRAFT_STATUS = ("draft", "drafts", "草稿")


def is_draft(metadata: Mapping[str, Any]) -> bool:
    """Whether front matter says so: ``draft: true``, ``published: false``, ``status: draft``.

    >>> is_draft({"draft": "true"}), is_draft({"published": False}), is_draft({"draft": "false"})
    (True, True, False)
    """
    scalars = ((key, value) for key, value in metadata.items() if not isinstance(value, (list, dict)))
    values = {str(key).strip().lower(): str(value).strip().lower() for key, value in scalars}
    return (
        any(values.get(key) in _YES for key in _DRAFT_KEYS)
        or any(values.get(key) in _NO for key in _PUBLISHED_KEYS)
        or any(values.get(key) in _DRAFT_STATUS for key in _STATUS_KEYS)
    )
