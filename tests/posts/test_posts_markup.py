"""Plain text of HTML and Liquid."""

import re

import bs4
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.posts.markup import html, html_line, plain_text
from searchkit.posts.markup.marks import to_lines

HTML = [
    ("国<b>际</b>论<em class='x'>坛</em>", "国际论坛"),
    ("<p>甲</p><p>乙</p>", "甲\n乙"),
    ("<p>甲<br>乙<br/>丙<BR />丁</p>", "甲\n乙\n丙\n丁"),
    ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
    ("<ul><li>甲<li>乙<ul><li>丙</ul></ul>", "• 甲\n• 乙\n• 丙"),
    ("<h1>甲</h1>乙<hr>丙", "甲\n乙\n丙"),
    ("<dl><dt>甲<dd>乙</dl>", "甲\n乙"),
    ("<details><summary>甲</summary>乙</details>", "甲\n乙"),
    ("<figure><img src='x' alt='图'><figcaption>甲</figcaption></figure>乙", "[图]\n[甲]\n乙"),
    ("<blockquote>甲</blockquote>乙", "甲\n乙"),
    ("<table><caption>表</caption><tr><th>甲</th><th>乙</th></tr><tr><td>1<td>2</table>", "表\n甲 | 乙\n1 | 2"),
    ("<table><tr><td></td><td>甲</td><td></td><td>乙</td><td></td></tr></table>", "甲 | 乙"),
    ("<button>甲</button><button>乙</button>", "甲 乙"),
    ("<table><tr><td><p>甲</p></td><td> <p>乙</p> </td></tr></table>", "甲 | 乙"),
    ("<pre>a\n  <b>b</b>\n\nc</pre>d", "a\n  b\n\nc\nd"),
    ("<p>a <a href='x'>链接</a>、b</p>", "a 链接、b"),
    ("<p>甲 &amp; 乙&nbsp;&nbsp;丙 &lt;b&gt; &#20013;&#x6587; &copy;</p>", "甲 & 乙 丙 <b> 中文 ©"),
    ("?a=1&region=2&copy=3 AT&T &unknown; &#0;", "?a=1&region=2&copy=3 AT&T &unknown; \ufffd"),
    ("<p>　　甲　乙　</p>", "甲　乙"),
    ("<div>　　甲\n　　乙</div>", "甲\n乙"),
    ("零\u200b宽&zwj;", "零\u200b宽\u200d"),
]
INVISIBLE = [
    ("<!--1636361820000-->甲", "甲"),
    ("甲<!-- <p>不\n\n不</p> -->乙", "甲乙"),
    ("<div>甲<script>if (a<b) '</div>'</script>乙<style>p{}</style>丙</div>", "甲乙丙"),
    ("甲<iframe src='x'>不</iframe><noscript><img src='x'>不</noscript>乙", "甲乙"),
    ("<svg><title>不</title><text>不</text></svg><template>不</template>甲", "甲"),
    ("<p>甲</p><section id='imu'><div id='dfp-ad-imu1'>        </div></section><p>乙</p>", "甲\n乙"),
    ("甲{% include x.html a='5%' %}乙{{ site.url | x }}丙", "甲乙丙"),
    ("{% raw %}{{ 甲 }}{% endraw %}{% comment %}不{% endcomment %}", "{{ 甲 }}"),
    ("{% highlight py %}\nif a<b:\n  *c*\n{% endhighlight %}", "if a<b:\n  *c*"),
    ("{% if x %}甲{% endif %}{%- raw -%}乙", "甲乙"),
    ("<?xml version='1.0'?><!DOCTYPE html><html><head><title>不</title></head><body>甲</body></html>", "甲"),
    ("<link rel='x'>甲<input value='不'>", "甲"),
]
BROKEN = [
    ("a < b, c <3, 1<2>1", "a < b, c <3, 1<2>1"),
    ("<div><p>甲<b>乙", "甲乙"),
    ("<div class='x>甲</div>乙", "甲\n乙"),
    ('甲 <a href="x>乙</a> 丙 <b class="y">丁</b> 戊', "甲 乙 丙 丁 戊"),
    ("<p title='a > b' data-x=\"<p>不</p>\">甲</p>", "甲"),
    ("甲<!-- 乙", "甲 乙"),
    ("<div>甲<script>乙", "甲乙"),
    ("甲<textarea>乙</div>丙", "甲\n乙\n丙"),
    ("甲<script>乙<style>不</style>丙", "甲乙丙"),
    ("<title>甲", "甲"),
    ("<plaintext>甲<b>乙</b>", "甲乙"),
    ("听<Everytime>和<it's my life>", "听<Everytime>和<it's my life>"),
    ("《<新女性>》<https://example.com/a_b_c>", "《<新女性>》https://example.com/a_b_c"),
    ("<o:p>甲</o:p><lt-div x>乙</lt-div><fancy a='b'>丙", "甲乙丙"),
    ("<![CDATA[甲]]>乙", "甲乙"),
    ("</p></div>甲</b>", "甲"),
    ("甲</", "甲</"),
]
WRAPPED = [
    ("<p>\n 关联\n <a href='x'>\n  上个月\n </a>\n ：甲\n ABC\n 乙\n</p>", "关联上个月：甲 ABC 乙"),
    ("<p>他说\n“好”\n。a\nb</p>", "他说“好”。a b"),
    ("<a>标签</a>\n <a>标签</a>", "标签 标签"),
    ("    <div>\n        <p>甲</p>\n    </div>", "甲"),
]
TITLE_LINK = [
    ("<!--1-->\n[T](http://x/y)\n------\n\n<div>甲</div>", "甲"),
    ("\n[T](http://x/(y))\n======\n甲", "甲"),
    ("[另一个](u)\n---\n甲", "另一个\n甲"),
    ("[T](u)\n\n甲", "T\n甲"),
    ("甲\n[T](u)\n---", "甲 T"),
]


