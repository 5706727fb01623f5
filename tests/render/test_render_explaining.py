"""Explanations in words of a reader."""

from __future__ import annotations

from typing import Any

import pytest

from searchkit.explanation import Explanation, How, Nearness, Reason
from searchkit.render.explaining import how_near, why


def reason(word: str = "软件", how: How = "word", **places: Any) -> Reason:
    return Reason(word, how, "", 1.0, (), **places)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (reason(in_title=1), "in the title"),
        (reason(in_title=2), "twice in the title"),
        (reason(in_text=1), "once in the text"),
        (reason(in_text=1200), "1,200 times in the text"),
        (reason(in_title=1, in_text=3, forms=(("軟體", 1),)), "in the title; 3 times in the text, once as 軟體"),
        (reason(in_text=1, forms=(("軟體", 1),)), "once in the text, as 軟體"),
        (reason(in_text=2, forms=(("軟體", 2),)), "twice in the text, always as 軟體"),
        (reason(in_text=5, forms=(("軟體", 2), ("軟件", 1))), "5 times in the text, twice as 軟體, once as 軟件"),
        (reason(how="missing"), "not in this post"),
        (reason("kubernets~1", "pattern"), "a word of this form"),
        (reason("pinyin:xg", "pattern"), "a word that reads so"),
        (reason(how="text"), "its parts, not in one piece"),
        (reason("", ""), ""),
    ],
)
def test_where_a_post_has_a_word(found: Reason, said: str) -> None:
    assert why(found) == said


@pytest.mark.parametrize(
    ("nearness", "words", "said"),
    [
        (Nearness(("甲", "乙"), 4, 8, False), 2, "the two words stand 4 characters apart"),
        (Nearness(("甲", "乙"), 1, 5, True), 2, "the two words stand 1 character apart in the title"),
        (Nearness(("甲", "乙"), 0, 4, False), 2, "the two words stand side by side"),
        (Nearness(("甲", "乙", "丙"), 9, 1200, False), 3, "the 3 words stand within 1,200 characters"),
        (Nearness(("甲", "乙"), 4, 8, False), 3, "甲 and 乙 stand 4 characters apart"),
        (None, 1, ""),
    ],
)
def test_how_near_the_words_stand(nearness: Nearness | None, words: int, said: str) -> None:
    reasons = (*(reason() for _ in range(words)), reason("", ""), reason(how="missing"))
    assert how_near(Explanation(reasons, nearness=nearness)) == said
