"""Analysis of many texts at once returns the same folding, unigrams and words as analysis one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, unigrams, words
from searchkit.language.batch import (
    VOCABULARY_START,
    FoldedBatch,
    Segmenter,
    Vocabulary,
    fold_batch,
    short_words,
    unigram_arrays,
    word_arrays,
)
from searchkit.language.batch.classes import HAN_FIRST, HAN_LAST
from searchkit.language.batch.words import pack_words
from searchkit.language.lexicon import NO_LEXICON, Lexicon

batches = st.lists(st.one_of(texts(20), st.text("中国ab1.,，。' -\n+°0", max_size=20)), max_size=4)


def terms_by_text(terms: list[str], texts: list[int], count: int) -> list[list[str]]:
    return [[term for text, term in zip(texts, terms, strict=True) if text == at] for at in range(count)]


@settings(max_examples=100)
@given(batches)
@example(["ｶ", "ﾞ"])
@example(["", "a", ""])
@example(["12", "，345", "12，345", "120，120，000"])
@example(["1", ",234", "1，234", "5,6789", "a12,345ﾞ", ",1,"])
def test_folding_is_that_of_fold(batch: list[str]) -> None:
    assert fold_batch(batch) == [fold(text) for text in batch]


@settings(max_examples=100)
@given(batches)
@example(["a'b 'a' a.b a. b 1.3 ,. a'1", "", "'a", "a'", "。'a"])
@example(["1.1 1-1 1 - 1", "-1", ".a 中.ab 中.a -1° 中-1°", "5", "-3", "中", "-5", "度"])
@example(["中华人民共和国ab中国", "", "我们一带一路"])
@example(["abcdefgh abcdefghi café страна 12345678 123456789 ab", "ab", "abcdefgh"])
def test_unigrams_and_words_are_those_of_each_text(batch: list[str]) -> None:
    check(batch, NO_LEXICON)


OWN_WORDS = st.dictionaries(st.text("中国人一", min_size=1, max_size=6), st.sampled_from([0, 1, 10**8]), max_size=5)


@settings(max_examples=100)
@given(st.lists(st.text("中国人一a。 ", max_size=20), max_size=4), OWN_WORDS)
@example(["中国人"], {"人": 1, "人中": 1})
@example(["人一", "中国人"], {"国人": 10**8})
def test_words_are_those_of_each_text_with_own_words_too(batch: list[str], own: dict[str, int]) -> None:
    check(batch, Lexicon(own, {}))


def check(batch: list[str], lexicon: Lexicon) -> None:
    """The arrays of a batch against the analysis of each text."""
    folded = [fold(text) for text in batch]
    arrays, vocabulary = FoldedBatch.of(folded), Vocabulary()
    grams = unigram_arrays(arrays, vocabulary)
    found_words = word_arrays(arrays, grams, vocabulary, Segmenter(lexicon))
    names = list(vocabulary)

    def texts_of(terms: npt.NDArray[np.unsignedinteger]) -> list[str]:
        return [chr(term) if term < VOCABULARY_START else names[term - VOCABULARY_START] for term in terms.tolist()]

    text_of_gram = np.repeat(np.arange(len(batch)), grams.counts).tolist()
    grams_by_text = terms_by_text(texts_of(grams.terms), text_of_gram, len(batch))
    assert grams_by_text == [unigrams(text).texts for text in folded]
    assert grams.gaps.tolist() == [gap for text in folded for gap in unigrams(text).gaps]
    short, others = found_words.short, found_words.others
    word_texts = [*(word.decode() for word in short_words(short.terms)), *texts_of(others.terms)]
    words_by_text = terms_by_text(word_texts, [*short.texts.tolist(), *others.texts.tolist()], len(batch))
    assert [sorted(text) for text in words_by_text] == [sorted(words(text, lexicon)) for text in folded]


@given(st.lists(st.text("一丁龥鿕", min_size=1, max_size=4)))
def test_packed_words_sort_as_their_texts(texts: list[str]) -> None:
    batch = FoldedBatch.of(texts)
    packed = pack_words(batch.points, batch.starts, np.array(list(map(len, texts)), np.int64))
    assert [word.decode() for word in short_words(np.sort(packed))] == sorted(texts)


def test_each_han_character_is_a_unigram_whatever_its_neighbours() -> None:
    han = "".join(map(chr, range(HAN_FIRST, HAN_LAST + 1)))
    assert unigrams(han).texts == list(han)