@pytest.mark.parametrize(("content", "text"), HTML + INVISIBLE + BROKEN + WRAPPED)
def test_html(content: str, text: str) -> None:
    assert plain_text(content) == text


@pytest.mark.parametrize(("content", "text"), TITLE_LINK)
def test_a_link_with_the_title_is_removed(content: str, text: str) -> None:
    assert plain_text(content, "T") == text


def test_a_title_link_with_brackets_and_entities_is_removed() -> None:
    assert plain_text("[[外交] a](b) &amp; c](u)\n------\n甲", "[外交] a](b) & c") == "甲"


@pytest.mark.parametrize(
    ("title", "line"), [("港<b>澳</b> &amp; 台", "港澳 & 台"), ("a\n b", "a b"), ("*甲* <乙>", "*甲* <乙>")]
)
def test_html_line(title: str, line: str) -> None:
    assert html_line(title) == line


def test_deeply_nested_tags_lose_no_text() -> None:
    assert plain_text("<div>甲" * 5000 + "乙" + "</div>" * 5000) == "甲\n" * 4999 + "甲乙"
    assert plain_text("<b title='<'>甲" * 5000) == "甲" * 5000


def assert_clean_lines(text: str) -> None:
    assert text == "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    assert not re.search("[\ufdd0-\ufdef]", text)


TAGS = st.sampled_from(["div", "p", "b", "a", "br", "li", "td", "tr", "span", "table", "pre", "h1", "custom-tag"])
NAMES = st.sampled_from(["", " class=x", ' class="a b"', " href='?a=1&b=2'", " hidden"])
WORDS = st.sampled_from(["甲乙", "丙", "word", "12", "&lt;", "&nbsp;", " ", "\n", "，", "\u3000", "&amp;lt;"])


@st.composite
def pages(draw: st.DrawFn, broken: bool) -> str:
    parts: list[str] = []
    for number in range(draw(st.integers(0, 12))):
        tag, attributes = draw(TAGS), draw(NAMES)
        close = "</" if draw(st.booleans()) else "<"
        parts += draw(WORDS), f"{close}{tag}{'' if close == '</' else attributes}>"
        if broken:
            parts += draw(st.sampled_from(["", "<", "< ", "<a title=>", "<!--", "<b title='<i>'>", "</", "<x>", "&"]))
        parts.append(f" w{number}w ")
    return "".join(parts)


@settings(deadline=None)
@given(pages(broken=False))
def test_the_words_are_those_that_a_parser_finds(source: str) -> None:
    body = bs4.BeautifulSoup(source, "lxml").get_text()
    assert re.sub(r"[\s|•]", "", to_lines(html.marked_text(source))) == re.sub(r"\s", "", body)


@settings(deadline=None)
@given(pages(broken=True))
def test_no_word_is_lost_in_broken_html(source: str) -> None:
    words = [f"w{number}w" for number in range(12) if f" w{number}w " in source]
    text = plain_text(source)
    assert [word for word in text.replace(">", " ").split() if word in words] == words


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab甲乙 \n\t<>/!-*_`[]()#|\\&;{%}=\"'~:.1>\u3000\u2028", max_size=80))
def test_any_markup_becomes_clean_lines(source: str) -> None:
    assert_clean_lines(plain_text(source))
