"""Many texts at once: the same folding, units and words as one by one."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, units, words
from searchkit.language.batch import (
    FoldedBatch,
    TermArrays,
    UnitArrays,
    Vocabulary,
    fold_batch,
    unit_arrays,
    word_arrays,
)

several = st.lists(st.one_of(texts(20), st.text("中国ab1.,。' -\n+", max_size=20)), max_size=4)


def of_each_text(found: TermArrays | UnitArrays, vocabulary: Vocabulary, count: int) -> list[list[str]]:
    names = list(vocabulary)
    terms = list(zip(found.texts.tolist(), found.terms.tolist(), strict=True))
    return [[names[term] for text, term in terms if text == number] for number in range(count)]


@settings(max_examples=100)
@given(several)
@example(["ｶ", "ﾞ"])
@example(["", "a", ""])
@example(["1", ",234", "1，234", "5,6789", "a12,345ﾞ", ",1,"])
def test_folding(batch: list[str]) -> None:
    assert fold_batch(batch) == [fold(text) for text in batch]


@settings(max_examples=100)
@given(several)
@example(["a'b 'a' a.b a. b 1.3 ,. a'1", "", "'a", "a'", "。'a"])
def test_units_and_words(batch: list[str]) -> None:
    folded = [fold(text) for text in batch]
    arrays, vocabulary = FoldedBatch.of(folded), Vocabulary()
    found = unit_arrays(arrays, vocabulary)
    assert of_each_text(found, vocabulary, len(batch)) == [units(text).texts for text in folded]
    assert found.gaps.tolist() == [gap for text in folded for gap in units(text).gaps]
    assert found.positions.tolist() == [position for text in folded for position in range(len(units(text).texts))]
    cut = of_each_text(word_arrays(arrays, found, vocabulary), vocabulary, len(batch))
    assert [sorted(text) for text in cut] == [sorted(words(text)) for text in folded]
