"""Own words: runs that hold them are cut as jieba would with the same frequencies, all others as ever."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_words import COMMON, SENTENCES

from searchkit.language import words
from searchkit.language.frequencies import TOTAL_FREQUENCY, Frequencies, JiebaDictionary, load_jieba
from searchkit.language.lexicon import Lexicon, jieba_frequency, suggested_frequency

JIEBA = load_jieba()
KNOWN = st.sampled_from(["小通关", "杭研大厦", "京都大学", "研究生命"])
OWN = st.dictionaries(
    st.one_of(st.text(COMMON[:40], min_size=1, max_size=4), KNOWN),
    st.sampled_from([0, 1, 3, 1000, 10**8]),
    min_size=1,
    max_size=4,
)
RUNS = st.one_of(st.sampled_from(SENTENCES), st.text(COMMON[:40], min_size=1, max_size=14))


def jieba_cut(run: str, own: dict[str, int]) -> list[str]:
    """What jieba itself cuts when its dictionary has these frequencies, and its total is the same."""
    JIEBA.initialize()
    added = {word[:end]: 0 for word in own for end in range(1, len(word) + 1)}
    frequencies = {beginning: JIEBA.dt.FREQ.get(beginning, 0) for beginning in added} | own
    never = {word for word, frequency in own.items() if not frequency}
    with mock.patch.dict(JIEBA.dt.FREQ, frequencies), mock.patch.object(JIEBA.finalseg, "Force_Split_Words", never):
        return JIEBA.lcut(run)


@settings(max_examples=150)
@given(RUNS, OWN)
@example("杭研大厦", {"杭研": 0})
@example("不不知道", {"不不": 0})
@example("小通关小通关", {"小通关": 1})
def test_a_run_is_cut_as_jieba_does_with_these_frequencies(run: str, own: dict[str, int]) -> None:
    lexicon = Lexicon(own, {})
    assert words(run, lexicon) == (jieba_cut(run, own) if lexicon.holds(run) else words(run))


@settings(max_examples=100)
@given(st.lists(st.tuples(RUNS, st.sampled_from(["，", "a", " "])), max_size=4), OWN)
def test_a_run_without_own_words_is_cut_as_ever(parts: list[tuple[str, str]], own: dict[str, int]) -> None:
    """The sum of all frequencies stays that of jieba: otherwise each own word would change cuts all over."""
    lexicon = Lexicon(own, {})
    text = "".join(run + gap for run, gap in parts if not lexicon.holds(run))
    assert words(text, lexicon) == words(text)


@given(RUNS, OWN)
def test_a_run_holds_a_word_that_it_contains(run: str, own: dict[str, int]) -> None:
    assert Lexicon(own, {}).holds(run) == any(word in run for word in own)


@pytest.mark.parametrize(
    ("own", "run", "expected"),
    [
        ({"港人治港": 5}, "港人治港的通关安排", "港人治港 的 通关 安排"),
        ({"通关": 0}, "香港通关", "香港 通 关"),
        ({"关安": 9 * 10**8}, "香港通关安排", "香港 通 关安 排"),
        ({"香": 10**9}, "香港通关", "香 港 通关"),
    ],
)
def test_own_words(own: dict[str, int], run: str, expected: str) -> None:
    assert words(run, Lexicon(own, {})) == expected.split()


@settings(max_examples=100)
@given(st.one_of(st.text(COMMON, min_size=1, max_size=6), st.sampled_from(["北京", "小通关", "云计算", "的"])))
def test_the_suggested_frequency_is_that_of_jieba(word: str) -> None:
    JIEBA.initialize()
    is_whole = word in JIEBA.dt.FREQ and JIEBA.lcut(word, HMM=False) == [word]
    suggested = JIEBA.dt.FREQ[word] if is_whole and JIEBA.dt.FREQ[word] else JIEBA.suggest_freq(word)
    assert suggested_frequency(word, jieba_frequency()) == suggested
    assert JIEBA.dt.total == TOTAL_FREQUENCY


def test_frequencies_are_the_same_looked_up_or_loaded() -> None:
    dictionary = JiebaDictionary()
    loaded = dictionary.frequencies()
    some = [*list(loaded)[::500], "不是词典里的", "香港通关", "zz", "吉林", "高富帅"]
    assert [loaded.get(word) for word in some] == [dictionary.frequency(word) for word in some]


def test_after_many_words_all_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.language.frequencies._MANY", 2)
    found = Frequencies(JiebaDictionary())
    expected = [JiebaDictionary().frequency(word) for word in ("香港", "香", "通关", "不是词", "香")]
    assert [found[word] for word in ("香港", "香", "通关", "不是词", "香")] == expected
    assert len(found) > 300_000


def test_words_whose_frequency_differs() -> None:
    old, new = Lexicon({"甲": 1, "乙": 1, "丙": 1}, {}), Lexicon({"甲": 1, "乙": 2, "丁": 1}, {})
    assert new.changed_words(old) == ["丁", "丙", "乙"]


@pytest.fixture
def without_rjieba() -> Iterator[None]:
    from searchkit.language import lexicon

    lexicon._model.cache_clear()
    with mock.patch.dict("sys.modules", {"rjieba": None}):
        yield
    lexicon._model.cache_clear()


def test_own_words_count_where_rjieba_is_missing(without_rjieba: None) -> None:
    assert Lexicon({"小通关": 1}, {}).cut("小通关杭研大厦") == ["小通关", "杭研", "大厦"]
