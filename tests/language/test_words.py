"""Words: the segmentation of jieba, by rjieba, and of short texts by bisection in the dictionary file."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, unigrams, words
from searchkit.language.frequencies import JiebaDictionary
from searchkit.language.shortcut import MAX_CHARS, cut_run
from searchkit.language.words import _jieba_cut, segmenter

SENTENCES = [
    "小明硕士毕业于中国科学院计算所后在日本京都大学深造",
    "南京市长江大桥是怎样站到水里去的",
    "工信处女干事每月经过下属科室都要亲口交代交换机等技术性器件的安装工作",
    "乒乓球拍卖完了结婚的和尚未结婚的都来了",
    "他说的确实在理研究生命起源的人不多",
    "港府力争年底前与大陆小通关首批名额以千计",
    "我不想听你所谓的真相你走开吧老区通高铁那天候车室里在卖橘子",
    "二〇二一年十一月八日欧阳锋与西门吹雪在杭研大厦",
]
COMMON = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
)


@settings(max_examples=100)
@given(texts())
def test_words_and_unigrams_cover_the_same_characters(text: str) -> None:
    folded = fold(text)
    assert "".join(words(folded)) == "".join(unigram for unigram in unigrams(folded).texts if unigram.isalnum())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("国际论坛在北京召开", "国际 论坛 在 北京 召开"),
        ("iphone15pro在北京发布", "iphone 15 pro 在 北京 发布"),
        ("c++语言", "c 语言"),
        ("北京，上海", "北京 上海"),
        ("カメラ與한국", "カ メ ラ 與 한 국"),
        ("𠮷野家", "𠮷 野家"),
        ("。\n", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert words(text) == expected.split()


DICTIONARY = Path(str(find_spec("jieba").submodule_search_locations[0])) / "dict.txt"  # type: ignore[union-attr,index]
in_dictionary = st.sampled_from(
    ["香港", "通关", "安排", "中国", "科学院", "研究", "研究生", "生命", "南京市", "长江大桥", "市长", "的", "不"]
)


@settings(max_examples=150)
@given(st.lists(st.one_of(in_dictionary, st.sampled_from(COMMON)), min_size=1, max_size=9).map("".join))
@example("研究生命起源")
@example("一" * MAX_CHARS)
@example("不一")
def test_bisection_segments_as_jieba_does_or_returns_none(run: str) -> None:
    assert cut_run(run) in (None, tuple(segmenter()(run)))


def test_bisection_finds_the_words_of_the_dictionary() -> None:
    """Not all lines are sorted: words of letters and digits, 吉林 and 高富帅 are out of order."""
    entries = [line.split(" ") for line in DICTIONARY.read_text("utf-8").splitlines()]
    of_han = [(word, int(frequency)) for word, frequency, _ in entries if re.fullmatch("[一-\u9fd5]+", word)]
    chosen = [*of_han[:500], *of_han[::40], *(entry for entry in of_han if entry[0][0] in "吉高")]
    dictionary = JiebaDictionary()
    assert [(word, dictionary.frequency(word)) for word, _ in chosen] == chosen


def test_runs_that_need_the_model_or_are_long_are_left_to_jieba() -> None:
    assert cut_run("香港通关安排") == ("香港", "通关", "安排")
    assert cut_run("杭研大厦") is None
    assert cut_run("香" * (MAX_CHARS + 1)) is None


def test_a_query_is_segmented_without_loading_the_dictionary() -> None:
    code = "import sys; from searchkit.language import words; print(*words('香港通关3个'), 'rjieba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert done.stdout.split() == ["香港", "通关", "3", "个", "False"]


@pytest.mark.skipif(importlib.util.find_spec("rjieba") is None, reason="rjieba is not installed")
class TestRjieba:
    """rjieba replaces jieba, so its segmentation must be the same."""

    def test_rjieba_is_used(self) -> None:
        assert segmenter() is not _jieba_cut()

    @pytest.mark.parametrize("text", SENTENCES)
    def test_sentences(self, text: str) -> None:
        assert segmenter()(text) == _jieba_cut()(text)

    @settings(max_examples=100)
    @given(st.text(COMMON, max_size=40))
    def test_any_common_characters(self, text: str) -> None:
        assert segmenter()(text) == _jieba_cut()(text)

    @settings(max_examples=100)
    @given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), max_size=20))
    def test_any_characters(self, text: str) -> None:
        assert segmenter()(text) == _jieba_cut()(text)

    @settings(max_examples=100)
    @given(st.lists(st.text(COMMON, min_size=1, max_size=8), min_size=1, max_size=6))
    def test_runs_are_segmented_separately(self, runs: list[str]) -> None:
        assert words("，".join(runs)) == [word for run in runs for word in words(run)]
