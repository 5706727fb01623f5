"""What a template's tag prints: the arguments that its reader sees, such as a caption or the text of a link."""

from __future__ import annotations

import re

_ARGUMENT = re.compile(
    r"([\w.-]+)\s{0,3}=\s{0,3}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++))|\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++|[\"'])"
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ADDRESS = re.compile(r"\w+://|[./#]|[^\s/]*+/[^\s]*+$|.*\.[A-Za-z0-9]{2,5}$")
_PRINTED_NAMES = frozenset((
    "caption", "title", "alt", "text", "label", "summary", "attr", "content", "header", "heading", "desc",
    "description", "name", "subtitle", "author", "source", "tab",
))
_LOGIC = frozenset((
    "if", "elsif", "else", "endif", "elseif", "unless", "endunless", "for", "endfor", "break", "continue", "case",
    "when", "endcase", "assign", "capture", "endcapture", "increment", "decrement", "cycle", "tablerow",
    "endtablerow", "layout", "extends", "block", "endblock", "set", "load", "comment", "endcomment", "raw",
    "endraw", "post_url", "seo", "feed_meta", "gist", "youtube", "vimeo", "bilibili", "toc", "render", "macro",
    "import", "from", "liquid", "url", "static", "include_relative", "ref", "relref", "math", "katex", "mermaid",
    "highlight", "partial",
))
_SLUG_FIRST = frozenset((
    "asset_img", "asset_link", "asset_path", "post_path", "post_link", "img", "include", "include_cached", "image",
))
INLINE = frozenset((
    "post_link", "asset_link", "link", "linkgrid", "exturl", "external", "label", "button", "btn", "btns", "p",
    "span", "u", "emp", "wavy", "del", "kbd", "psw", "checkbox", "radio", "spoiler", "sup", "sub", "mark", "bubble",
    "hideinline", "link_card",
))
"""Tags that print their text within a line."""
_STYLED = frozenset(("btn", "button", "label", "p", "span", "checkbox", "radio"))
"""Tags whose text stands beside the name of a style, parted by commas."""
_QUOTING = frozenset(("blockquote", "quote", "codeblock", "pullquote"))
_SWITCHES = frozenset(("true", "false", "external", "inline", "center", "left", "right"))


def printed(name: str, arguments: str) -> str:
    """The text that a tag prints; empty if none.

    >>> printed("asset_img", "a.png 300 '雨后的荷花'"), printed("post_link", "my-post 我的文章")
    ('雨后的荷花', '我的文章')
    >>> printed("if", "page.title == '甲'")
    ''
    """
    if name in _LOGIC or not arguments or arguments.isspace():
        return ""
    if name in _STYLED:
        arguments = arguments.replace(",", " ").replace("@", " ")
    inline, quoting = name in INLINE, name in _QUOTING
    words: list[str] = []
    positional = 0
    for match in _ARGUMENT.finditer(arguments):
        key, word = match[1], match[7]
        if key:
            if key.lower() in _PRINTED_NAMES:
                words.append(match[2] or match[3] or match[4] or "")
            continue
        positional += 1
        if positional == 1 and name in _SLUG_FIRST:
            slug = match[5] or match[6] or word or ""
            continue
        quoted = match[5] or match[6]
        if quoted:
            if quoting or inline or _is_text(quoted):
                words.append(quoted)
        elif word and _is_printed_word(word, inline or quoting):
            words.append(word)
    if not words and name == "post_link" and positional:
        words = [slug]
    if name in _STYLED and any(map(_HAN.search, words)):
        words = [word for word in words if _HAN.search(word)]
    return " ".join(word for word in words if word)


def _is_text(quoted: str) -> bool:
    """Whether a quoted argument is text: not an address, a size, or the name of a style."""
    if _HAN.search(quoted):
        return not re.match(r"\w+://|/", quoted)
    return " " in quoted.strip() and quoted[:1].isalpha() and not _ADDRESS.match(quoted)


def _is_printed_word(word: str, any_script: bool) -> bool:
    if ":" in word and word.split(":")[0] in (
        "lang",
        "line_number",
        "highlight",
        "first_line",
        "mark",
        "wrap",
        "url",
        "from",
        "to",
    ):
        return False
    if word.lower() in _SWITCHES or not re.search(r"\w", word):
        return False
    if any_script:
        return "://" not in word and not word.startswith("/") and not word.endswith((".md", ".html"))
    return _HAN.search(word) is not None and not _ADDRESS.match(word)
