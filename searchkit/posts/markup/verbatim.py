"""Text that no markup is removed from: fenced code, ``<pre>``, Liquid's code blocks, displayed formulas.

It is held back before anything else is read, so that it keeps its lines and spaces whatever stands around it: a
quotation, a list, a ``<div>``.
"""

from __future__ import annotations

import html
import re
import sys
from functools import lru_cache

from searchkit.posts.markup.code_spans import CodeSpans
from searchkit.posts.markup.marks import BREAK, aside, held, literal
from searchkit.posts.markup.tags import printed

_TRIGGER = re.compile(r"\$\$|\\begin\{|\\\[|\{(?:%-?|\{[<%])\s*+(?:highlight|codeblock)")
_ELEMENT = r"<(?P<element>pre|script|style|textarea)(?=[\s>])[^<>]*+>|(?P<comment><!--)"
_START_OF_ELEMENT = re.compile(_ELEMENT, re.IGNORECASE)
_START = re.compile(
    r"^(?P<prefix>[^\S\n]*+(?>(?:>[^\S\n]*+|[-*+][^\S\n]++|\d{1,3}[.)][^\S\n]++)*))"
    r"(?:(?P<fence>`{3,}+|~{3,}+)(?P<info>[^`~\n]*+)$|(?P<math>\$\$|\\\[|\\begin\{(?P<environment>[a-z]{1,30}\*?)\}))"
    rf"|{_ELEMENT}|(?P<code>`++)"
    r"|(?P<liquid>\{(?:%-?|\{[<%])\s*+(?P<name>highlight|codeblock)(?=[\s%>])(?P<arguments>[^{}%>\n]*+)-?[%>]\}{1,2})",
    re.MULTILINE | re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:title|caption|cap|filename|file|name)\s{0,3}[=:]\s{0,3}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'{}]++))"
)
_ATTRIBUTES = re.compile(r"\{[^{}]*+\}")
_SWITCHES = re.compile(r"\b(?:linenos|line_?numbers|lines?|nowrap|anchorlinenos)\b(?:\s*+=\s*+\S++)?", re.IGNORECASE)
_RAW = re.compile(r"\{%-?\s*+(end)?raw\s*+-?%\}")
_PRE_TAG = re.compile(
    r"</?(?:a|b|i|u|s|q|em|strong|code|span|font|div|p|br|img|mark|small|big|sub|sup|kbd|samp|var|tt|del|ins|table|tbody"
    r"|tr|td|th|li|ol|ul|pre|noscript|center|strike|cite|figure|h[1-6]|section|button|label)(?>(?:\s++[\w:-]++(?>(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?))*)\s*+/?>",
    re.IGNORECASE,
)
_PRE_LINE = re.compile(r"<br\s*+/?>|</(?:p|div|li|tr)>", re.IGNORECASE)
_TEX = re.compile(r"[\\^_=]")
_QUOTE = re.compile(r"[^\S\n]*+>[^\S\n]?")


def hold_verbatim(text: str, texts: list[str]) -> str:
    """Replace code and displayed formulas by placeholders, whose texts are added to a list.

    >>> hold_verbatim("甲\\n```\\n  {{ a }}\\n```", texts := []).replace(BREAK, "|"), texts
    ('甲\\n|\\ufdd80\\ufdd9|', ['  {{ a }}'])
    """
    if _may_begin(text):
        return _Holder(text, texts).hold(_START)
    return _Holder(text, texts).hold(_START_OF_ELEMENT) if "<pre" in text else text


def _may_begin(text: str) -> bool:
    """A fast test that excludes most texts: one character is found a hundred times as fast as an expression."""
    if ("`" in text and ("```" in text or "<pre" in text)) or ("~" in text and "~~~" in text):
        return True
    return ("$" in text or "{" in text or "\\" in text) and _TRIGGER.search(text) is not None


