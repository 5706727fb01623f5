"""Jupyter notebooks: the Markdown and the code of their cells; no outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from searchkit.errors import PostError
from searchkit.messages import _
from searchkit.model import Post
from searchkit.posts.frontmatter.parsing import parse as parse_markdown

_BACKTICKS = re.compile("`{3,}")
_KEYS = ("title", "date", "author", "authors", "tags", "description")


def parse(path: str, text: str) -> Post:
    """The post of a notebook; its metadata is that of a first cell with front matter, or the notebook's own.

    Raises:
        PostError: the file is no notebook.

    >>> parse("a.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["# 通关"]}]}').content
    '# 通关'
    """
    if not text.strip():
        return Post(path, {}, "")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise PostError(_("{path}: not a notebook, its JSON is invalid", path=path)) from None
    if not isinstance(notebook, dict):
        raise PostError(_("{path}: not a notebook, its JSON has no cells", path=path))
    post = parse_markdown(path, "\n\n".join(_texts(notebook)))
    own = notebook.get("metadata")
    own = {key: own[key] for key in _KEYS if own.get(key)} if isinstance(own, dict) else {}
    return Post(path, own | dict(post.metadata), post.content, post.warnings)


def _texts(notebook: Mapping[str, Any]) -> Iterator[str]:
    for cell in _cells(notebook):
        source = _joined(cell.get("source", cell.get("input")))
        if cell.get("cell_type") != "code":
            yield source
        elif source.strip():
            fence = "`" * max((len(run) + 1 for run in _BACKTICKS.findall(source)), default=3)
            yield f"{fence}\n{source}\n{fence}"


def _cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cells; those of a notebook of before 2015 lie in worksheets."""
    sheets = notebook.get("worksheets")
    for sheet in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from (cell for cell in (cells if isinstance(cells, list) else []) if isinstance(cell, dict))


def _joined(source: object) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
