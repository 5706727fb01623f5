"""Term dictionaries: every term is found by its text, by a prefix and by its place, as in a sorted list."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engines.suggesting.protocol import BUCKETS, ROW
from searchkit.engines.whoosh.codec import split
from searchkit.engines.whoosh.codec.completion_rows import CompletionRows, encode_rows
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.elias_fano import list_bits
from searchkit.engines.whoosh.codec.term_block import bit_offsets
from searchkit.engines.whoosh.codec.terms import dictionary
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTermDict, BigramTerms, TermDict
from searchkit.engines.whoosh.codec.terms.pairs import EncodedTermInfos

DOCUMENTS = 300

texts = st.text("ab香港新\ud800\U00020000", min_size=1, max_size=12) | st.text("东南西北", min_size=1, max_size=1)
vocabularies = st.sets(texts, max_size=120)
rare = st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 30))
frequent = st.tuples(st.integers(1, DOCUMENTS), st.integers(0, 5000), st.integers(0, 100_000))


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def infos_of(rows: list[tuple[int, int, int]]) -> EncodedTermInfos:
    table = np.array(rows, np.uint32).reshape(-1, 3)
    doc_freqs, more, positions = table.astype(np.int64).T
    starts = [bit_offsets(bits)[1][:-1] for bits in (list_bits(doc_freqs, doc_freqs + more, DOCUMENTS), positions)]
    return EncodedTermInfos(DOCUMENTS, table, np.column_stack(starts))


def written(path: Path, terms: list[bytes], rows: list[tuple[int, int, int]], bigrams: BigramTerms | None) -> BlockFile:
    """A file with the fields u, and b where there are bigrams; both have these infos."""
    file = BlockWriter(open(path, "wb"))  # noqa: SIM115 - ``finish`` closes it
    TermDict.write(file, "u", [terms[: len(terms) // 2], terms[len(terms) // 2 :]], infos_of(rows[: len(terms)]))
    if bigrams is not None:
        BigramTermDict.write(file, "b", bigrams, infos_of(rows[: len(bigrams.firsts)]))
    for field in "ub":
        file.add(f"{field}.postings", bytes(10**6))
        file.add(f"{field}.positions", bytes(10**6))
    file.finish()
    return BlockFile(path)


@pytest.mark.parametrize("compressed", [(), ("u",)], ids=["as they are", "compressed"])
@settings(max_examples=40)
@given(vocabularies, texts)
def test_texts_are_found_as_in_a_sorted_list(compressed: tuple[str, ...], vocabulary: set[str], other: str) -> None:
    terms = sorted(map(utf8, vocabulary))
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(dictionary, "COMPRESSED_FIELDS", compressed)
        file = written(Path(folder) / "f", terms, [(1, 0, 0)] * len(terms), None)
        found = TermDict(file, "u", DOCUMENTS)
        assert found.all() == terms == [found.term(place) for place in range(len(found))]
        assert found.is_consistent()
        for text in (*sorted(vocabulary), other, other[:1], f"{other}a", f"{other}\0", ""):
            assert found.term_ord(text) == (terms.index(utf8(text)) if text in vocabulary else None)
            assert found.seek_ceil(utf8(text)) == bisect_left(terms, utf8(text))
            assert found.seek_ceil(utf8(text) + b"\xff") == bisect_left(terms, utf8(text) + b"\xff")


@pytest.mark.parametrize("low_bits", [16, 2], ids=["few unigrams", "many unigrams"])
@settings(max_examples=40)
@given(data=st.data(), vocabulary=st.sets(texts, min_size=2, max_size=30))
def test_bigrams_are_found_as_in_a_sorted_list(low_bits: int, data: st.DataObject, vocabulary: set[str]) -> None:
    unigrams = sorted(map(utf8, vocabulary))
    ords = st.integers(0, len(unigrams) - 1)
    pairs = sorted(data.draw(st.sets(st.tuples(ords, ords), max_size=60)))
    firsts, seconds = (np.array([pair[at] for pair in pairs], np.int64) for at in range(2))
    bigrams = BigramTerms(unigrams, firsts, seconds)
    terms = [unigrams[a] + b" " + unigrams[b] for a, b in pairs]
    rows = [(1, 0, 0)] * max(len(pairs), len(unigrams))
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        for module in (split, dictionary):
            patch.setattr(module, "LOW_BITS", low_bits)
            patch.setattr(module, "LOW", (1 << low_bits) - 1)
        with written(Path(folder) / "f", unigrams, rows, bigrams) as file:
            assert ("b.seconds.high" in file) == (len(unigrams) > 1 << low_bits)
            found = BigramTermDict(file, "b", TermDict(file, "u", DOCUMENTS), DOCUMENTS)
            assert found.codes().tolist() == bigrams.codes().tolist()
            assert [found.term(place) for place in range(len(found))] == terms
            for a, b in (*pairs, data.draw(st.tuples(ords, ords))):
                term = unigrams[a] + b" " + unigrams[b]
                expected = terms.index(term) if term in terms else None
                assert found.term_ord(term.decode("utf-8", "surrogatepass")) == expected
                assert found.seek_ceil(term) == bisect_left(pairs, (a, b))
                assert found.seek_ceil(unigrams[a] + b" \xff") == bisect_left(pairs, (a, len(unigrams)))


@settings(max_examples=30)
@given(st.lists(rare | rare | frequent, min_size=1, max_size=300), st.booleans())
def test_frequencies_and_offsets_come_back(rows: list[tuple[int, int, int]], with_positions: bool) -> None:
    rows = [(doc_freq, more, bits * with_positions) for doc_freq, more, bits in rows]
    terms = [b"%04d" % place for place in range(len(rows))]
    with TemporaryDirectory() as folder, written(Path(folder) / "f", terms, rows, None) as file:
        found = TermDict(file, "u", DOCUMENTS)
        infos = found.infos(0, len(rows))
        doc_freqs, more, bits = np.array(rows).T
        total_term_freqs = doc_freqs + more
        assert infos.doc_freqs.tolist() == found.doc_freqs().tolist() == doc_freqs.tolist()
        assert infos.total_term_freqs.tolist() == found.total_term_freqs().tolist() == total_term_freqs.tolist()
        assert infos.offsets.tolist() == bit_offsets(list_bits(doc_freqs, total_term_freqs, DOCUMENTS))[0].tolist()
        assert infos.position_offsets.tolist() == bit_offsets(bits)[0].tolist()
        assert found.is_consistent()
        for place in range(len(rows)):
            assert found.info(place) == (doc_freqs[place], total_term_freqs[place], infos.offsets[place])
            assert found.position_offset(place) == infos.position_offsets[place]
        part = found.infos(len(rows) // 2, len(rows))
        assert part.offsets.tolist() == infos.offsets[len(rows) // 2 :].tolist()


words = st.text("ab香港", max_size=6)
suggested = st.tuples(st.integers(0, BUCKETS - 1), st.integers(0, 200_000), st.integers(1, 10**6), words)


@settings(max_examples=40)
@given(st.sets(suggested, max_size=60), st.data())
def test_rows_of_suggestions_come_back_by_bucket(found: set[tuple[int, int, int, str]], data: st.DataObject) -> None:
    listed = sorted(found)
    rows = np.zeros(len(listed), ROW)
    for row, (_, term, doc_freq, chars) in zip(rows, listed, strict=True):
        row["term"], row["doc_freq"], row["chars"][: len(chars)] = term, doc_freq, list(map(ord, chars))
    buckets = np.searchsorted([bucket for bucket, *_ in listed], np.arange(BUCKETS + 1))
    first, last = sorted(data.draw(st.tuples(st.integers(0, BUCKETS), st.integers(0, BUCKETS))))
    with TemporaryDirectory() as folder:
        file = BlockWriter(open(Path(folder) / "f", "wb"))  # noqa: SIM115 - ``finish`` closes it
        for name, block in encode_rows(rows, buckets).items():
            file.add(f"suggest.words.{name}", block)
        file.finish()
        with BlockFile(Path(folder) / "f") as read:
            kept = CompletionRows.of(read, "words")
            assert kept.rows(200_001, first, last).tobytes() == rows[buckets[first] : buckets[last]].tobytes()
            assert kept.rows(200_001, 0, BUCKETS).tobytes() == rows.tobytes()
