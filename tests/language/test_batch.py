"""Many texts at once: the same folding, unigrams and words as one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, unigrams, words
from searchkit.language.batch import (
    FIRST_NAMED,
    FoldedBatch,
    Vocabulary,
    _short_keys,
    fold_batch,
    short_words,
    unigram_arrays,
    word_arrays,
)

several = st.lists(st.one_of(texts(20), st.text("中国ab1.,。' -\n+", max_size=20)), max_size=4)


def of_each_text(terms: list[str], texts: list[int], count: int) -> list[list[str]]:
    return [[term for text, term in zip(texts, terms, strict=True) if text == number] for number in range(count)]


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
@example(["中华人民共和国ab中国", "", "我们一带一路"])
def test_unigrams_and_words(batch: list[str]) -> None:
    folded = [fold(text) for text in batch]
    arrays, vocabulary = FoldedBatch.of(folded), Vocabulary()
    found = unigram_arrays(arrays, vocabulary)
    cut = word_arrays(arrays, found, vocabulary)
    names = list(vocabulary)

    def named(terms: npt.NDArray[np.unsignedinteger]) -> list[str]:
        return [chr(term) if term < FIRST_NAMED else names[term - FIRST_NAMED] for term in terms.tolist()]

    of_unigrams = np.repeat(np.arange(len(batch)), found.counts).tolist()
    assert of_each_text(named(found.terms), of_unigrams, len(batch)) == [unigrams(text).texts for text in folded]
    assert found.gaps.tolist() == [gap for text in folded for gap in unigrams(text).gaps]
    short = [word.decode() for word in short_words(cut.short.terms)]
    of_words = [*cut.short.texts.tolist(), *cut.others.texts.tolist()]
    found_words = of_each_text([*short, *named(cut.others.terms)], of_words, len(batch))
    assert [sorted(text) for text in found_words] == [sorted(words(text)) for text in folded]


@given(st.lists(st.text("一丁龥鿕", min_size=1, max_size=4)))
def test_the_keys_of_words_have_their_order(found: list[str]) -> None:
    arrays = FoldedBatch.of(found)
    points = arrays.points
    keys = _short_keys(points, arrays.starts, np.array([len(word) for word in found], np.int64))
    by_key = [word.decode() for word in short_words(np.sort(keys))]
    assert by_key == sorted(found)
