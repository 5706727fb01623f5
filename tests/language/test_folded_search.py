"""A search finds every spelling that folds to the same text, through the public API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchkit import Index

MakeIndex = Callable[..., Index]

POSTS = {
    "quotes.md": "他在“北京”说",
    "corner.md": "他在「北京」說",
    "plain.md": '他在"北京"说',
    "dash.md": "中国—东盟，中国──东盟",
    "dot.md": "卡尔・马克思与列奥纳多·达芬奇、史蒂夫˙贾伯斯",
    "number.md": "共１２，３４５人，其中1,200人",
    "variant.md": "钱锺书在広島，隨著時間馀下的藉口",
    "radical.md": "⻓安街的⺠众",
    "invisible.md": "零\u200b宽\ufeff空\xad格\u2060到\U000e0001此\ufe0f为止",
}


@pytest.fixture(scope="module")
def posts(make_index: MakeIndex) -> Index:
    return make_index({path: {"title": "无题", "body": body} for path, body in POSTS.items()})


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("“北京”", "quotes corner plain"),
        ("「北京」", "quotes corner plain"),
        ("『北京』", "quotes corner plain"),
        ('"北京"', "quotes corner plain"),
        ('"中国-东盟"', "dash"),
        ('"中国–东盟"', "dash"),
        ('"中国─東盟"', "dash"),
        ('"中国东盟"', "dash"),
        ('"卡尔•马克思"', "dot"),
        ('"史蒂夫·贾伯斯"', "dot"),
        ('"列奥纳多‧达芬奇"', "dot"),
        ("12345", "number"),
        ("12,345人", "number"),
        ("１２３４５", "number"),
        ('"1200人"', "number"),
        ("345", ""),
        ("钱钟书", "variant"),
        ("錢鍾書", "variant"),
        ("广岛", "variant"),
        ('"随着时间余下的借口"', "variant"),
        ("长安街", "radical"),
        ("民众", "radical"),
        ('"零宽空格到此为止"', "invisible"),
    ],
)
def test_spellings_that_fold_alike_find_the_same_posts(posts: Index, query: str, paths: str) -> None:
    found = {path for hit in posts.search(query) for path in (hit.path, *hit.also)}
    assert found == {f"{path}.md" for path in paths.split()}


def test_the_whole_grouped_number_is_highlighted(posts: Index) -> None:
    (hit,) = posts.search("12345")
    assert [hit.snippets[0].text[a:b] for a, b in hit.snippets[0].spans] == ["１２，３４５"]
