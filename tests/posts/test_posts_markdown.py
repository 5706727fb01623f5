"""Plain text of Markdown."""

import pytest

from searchkit.posts.markup import plain_text

BLOCKS = [
    ("# 甲\n## 乙 ##\n###### 丙 {#id}", "甲\n乙\n丙"),
    ("甲\n===\n乙\n---\n丙", "甲\n乙\n丙"),
    ("甲\n\n---\n\n* * *\n\n___\n乙", "甲\n乙"),
    ("- 甲\n* 乙\n+ 丙\n1. 丁\n2) 戊", "• 甲\n• 乙\n• 丙\n1. 丁\n2) 戊"),
    ("- 甲\n  - 乙\n    续\n- [x] 丙\n- # 丁", "• 甲\n  • 乙续\n• 丙\n• 丁"),
    ("他生于\n1984. 后来\n12. 月", "他生于 1984. 后来 12. 月"),
    ("> 甲\n> 乙\n>> 丙\n\n丁", "甲乙丙\n丁"),
    ("甲\n乙\nab\ncd\n\n丙", "甲乙 ab cd\n丙"),
    ("甲  \n乙\\\n丙", "甲\n乙\n丙"),
    ("| 甲 | 乙 |\n|:--|--:|\n| 1 | a\\|b |", "甲 | 乙\n1 | a|b"),
    ("甲 | 乙\n--- | ---\n1 | 2\n\n丙 | 丁", "甲 | 乙\n1 | 2\n丙 | 丁"),
    (
        "```python\nif a<b and c>d:\n    *x* = '&amp;' # [a](b)\n```\n后",
        "if a<b and c>d:\n    *x* = '&amp;' # [a](b)\n后",
    ),
    ("~~~\n```\n- a\n~~~\n后", "```\n- a\n后"),
    ("```\n没有结束", "没有结束"),
    ("[甲][r]、[r]、[丙][]\n\n[r]: http://x 'y'\n[丙]: <z>", "甲、r、丙"),
    ("[记者]: 请问", "[记者]: 请问"),
    ("甲[^1]乙\n\n[^1]: 注", "甲乙\n注"),
    ("甲\n{: .note}\n\n{:toc}\n乙", "甲\n乙"),
]
INLINE = [
    ("**港**澳*台*~~删~~ __粗__ _斜_ ***都***", "港澳台删 粗 斜 都"),
    ("**“重要”**的 **甲*乙*丙**", "“重要”的 甲乙丙"),
    ("2 * 3 * 4, 2*3*4, snake_case_name, C++, C#, f**k", "2 * 3 * 4, 2*3*4, snake_case_name, C++, C#, f**k"),
    ("#新聞 #時事", "#新聞 #時事"),
    ("价格* 和 *注", "价格* 和 *注"),
    ("中文_文件_名", "中文_文件_名"),
    ("`a*b*<c>&amp;` 和 ``x`y`` 和 `单", "a*b*<c>&amp; 和 x`y 和 `单"),
    (r"\*甲\* \[乙\] \# \\ C:\路径", r"*甲* [乙] # \ C:\路径"),
    ('[文](http://x/a_(b)_c "t")[ [1] 甲 ](<u v>) [乙] (丙)', "文 [1] 甲 [乙] (丙)"),
    ("[![图](a.png)](b)甲[](c)", "甲\n[图]"),
    ("<https://x.cn/a_b_c?d=*e*> <a@b.cn> http://x.cn/a_b_c", "https://x.cn/a_b_c?d=*e* a@b.cn http://x.cn/a_b_c"),
    ("甲<b title='*'>*乙*</b>*丙*", "甲乙丙"),
    ("[1] 甲 [注]", "[1] 甲 [注]"),
]
MIXED = [
    ("<div>\n*甲* _乙_ # `丙` [丁](u)\n\n- 戊\n</div>\n\n*己*", "*甲* _乙_ # `丙` [丁](u)\n• 戊\n己"),
    ('<div markdown="1">\n\n*甲*\n\n</div>\n*乙*', "甲\n乙"),
    ("<p>甲\n\n**乙**\n\n<hr>\n# 丙", "甲\n乙\n丙"),
    ("<div><div>*甲*</div></div>*乙*", "*甲*\n乙"),
    ("<!-- a\n\nb -->**甲**", "甲"),
    ("<b>甲</b> **乙**", "甲 乙"),
    ("<div>甲\n\n没有结束 *乙*", "甲\n没有结束 乙"),
]


@pytest.mark.parametrize(("content", "text"), BLOCKS + INLINE + MIXED)
def test_markdown(content: str, text: str) -> None:
    assert plain_text(content) == text