class _Holder:
    """Finds verbatim text from the start of a text to its end.

    Every search for an end either finds one and goes on behind it, or is the last of its kind: the time is linear.
    """

    def __init__(self, text: str, texts: list[str]) -> None:
        self.text = text
        self.texts = texts
        self.parts: list[str] = []
        self.unclosed: set[str] = set()
        self.found: dict[str, re.Match[str]] = {}
        self.code_spans: CodeSpans | None = None
        self.longest_tildes = sys.maxsize

    def hold(self, pattern: re.Pattern[str]) -> str:
        """The text with placeholders for what begins where a pattern matches."""
        position = 0
        while start := pattern.search(self.text, position):
            self.parts.append(self.text[position : start.start()])
            position = self._read(start)
            if position < 0:  # not verbatim
                position = start.end()
                self.parts.append(start[0])
        self.parts.append(self.text[position:])
        return "".join(self.parts)

    def _read(self, start: re.Match[str]) -> int:
        """Hold the text that begins at a match; return its end, or -1 if there is none."""
        match start.lastgroup:
            case "info":
                return self._fence(start)
            case "math":
                return self._math(start)
            case "liquid":
                return self._liquid(start)
            case "code":
                return self._code_span(start)
            case "comment":
                return self._skipped(start, self._after("-->", start.end()))
        name = start["element"].lower()
        end = self._search(_closing_tag(name), start.end())
        if name != "pre":
            return self._skipped(start, end.end() if end else -1)
        stop = end.start() if end else len(self.text)
        self._add("", "", _pre_text(self.text[start.end() : stop]))
        return end.end() if end else stop

    def _skipped(self, start: re.Match[str], end: int) -> int:
        if end >= 0:
            self.parts.append(self.text[start.start() : end])
        return end

    def _after(self, sign: str, position: int) -> int:
        """The offset after the next occurrence of a sign; -1 if there is none."""
        end = -1 if sign in self.unclosed else self.text.find(sign, position)
        if end < 0:
            self.unclosed.add(sign)
            return -1
        return end + len(sign)

    def _search(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """The first match from a position on, which never falls; it stands for all positions before it."""
        match = self.found.get(pattern.pattern)
        if match is None or match.start() < position:
            match = None if pattern.pattern in self.unclosed else pattern.search(self.text, position)
            if match is None:
                self.unclosed.add(pattern.pattern)
            else:
                self.found[pattern.pattern] = match
        return match

    def _add(self, prefix: str, title: str, text: str) -> None:
        caption = aside(literal(title))
        before = f"{caption}{BREAK}" if caption else ""
        self.parts += prefix, BREAK, before, held(_without_outer_lines(text), self.texts), BREAK

    def _fence(self, start: re.Match[str]) -> int:
        prefix, fence, info = start["prefix"], start["fence"], start["info"].strip()
        if fence[0] == "~" and len(fence) >= self.longest_tildes:
            return -1
        closing = self._closing(fence, len(prefix.expandtabs(4)) + 3, start.end())
        if closing is None and fence[0] == "~":  # in Chinese, a drawn-out tone as well
            self.longest_tildes = len(fence)
            return -1
        end, after = closing.span() if closing else (len(self.text),) * 2
        stop = end - 1 if closing else end
        if ">" in prefix:
            lines = self._quoted_lines(start.end() + 1, stop)
            behind = start.end() + sum(len(line) + 1 for line in lines)
            if behind < stop:  # the fence ends with its quotation
                after = behind
            lines = [_QUOTE.sub("", line, count=1) for line in lines]
        else:
            lines = self.text[start.end() + 1 : stop].split("\n")
        indent = len(prefix.expandtabs(4)) if ">" not in prefix else 0
        lines = [_dedented(line, indent) for line in lines]
        self._add(prefix, _title(info), _understood_raw("\n".join(lines)))
        return after

    def _quoted_lines(self, position: int, stop: int) -> list[str]:
        """The lines from a position on that belong to a quotation, at most to an offset."""
        lines = []
        while position <= stop and _QUOTE.match(self.text, position):
            end = self.text.find("\n", position, stop)
            end = stop if end < 0 else end
            lines.append(self.text[position:end])
            position = end + 1
        return lines

    def _closing(self, fence: str, indent: int, position: int) -> re.Match[str] | None:
        """The end of a fence: a line of the same sign, not itself indented as code is, unless there is no other."""
        near = self._search(_closing_fence(fence[0], len(fence), min(indent, 40)), position)
        return near or self._search(_closing_fence(fence[0], len(fence), 999), position)

    def _math(self, start: re.Match[str]) -> int:
        opening = start.start("math")
        name = start["environment"]
        sign = start["math"]
        end = self._after(f"\\end{{{name}}}" if name else "\\]" if sign == "\\[" else sign, start.end())
        if end < 0:
            return -1
        line_end = self.text.find("\n", end)
        rest = self.text[end : line_end if line_end >= 0 else len(self.text)]
        formula = self.text[opening:end]
        if rest.strip() or ("\n\n" in formula and "\\" not in formula):
            return -1
        if sign == "\\[" and not _TEX.search(formula, 2, len(formula) - 2):  # an escaped bracket
            return -1
        lines = [_QUOTE.sub("", line, count=1) if ">" in start["prefix"] else line for line in formula.split("\n")]
        indent = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
        self._add(start["prefix"], "", "\n".join([lines[0], *(line[indent:] for line in lines[1:])]))
        return end

    def _code_span(self, start: re.Match[str]) -> int:
        """Skip code within a paragraph, so that no tag in it is taken for the start of an element."""
        self.code_spans = self.code_spans or CodeSpans(self.text)
        code_end, end = self.code_spans.end(start.start())
        return self._skipped(start, end if code_end else -1)

    def _liquid(self, start: re.Match[str]) -> int:
        name = start["name"].lower()
        end = self._search(_closing_liquid(name), start.end())
        if end is None:
            return -1
        arguments = start["arguments"]
        title = printed(name, arguments) if name == "codeblock" else _title(_SWITCHES.sub("", arguments))
        self._add("", title, _understood_raw(self.text[start.end() : end.start()]))
        return end.end()


@lru_cache(maxsize=64)
def _closing_fence(sign: str, length: int, indent: int) -> re.Pattern[str]:
    white = rf"(?: {{0,{indent}}}+|\t{{0,{indent // 4}}}+)"
    before = r"(?>(?:>[^\S\n]*+)*)(?:\{%-?[^\S\n]*+endraw[^\S\n]*+-?%\}[^\S\n]*+)?"
    return re.compile(rf"^{white}{before}{sign}{{{length},}}+[^\S\n]*+$", re.MULTILINE)


@lru_cache(maxsize=8)
def _closing_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*+>", re.IGNORECASE)


@lru_cache(maxsize=8)
def _closing_liquid(name: str) -> re.Pattern[str]:
    return re.compile(rf"\{{(?:%-?|\{{[<%])\s*+(?:end|/\s*+){name}\s*+-?[%>]\}}{{1,2}}", re.IGNORECASE)


def _dedented(line: str, indent: int) -> str:
    """A line without at most so many columns of white space."""
    if not indent or not line[:1].isspace():
        return line
    line = line.expandtabs(4)
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]


def _without_outer_lines(text: str) -> str:
    """Lines without white space at their ends, and without blank lines at the ends of the text."""
    lines = [line.rstrip() for line in text.split("\n")]
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines[first:])


def _understood_raw(code: str) -> str:
    """Code without the tags by which Jekyll is told to leave it alone."""
    if "raw" not in code:
        return code
    ends = [bool(tag[1]) for tag in _RAW.finditer(code)]
    return _RAW.sub("", code) if ends and ends == [False, True] * (len(ends) // 2) else code


def _title(info: str) -> str:
    """The title of a code block, by what stands behind its language."""
    named = _TITLE.search(info)
    if named:
        return named[1] or named[2] or named[3] or ""
    words = _ATTRIBUTES.sub(" ", info).split()
    words = words[1:] if info[:1] not in "{" else []
    return " ".join(word for word in words if word[0] not in "{[:" and "=" not in word and "://" not in word)


def _pre_text(source: str) -> str:
    """The text of ``<pre>``; what is no tag of text, such as ``<T>``, is kept."""
    text = _PRE_TAG.sub("", _PRE_LINE.sub("\n", source)) if "<" in source else source
    return html.unescape(text)
