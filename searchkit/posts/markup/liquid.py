"""Template tags: Liquid of Jekyll, tags of Hexo, shortcodes of Hugo. Their text stays, the tags go."""

from __future__ import annotations

import re

from searchkit.posts.markup.code_spans import CodeSpans
from searchkit.posts.markup.marks import aside, held
from searchkit.posts.markup.tags import INLINE, printed

_OPENING = re.compile(r"\{%-?\s*+(\w*+)|\{\{([<%])\s*+(/?)\s*+([\w./-]*+)|\{\{-?")
_OUTPUT = re.compile(r"\{\{-?\s*+([^{}\n]*+)\}\}")
_EXPRESSION = re.compile(r"[A-Za-z_$.\"'(!\[]")
_QUOTED_OUTPUT = re.compile(r"\s*+(?:\"([^\"|]*+)\"|'([^'|]*+)')\s*+-?$")
_HAN = re.compile("[\u3400-\u9fff]")
_STRING = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_END = {name: re.compile(rf"\{{%-?\s*+end{name}\s*+-?%\}}") for name in ("raw", "comment")}
_CODE_ELEMENT = re.compile(r"<(code|kbd|samp)(?=[\s>])[^<>]*+>([^<]*+)")
_MATH = re.compile(
    r"\$\$[^$]{1,5000}+\$\$|\$(?!\s)[^$\n]{1,1000}+(?<!\s)\$(?!\d)|\\[A-Za-z]++(?>(?:\{[^{}\n]*+\})*)\{\{"
)


def hold_inline_code(text: str, texts: list[str]) -> str:
    """Hold back code and formulas within lines that have signs of a template or of a comment in them."""
    if "`" in text:
        text = _hold_code_spans(text, texts)
    if "{{" in text and ("$" in text or "\\" in text):
        text = _MATH.sub(lambda match: held(match[0], texts) if "{{" in match[0] else match[0], text)
    if "<code" in text or "<kbd" in text or "<samp" in text:
        text = _CODE_ELEMENT.sub(lambda match: match[0].replace("{", "&#123;"), text)
    return text


def _hold_code_spans(text: str, texts: list[str]) -> str:
    parts: list[str] = []
    position = 0
    for start, code_start, code_end, end in CodeSpans(text):
        code = text[code_start:code_end]
        if "{" in code or "%%" in code:
            code = " ".join(code.split("\n")).strip()
            parts += text[position:start], held(_without_raw(code), texts)
            position = end
    parts.append(text[position:])
    return "".join(parts)


def _without_raw(code: str) -> str:
    return re.sub(r"\{%-?\s*+(?:end)?raw\s*+-?%\}", "", code) if "endraw" in code else code


def without_liquid(text: str) -> str:
    """Remove ``{% … %}``, ``{{ … }}`` and ``{{< … >}}``, but for the text that they print.

    The content of ``{% raw %}`` is kept unchanged, that of ``{% comment %}`` is removed.

    >>> without_liquid("甲{% include x.html %}乙{{ site.url }}{% raw %}{{ 丙 }}{% endraw %}")
    '甲乙{{ 丙 }}'
    """
    if "{%" not in text and "{{" not in text:
        return text
    return _Template(text).text()


class _Template:
    """Reads a text from one tag to the next. What has no end is searched for once: the time is linear."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.ends: dict[str, int] = {}
        self.unclosed: set[str] = set()

    def text(self) -> str:
        source = self.source
        position = 0
        while opening := _OPENING.search(source, position):
            self.parts.append(source[position : opening.start()])
            position = self._read(opening)
            if position < 0:
                self.parts.append(opening[0])
                position = opening.end()
        self.parts.append(source[position:])
        return "".join(self.parts)

    def _read(self, opening: re.Match[str]) -> int:
        """Read the tag at a match; return its end, or -1 if it is none."""
        if opening[1] is not None:
            return self._tag(opening)
        if opening[2]:
            return self._shortcode(opening)
        return self._output(opening)

    def _end(self, sign: str, position: int) -> int:
        """The next occurrence of a sign; -1 if there is none."""
        end = self.ends.get(sign, 0)
        if 0 <= end < position:
            end = self.ends[sign] = self.source.find(sign, position)
        return end

    def _tag(self, opening: re.Match[str]) -> int:
        name = opening[1]
        end = self._end("%}", opening.end())
        inner = self._end("{%", opening.end())
        if end < 0 or 0 <= inner < end:
            return -1
        if name in _END and name not in self.unclosed:
            closing = _END[name].search(self.source, end)
            if closing:
                if name == "raw":
                    self.parts.append(self.source[end + 2 : closing.start()])
                return closing.end()
            self.unclosed.add(name)
        self._print(name, self.source[opening.end() : end].removesuffix("-"))
        return end + 2

    def _shortcode(self, opening: re.Match[str]) -> int:
        sign = ">}}" if opening[2] == "<" else "%}}"
        end = self._end(sign, opening.end())
        inner = self._end("{{", opening.end())
        if end < 0 or 0 <= inner < end:
            return -1
        if not opening[3]:
            self._print(opening[4], self.source[opening.end() : end].removesuffix("/"))
        return end + 3

    def _output(self, opening: re.Match[str]) -> int:
        output = _OUTPUT.match(self.source, opening.start())
        if output is None:
            return -1
        quoted = _QUOTED_OUTPUT.match(output[1])
        if quoted:
            self.parts.append(quoted[1] or quoted[2] or "")
        elif (output[1] and not _EXPRESSION.match(output[1])) or (
            _HAN.search(output[1]) and _HAN.search(_STRING.sub("", output[1]))
        ):
            return -1
        return output.end()

    def _print(self, name: str, arguments: str) -> None:
        text = " ".join(printed(name, arguments).split())
        if text:
            self.parts.append(text if name in INLINE else aside(text))
