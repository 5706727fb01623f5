"""Code is text: it keeps its signs, lines and spaces, whatever stands around it."""

import pytest

from searchkit.posts.markup import plain_text

FENCES = [
    ("```py\nif a:\n    b = {{ c }}\n\n    *d*\n```", "if a:\n    b = {{ c }}\n\n    *d*"),
    ("~~~\na\t  b\n~~~", "a\t  b"),
    ("甲\n```\na\n```\n乙", "甲\na\n乙"),
    ("```html\n<script>a</script>\n<style>b</style>\n&amp;\n```", "<script>a</script>\n<style>b</style>\n&amp;"),
    ("<div>\n\n```\n<script>a</script>\n```\n\n</div>", "<script>a</script>"),
    ("<div>\n```\n<style>a</style>\n\n*b*\n```\n</div>", "<style>a</style>\n\n*b*"),
    ("> ```\n> a\n>   *b*\n> ```\n> 甲", "a\n  *b*\n甲"),
    ("> ```\n> a\n乙", "a\n乙"),
    ("- 甲\n\n  ```\n  a\n    b\n  ```\n- 乙", "• 甲\na\n  b\n• 乙"),
    ("1. ```\n   a\n   ```", "a"),
    ("````md\n```\na\n```\n````", "```\na\n```"),
    ("```md\n* a\n\n    ```\n    b\n    ```\n```\n甲", "* a\n\n    ```\n    b\n    ```\n甲"),
    ("~~~~~哈哈，**甲**", "~~~~~哈哈，甲"),
    ("`<script>` 甲\n```\n</script>\n```\n乙", "<script> 甲\n</script>\n乙"),
    ("<!--\n```\n-->\n**甲**", "甲"),
]
TEMPLATES = [
    ("```\n{% if a %}{{ b }}\n```", "{% if a %}{{ b }}"),
    ("`{{ a }}` 和 `{% b %}` 和 {{ c }}", "{{ a }} 和 {% b %} 和"),
    ("<code>{{ a }}</code><pre>{% b %}</pre>", "{{ a }}\n{% b %}"),
    ("```\n{% raw %}{{ a }}{% endraw %}\n```", "{{ a }}"),
    ("{% raw %}\n```\n{{ a }}\n```\n{% endraw %}", "{{ a }}"),
    ("`{% raw %}{{ a }}{% endraw %}`", "{{ a }}"),
    ("```\n{% raw %}\n```", "{% raw %}"),
    ("```{% raw %}\n{{ a }}\n```\n甲", "{{ a }}\n甲"),
    ("```\n{% raw %}{{ a }}\n{% endraw %}```\n甲", "{% raw %}{{ a }}\n甲"),
    ("```\n{% raw %}\n{{ a }}\n{% endraw %}\n```\n甲", "{{ a }}\n甲"),
    ("| `a\\|b` | c |\n|--|--|", "a|b | c"),
    ("flag{{31337, 42}} 和 {{模板}}", "flag{{31337, 42}} 和 {{模板}}"),
    ("{% highlight py %}\na\n  {{ b }}\n{% endhighlight %}", "a\n  {{ b }}"),
    ('{{< highlight go >}}\na\n  "{{ b }}"\n{{< /highlight >}}', 'a\n  "{{ b }}"'),
    ("{% codeblock 例子 lang:js %}\n  {{ a }}\n{% endcodeblock %}", "[例子]\n  {{ a }}"),
]
TITLES = [
    ('```js title="主程序"\na\n```', "[主程序]\na"),
    ("```js {1,3} a.js\na\n```", "[a.js]\na"),
    ("```{r, echo=FALSE}\na\n```", "a"),
    ("``` {.python #id}\na\n```", "a"),
    ("{% highlight ruby linenos %}\na\n{% endhighlight %}", "a"),
    ("{% highlight ruby linenos=table 例子 %}\na\n{% endhighlight %}", "[例子]\na"),
]
INDENTED = [
    ("甲\n\n    <svg>\n      <path/>\n\n    </svg>\n\n乙", "甲\n<svg>\n  <path/>\n\n</svg>\n乙"),
    ("\tif a:\n\t\t*b*", "if a:\n    *b*"),
    ("1. 甲\n\n       a\n         b", "1. 甲\na\n  b"),
    ("- 甲\n\n    **乙**", "• 甲\n乙"),
    ("    春天来了，**万物**复苏。", "春天来了，万物复苏。"),
    ("<div>\n\n    <p>**甲**</p>\n\n</div>", "**甲**"),
    ("    <div>\n        <p>甲</p>\n    </div>", "甲"),
]
PREFORMATTED = [
    ("<pre>\n  if a &lt; b\n\n    <b>c</b>\n</pre>", "  if a < b\n\n    c"),
    ("<div><pre>\n*a*\n\n*b*\n</pre></div>", "*a*\n\n*b*"),
    ("<pre>List<String> a</pre>", "List<String> a"),
]
FORMULAS = [
    ("和$$a_{1}b_{2}$$以及 $x_1*y_2*z$", "和$$a_{1}b_{2}$$以及 $x_1*y_2*z$"),
    (r"$\frac{{beta}}{2}$ 和 \(x_1\) 和 \\(y_1 z_1\\)", r"$\frac{{beta}}{2}$ 和 \(x_1\) 和 \\(y_1 z_1\\)"),
    ("$$\na_1 &= b \\\\\n- c\n$$", "$$\na_1 &= b \\\\\n- c\n$$"),
    ("\\begin{align}\na_1 \\\\\n\\end{align}", "\\begin{align}\na_1 \\\\\n\\end{align}"),
    ("| $|x|$ | 乙 |", "$|x|$ | 乙"),
    ("US$5 是**重点**，HK$10", "US$5 是重点，HK$10"),
]


@pytest.mark.parametrize(("content", "text"), FENCES + TEMPLATES + TITLES + INDENTED + PREFORMATTED + FORMULAS)
def test_code_is_text(content: str, text: str) -> None:
    assert plain_text(content) == text
