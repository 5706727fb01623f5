"""Which lines of a post are code and which are prose, as CommonMark's reference rules divide them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline"])
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_TAGGED_CODE = re.compile(
    r"\{%-?[ \t]*(codeblock|code|highlight)\b(?P<head>[^\n]*?)%\}(?P<code>.*?)\{%-?[ \t]*end\1[ \t]*-?%\}"
    r"|\{\{[<%][ \t]*highlight\b(?P<head2>[^\n]*?)[>%]\}\}(?P<code2>.*?)\{\{[<%][ \t]*/highlight[ \t]*[>%]\}\}",
    re.DOTALL,
)
_PRE = re.compile(r"(?<!`)<(pre)\b[^<>]*>(?P<code>.*?)</\1>", re.DOTALL | re.IGNORECASE)
_HTML_HEADING = re.compile(r"^<h[1-6][^<>]*>(.*?)</h[1-6]>", re.MULTILINE | re.IGNORECASE)
_UNWORDED = re.compile(r"\s*(?:<!--.*-->|!\[[^\[\]]*\]\([^()]*\)|<img\b[^<>]*>|\[\[?toc\]\]?)\s*", re.IGNORECASE)


@dataclass
class Blocks:
    """The content of a raw post, divided.

    Attributes:
        prose: everything outside code; a line with a form feed stands for each block of code.
        code: the text of each block of code.
        fenced: those of ``code`` whose borders the writer marked.
        infos: what is written behind the opening fences.
        markdown: those parts of ``prose`` that are no blocks of raw HTML.
        title_heading: the text of the first H1, or of a heading that opens the body; empty if there is none.
        heading_is_sure: whether that heading is the title beyond doubt.
    """

    prose: str = ""
    code: list[str] = field(default_factory=list)
    fenced: list[str] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)
    markdown: str = ""
    title_heading: str = ""
    heading_is_sure: bool = False


def divide_html(content: str) -> Blocks:
    """The same of a page in HTML, which has no Markdown."""
    heading = re.search(r"<title[^<>]*>(.*?)</title>|<h1[^<>]*>(.*?)</h1>", content, re.DOTALL | re.IGNORECASE)
    title = next(filter(None, heading.groups()), "") if heading else ""
    prose = re.sub(r"<title[^<>]*>.*?</title>", " ", content, flags=re.DOTALL | re.IGNORECASE)
    return Blocks(prose, title_heading=title)


def divide(content: str) -> Blocks:
    """Divide the content of a post into code and prose.

    >>> divide("词\\n\\n```js\\nlet a\\n```\\n").code
    ['let a\\n']
    """
    blocks = Blocks()

    def take(match: re.Match[str]) -> str:
        groups = match.groupdict()
        blocks.code.append(_untagged(groups["code"] or groups.get("code2") or ""))
        blocks.infos.append(groups.get("head") or groups.get("head2") or "")
        return "\n\n\f\n\n"

    lines = content.expandtabs(4).split("\n")
    tokens = _PARSER.parse("\n".join(lines))
    kept: list[str | None] = list(lines)
    in_html: set[int] = set()
    headings: list[tuple[int, int, str]] = []
    for number, token in enumerate(tokens):
        if token.type in ("fence", "code_block") and token.map:
            first, last = token.map
            blocks.code.append(token.content)
            if token.type == "fence":
                blocks.infos.append(token.info)
                blocks.fenced.append(token.content)
            kept[first:last] = ["\f"] + [None] * (last - first - 1)
        elif token.type == "html_block" and token.map:
            in_html.update(range(*token.map))
        elif token.type == "heading_open" and token.map and token.level == 0:
            headings.append((token.map[0], int(token.tag[1]), tokens[number + 1].content))
    _choose_heading(blocks, lines, headings)
    blocks.markdown = "\n".join(line for number, line in enumerate(kept) if line is not None and number not in in_html)
    text = "\n".join(line for line in kept if line is not None)
    text = _fences_in_html(text, blocks)
    blocks.prose = _PRE.sub(take, _TAGGED_CODE.sub(take, text))
    return blocks


def _untagged(code: str) -> str:
    return html.unescape(re.sub(r"</?(?:code|span|br|b|i|em|strong|font|a|div|p|pre)\b[^<>]*>", "", code))


def _choose_heading(blocks: Blocks, lines: list[str], headings: list[tuple[int, int, str]]) -> None:
    opening = next((number for number, line in enumerate(lines) if line.strip()), 0)
    shown = next((number for number, line in enumerate(lines) if line.strip() and not _UNWORDED.fullmatch(line)), 0)
    named = [(number, level, text) for number, level, text in headings if text.strip()]
    firsts = [heading for heading in named if heading[1] == 1]
    if named and named[0][0] == opening:
        blocks.title_heading = firsts[0][2] if firsts else named[0][2]
        blocks.heading_is_sure = not firsts or firsts[0] == named[0]
    elif firsts:
        blocks.title_heading = firsts[0][2]
        blocks.heading_is_sure = len(firsts) == 1
    elif named and named[0][0] == shown:
        blocks.title_heading = named[0][2]
    elif match := _HTML_HEADING.search("\n".join(lines)):
        blocks.title_heading = match[1]


def _fences_in_html(text: str, blocks: Blocks) -> str:
    """Take out fences that stand within HTML, where CommonMark sees none but writers mean some."""
    kept: list[str] = []
    code: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if not fence and match:
            fence, code = match[1], []
            blocks.infos.append(line[match.end() :])
            kept.append("\f")
        elif fence and match and match[1].startswith(fence) and not line[match.end() :].strip():
            blocks.code.append("\n".join(code))
            blocks.fenced.append(blocks.code[-1])
            fence = ""
        elif fence:
            code.append(line)
        else:
            kept.append(line)
    return "\n".join([*kept, *code] if fence else kept)
