"""The markup of other writers: what a reader of the page sees is found, and nothing of the marks is left."""

import pytest

from searchkit.posts.markup import plain_text

OBSIDIAN = [
    ("[[笔记]]、[[笔记|别名]]、[[笔记#节]]", "笔记、别名、笔记 > 节"),
    ("甲![[图.png]]乙![[图.png|300]]丙![[图.png|说明]]", "甲乙丙\n[说明]"),
    ("| [[笔记\\|别名]] | 乙 |", "别名 | 乙"),
    ("==高亮==和 a == b，a==b==c", "高亮和 a == b，a==b==c"),
    ("甲%%不%%乙\n\n%%\n不\n\n不\n%%\n丙", "甲乙\n丙"),
    ("for %%i in (a) do echo %%i，50%%，`%%time`", "for %%i in (a) do echo %%i，50%%，%%time"),
    ("> [!note]- 标题\n> 内容", "标题\n内容"),
    ("甲 ^块\n\n乙 ^a1b2c3\n\nx ^2", "甲\n乙\nx ^2"),
    ("- 甲 ^a1b2c3", "• 甲"),
    ("甲\n\n*[HTML]: 超文本", "甲\nHTML: 超文本"),
    ("::: tabs\n@tab 甲\n文\n@tab:active 乙\n:::", "甲\n文\n乙"),
    ('{{< figure src="a.png" caption="**粗** 与 `码`" >}}', "[粗 与 码]"),
    ("{::nomarkdown}\n<b>甲</b>\n{:/nomarkdown}\n\n{::nomarkdown}<b>乙</b>{:/}", "甲\n乙"),
    ("{% include_code 例子 lang:js a.js %}", "[例子]"),
    ("[[0, 1], [2, 3]] 和 arr[[1]] 和 [[1]](u)", "[[0, 1], [2, 3]] 和 arr[[1]] 和 [1]"),
]
VUEPRESS = [
    ("::: tip 标题\n内容\n:::\n后", "标题\n内容\n后"),
    (":::note[标题]\n内容\n:::", "标题\n内容"),
    ('::: {.callout title="标题"}\n内容\n:::', "标题\n内容"),
    ("## 标题 {#anchor}", "标题"),
    ('<Badge text="新"/> <ClientOnly>甲</ClientOnly> <Icon />', "甲\n[新]"),
    ("听<Everytime>和 List<String>", "听<Everytime>和 List<String>"),
    ("import A from '@a'\nimport {B} from \"b\"\n\nexport const c = 1\n\n甲<A>乙</A>{/* 不 */}", "甲乙"),
    ("甲\n\nimport os\n\nimport x from 'y'", "甲\nimport os\nimport x from 'y'"),
]
MKDOCS = [
    ('!!! note "标题"\n    内容 **粗**\n\n    再\n\n后', "标题\n内容 粗\n再\n后"),
    ("??? tip\n    内容", "内容"),
    ("!!! 太好了", "!!! 太好了"),
    ('=== "页签"\n\n    ```\n    a\n      b\n    ```', "页签\na\n  b"),
]
TEMPLATES = [
    ('{{< figure src="a.png" caption="说明" >}}甲', "甲\n[说明]"),
    ("{{% notice tip %}}\n甲\n{{% /notice %}}", "甲"),
    ('{{< admonition type=tip title="小标题" >}}\n甲\n{{< /admonition >}}', "[小标题]\n甲"),
    ("{% note info 标题 %}\n甲\n{% endnote %}", "[标题]\n甲"),
    ('甲{% asset_img a.png 300 "说明" %}乙', "甲乙\n[说明]"),
    ("见{% post_link slug 文字 %}和{% post_link 另一篇 %}。", "见文字和另一篇。"),
    ("{% blockquote 作者, 书名 https://a.cn %}\n甲\n{% endblockquote %}", "[作者, 书名]\n甲"),
    ('{% include image.html url="/a.png" caption="说明" %}', "[说明]"),
    ("{% label primary@甲 %}和{% u 乙 %}", "甲和乙"),
    ("{% tabs 名 %}\n<!-- tab 页签 -->\n甲\n<!-- endtab -->\n{% endtabs %}", "[名]\n[页签]\n甲"),
    ("{% if page.title == '不' %}甲{% endif %}{% assign a = '不' %}{{ site.title | x: '不' }}", "甲"),
]
PANDOC = [
    ("![图](a.png){width=50%} [文]{.class} `a`{.py}", "文 a\n[图]"),
    ("甲^[脚注]乙[^1]丙\n\n[^1]: 注\n\n    续 **粗**", "甲乙丙\n[脚注]\n注\n续 粗"),
    ("H~2~O，x^2^，1~2~3", "H2O，x2，1~2~3"),
    ("术语\n: 定义", "术语\n定义"),
]
KRAMDOWN = [
    ("**词**{: .red}语", "词语"),
    ("文{: .red}\n{: .block}", "文"),
    ("* TOC\n{:toc}\n甲", "甲"),
    ("甲\n\n{::comment}\n不\n{:/comment}\n\n乙", "甲\n乙"),
]
GITHUB = [
    *((toc, "") for toc in ("[TOC]", "[[toc]]", "[[_TOC_]]")),
    ("@[TOC](目录)", "目录"),
    ("- [ ] 甲\n- [x] 乙", "• 甲\n• 乙"),
    (":tada: :white_check_mark:", ":tada: :white_check_mark:"),
    ("(**A**merican) e**X**ists f**k and s**t 2**3**4", "(American) eXists f**k and s**t 2**3**4"),
    ("<details>\n<summary>甲</summary>\n\n- **乙**\n\n</details>", "甲\n• 乙"),
    ("| 北 | 京 |\n|---|---|\n| 上 | 海 |", "北 | 京\n上 | 海"),
]
RUBY = [
    ("<ruby>紫<rt>zǐ</rt>荆<rt>jīng</rt>花<rt>huā</rt></ruby>开了", "紫荆花开了\n[zǐ jīng huā]"),
    ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字\n[かんじ]"),
    ("{紫荆花|zǐ jīng huā}开了", "紫荆花开了\n[zǐ jīng huā]"),
]
CAPTIONS = [
    ('甲![说明](a.png "题")乙', "甲乙\n[说明]\n[题]"),
    ("甲<img alt='说明' title=题 src=a>乙", "甲乙\n[说明]\n[题]"),
    ("<img alt='a > b'>", "[a > b]"),
    ("<figure><img src=a><figcaption>说明</figcaption></figure>甲", "[说明]\n甲"),
    ("<figure><figcaption><p>甲</p><p>乙</p></figcaption></figure>", "甲\n乙"),
    ("![[已有括号]](a)", "[已有括号]"),
    ("[甲](u '不')", "甲"),
]


@pytest.mark.parametrize(
    ("content", "text"),
    OBSIDIAN + VUEPRESS + MKDOCS + TEMPLATES + PANDOC + KRAMDOWN + GITHUB + RUBY + CAPTIONS,
)
def test_markup_of_other_writers(content: str, text: str) -> None:
    assert plain_text(content) == text
