"""MDX: Markdown whose imports, exports and comments are JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace

from searchkit.model import Post
from searchkit.posts.frontmatter.parsing import parse as parse_markdown

_STATEMENT = re.compile(r"(?:import|export)(?=[\s{*])")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r"\{/\*(?>(?:[^*{]|\*(?!/)|\{(?!/\*))*)\*/\}")


def parse(path: str, text: str) -> Post:
    """The post of a Markdown file without its JavaScript; its components are for the markup reader.

    >>> parse("a.mdx", "import Tabs from '@theme/Tabs';\\n\\n# 通关 {/* 注 */}").content.strip()
    '# 通关'
    """
    post = parse_markdown(path, text)
    return replace(post, content=_without_statements(post.content))


def _without_statements(content: str) -> str:
    """Drop paragraphs outside of code that begin with ``import`` or ``export``, and comments."""
    kept: list[str] = []
    fence, in_statement, after_blank = "", False, True
    for line in content.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not line[mark.end() :].strip() else fence
        else:
            in_statement = bool(line.strip()) and (in_statement or (after_blank and bool(_STATEMENT.match(line))))
            fence = mark[1] if mark and not in_statement else ""
            if in_statement:
                continue
            line = line if mark else _COMMENT.sub("", line)
        kept.append(line)
        after_blank = not line.strip()
    return "\n".join(kept)
