"""What writers hide in a text: Obsidian's and kramdown's comments, the modules of MDX."""

from __future__ import annotations

import re
from bisect import bisect_left

from searchkit.posts.markup.marks import aside

_INLINE_COMMENT = re.compile(r"(?<![A-Za-z0-9_%])%%(?!%)[^%\n]*+(?>(?:%(?!%)[^%\n]*+)*)(?<!\d)%%(?![A-Za-z0-9%])")
_BLOCK_COMMENTS = (
    (re.compile(r"^[^\S\n]*+%%(?!%)", re.MULTILINE), re.compile(r"%%[^\S\n]*+$", re.MULTILINE)),
    (re.compile(r"\{::comment\}"), re.compile(r"\{:/[^{}\n]*+\}")),
    (re.compile(r"\{/\*"), re.compile(r"\*/\}")),
)
"""How comments of Obsidian, kramdown and JSX begin and end."""
_NO_MARKDOWN = re.compile(r"\{::/?(?:nomarkdown|options)\b[^{}\n]*+\}|\{:/(?:nomarkdown|options)?\}")
_TAB = re.compile(r"<!--\s{0,9}tab\s++([^@<>\n]{1,200})(?:@[\w-]*+)?\s{0,9}-->")
_IMPORT = re.compile(
    r"import\s++(?:([\w$*,{}\s]{1,500}?)\s++from\s++)?(?:\"[^\"\n]*+\"|'[^'\n]*+')[^\S\n]*+;?[^\S\n]*+(?:\n|\Z)"
)
_ANY_IMPORT = re.compile(rf"^{_IMPORT.pattern}", re.MULTILINE)
_EXPORT = re.compile(
    r"export\s++(?:const|let|var|default|function|async|class)\b[^\n]*+(?>(?:\n(?![^\S\n]*+\n)[^\n]*+)*)\n?"
)
_SPACE = re.compile(r"\s*+")
_NAME = re.compile(r"[\w$]++")
_COMPONENT = re.compile(r"<([\w$]++)")


def without_hidden(text: str) -> str:
    """Remove comments and modules that no reader sees; code must have been held back.

    >>> without_hidden("甲 %%不%%\\n\\n%%\\n不\\n\\n不\\n%%\\n乙{/* 不 */}")
    '甲 \\n\\n\\n乙'
    """
    if "%" in text and "%%" in text:
        text = _without(_INLINE_COMMENT.sub("", text), *_BLOCK_COMMENTS[0])
    if "{" in text:
        for opening, closing in _BLOCK_COMMENTS[1:]:
            text = _without(text, opening, closing)
        if "{:" in text:
            text = _NO_MARKDOWN.sub("", text)
    return _without_modules(text)


def with_titles_of_tabs(text: str) -> str:
    """Show the titles of Hexo's tabs, which are written as comments."""
    return _TAB.sub(lambda match: f"\n\n{aside(match[1].strip())}\n\n", text) if "endtab" in text else text


def _without(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """A text without what stands between two signs, which go too; an unclosed sign stays."""
    parts: list[str] = []
    position = 0
    while (start := opening.search(text, position)) and (end := closing.search(text, start.end())):
        parts.append(text[position : start.start()])
        position = end.end()
    parts.append(text[position:])
    return "".join(parts)


def _without_modules(text: str) -> str:
    """Remove the imports and exports at the top of a text, and later imports of components that it uses."""
    start = position = _end_of_space(text, 0)
    while text.startswith(("import", "export"), position):
        module = _IMPORT.match(text, position) or _EXPORT.match(text, position)
        if module is None:
            break
        position = _end_of_space(text, module.end())
    text = text[position:] if position > start else text
    if text.startswith("<", start) or "import " not in text or "<" not in text:  # the first: a page of HTML
        return text

    components = sorted(set(_COMPONENT.findall(text)))

    def is_used(name: str) -> bool:
        place = bisect_left(components, name)
        return place < len(components) and components[place].startswith(name)

    def unused(match: re.Match[str]) -> str:
        names = _NAME.findall(match[1] or "")
        return "" if any(is_used(name) for name in names if name != "as") else match[0]

    return _ANY_IMPORT.sub(unused, text)


def _end_of_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position
