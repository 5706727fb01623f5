"""Posting lists: in memory, and as the bits that the codec makes of them."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engines.arrays import no_int64s
from searchkit.engines.keys import POSITION_BITS
from searchkit.engines.whoosh.codec import elias_fano
from searchkit.engines.whoosh.codec.elias_fano import EncodedList, decode_lists, encode_lists, list_bits
from searchkit.engines.whoosh.codec.positions import decode_lists_positions, decode_postings_positions, encode_positions
from searchkit.engines.whoosh.codec.postings import DecodedList, PostingLists, Postings, concat
from searchkit.engines.whoosh.codec.term_block import TERM_BLOCK, bit_offsets, whole_blocks

DOCUMENTS = 70_001

positions = st.sets(st.integers(0, 300_000), min_size=1, max_size=5)
terms = st.lists(st.dictionaries(st.integers(0, DOCUMENTS - 1), positions, min_size=1), min_size=1, max_size=6)

Term = dict[int, set[int]]


def lists_of(terms: list[Term]) -> PostingLists:
    postings = [(doc_id, sorted(positions)) for term in terms for doc_id, positions in sorted(term.items())]
    return PostingLists(
        starts=np.cumsum([0, *map(len, terms)]),
        doc_ids=np.array([doc_id for doc_id, _ in postings], np.int64),
        freqs=np.array([len(positions) for _, positions in postings], np.int64),
        positions=np.array([position for _, positions in postings for position in positions], np.int64),
    )


def terms_of(lists: PostingLists) -> list[Term]:
    found: list[Term] = []
    ends = np.append(0, np.cumsum(lists.freqs)).tolist()
    for number in range(len(lists)):
        places = range(lists.starts[number], lists.starts[number + 1])
        found.append({int(lists.doc_ids[p]): set(lists.positions[ends[p] : ends[p + 1]].tolist()) for p in places})
    return found


@given(terms, st.data())
def test_lists_are_sliced_filtered_taken_and_concatenated_term_by_term(terms: list[Term], data: st.DataObject) -> None:
    lists = lists_of(terms)
    numbers = range(len(terms))
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(terms)), st.integers(0, len(terms)))))
    order = data.draw(st.permutations(numbers))
    mask = data.draw(st.lists(st.booleans(), min_size=len(terms), max_size=len(terms)))
    assert terms_of(lists.slice(first, last)) == terms[first:last]
    assert terms_of(lists.take(np.array(order))) == [terms[number] for number in order]
    assert terms_of(lists.filter(np.array(mask))) == [terms[number] for number in numbers if mask[number]]
    assert terms_of(concat([lists.slice(0, first), lists.slice(first, len(terms))])) == terms


@given(terms)
def test_postings_can_be_filtered_within_their_lists(terms: list[Term]) -> None:
    lists = lists_of(terms)
    even = [{doc_id: found for doc_id, found in term.items() if doc_id % 2 == 0} for term in terms]
    assert terms_of(lists.filter_postings(lists.doc_ids % 2 == 0)) == even


@settings(max_examples=60)
@given(terms)
def test_doc_ids_and_freqs_come_back_from_their_bits(terms: list[Term]) -> None:
    lists = lists_of(terms)
    doc_freqs = np.diff(lists.starts)
    total_term_freqs = np.add.reduceat(lists.freqs, lists.starts[:-1])
    encoded, block_starts = encode_lists(lists, total_term_freqs, DOCUMENTS)
    with patch.object(elias_fano, "_AT_ONCE", 3):
        in_parts, _ = encode_lists(lists, total_term_freqs, DOCUMENTS)
    assert in_parts.tobytes() == encoded.tobytes()
    offsets, expected_starts = bit_offsets(list_bits(doc_freqs, total_term_freqs, DOCUMENTS))
    assert block_starts.tolist() == expected_starts.tolist() == [0, len(encoded)]
    decoded = decode_lists(encoded, doc_freqs, total_term_freqs, offsets, DOCUMENTS)
    assert decoded.doc_ids.tolist() == lists.doc_ids.tolist()
    assert decoded.freqs.tolist() == lists.freqs.tolist()
    for number, term in enumerate(terms):
        info = (int(column[number]) for column in (offsets, doc_freqs, total_term_freqs))
        list_ = EncodedList(encoded, *info, DOCUMENTS)
        doc_ids, freqs = list_.doc_ids(), list_.freqs()
        assert dict(zip(doc_ids.tolist(), freqs.tolist(), strict=True)) == {d: len(p) for d, p in term.items()}


@settings(max_examples=60)
@given(st.sets(st.integers(0, 299), min_size=1), st.integers(300, 5_000), st.integers(1, 5), st.data())
def test_documents_are_looked_up_in_the_bits_of_a_list(
    found: set[int], documents: int, most: int, data: st.DataObject
) -> None:
    doc_ids = np.array(sorted(found))
    freqs = np.array(data.draw(st.lists(st.integers(1, most), min_size=len(found), max_size=len(found))))
    before = data.draw(st.integers(0, 70))  # another list, so that this one begins at any bit
    lists = PostingLists(
        np.cumsum([0, *filter(None, [before]), len(found)]),
        np.append(np.arange(before), doc_ids),
        np.append(np.ones(before, np.int64), freqs),
        no_int64s(),
    )
    totals = np.add.reduceat(lists.freqs, lists.starts[:-1])
    encoded, _ = encode_lists(lists, totals, documents)
    offset = bit_offsets(list_bits(np.diff(lists.starts), totals, documents))[0][-1]
    looked_up = EncodedList(encoded, int(offset), len(found), int(totals[-1]), documents)
    expected = DecodedList(doc_ids, freqs)
    wanted = np.array(sorted(data.draw(st.sets(st.integers(0, documents - 1)) | st.just(found))), np.int64)
    places = looked_up.places_of(wanted)
    assert places.tolist() == expected.places_of(wanted).tolist()
    places = places[places >= 0]
    assert looked_up.freqs_at(places).tolist() == expected.freqs_at(places).tolist()


@settings(max_examples=60)
@given(terms, st.data())
def test_positions_come_back_from_their_bits(terms: list[Term], data: st.DataObject) -> None:
    lists = lists_of(terms)
    widths = np.full(DOCUMENTS, 19)
    for doc_id in terms[0]:
        widths[doc_id] = max(max(term.get(doc_id, {0})) for term in terms).bit_length()
    encoded = encode_positions(lists, np.add.reduceat(lists.freqs, lists.starts[:-1]), widths)
    offsets, _ = bit_offsets(encoded.bits)
    width_of = widths[lists.doc_ids]
    assert decode_lists_positions(encoded.packed, offsets, lists, width_of).tolist() == lists.positions.tolist()
    size = len(terms[0])
    starts = offsets[0] + np.cumsum(width_of[:size] * lists.freqs[:size]) - width_of[:size] * lists.freqs[:size]
    some = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    found = decode_postings_positions(encoded.packed, starts[some], lists.freqs[some], width_of[some])
    doc_ids = sorted(terms[0])
    assert found.tolist() == [position for at in some.tolist() for position in sorted(terms[0][doc_ids[at]])]


@given(terms, st.data())
def test_keys_are_document_and_position_of_each_occurrence(terms: list[Term], data: st.DataObject) -> None:
    lists = lists_of(terms[:1])
    ends = np.append(0, np.cumsum(lists.freqs))

    def decode(postings: Postings, places: np.ndarray) -> np.ndarray:
        return np.concatenate([lists.positions[ends[p] : ends[p + 1]] for p in places] or [lists.positions[:0]])

    wanted = sorted(data.draw(st.sets(st.sampled_from(sorted(terms[0])))))
    expected = [doc_id << POSITION_BITS | position for doc_id in wanted for position in sorted(terms[0][doc_id])]
    list_ = DecodedList(lists.doc_ids, lists.freqs)
    postings = Postings(list_, len(lists.doc_ids), int(lists.freqs.sum()), decode)
    assert postings.keys_in(np.array(wanted, np.int64)).tolist() == expected
    assert set(expected) <= set(postings.keys.tolist())
    assert postings.keys.tolist() == sorted(postings.keys.tolist())


@pytest.mark.parametrize("sizes", [[], [1], [TERM_BLOCK], [63, 2, 64, 200, 1], [1] * 130])
def test_chunks_are_regrouped_into_whole_blocks_of_terms(sizes: list[int]) -> None:
    ends = np.cumsum([0, *sizes]).tolist()
    chunks = [
        PostingLists(np.arange(size + 1), np.arange(at, at + size), np.ones(size, np.int64), np.arange(at, at + size))
        for at, size in zip(ends, sizes, strict=False)
    ]
    blocks = list(whole_blocks(chunks))
    assert all(len(block) % TERM_BLOCK == 0 for block in blocks[:-1])
    for name in ("doc_ids", "positions"):
        assert [value for block in blocks for value in getattr(block, name).tolist()] == list(range(ends[-1]))


def test_chunks_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.codec.postings._CHUNK_POSTINGS", 3)
    freqs = np.array([1, 2, 1, 1, 3, 1, 1])
    lists = PostingLists(np.array([0, 1, 6, 7]), np.array([4, 0, 1, 2, 3, 9, 9]), freqs, np.arange(10))
    chunks = list(lists.chunks())
    assert [chunk.doc_ids.tolist() for chunk in chunks] == [[4], [0, 1, 2, 3, 9], [9]]
    assert np.concatenate([chunk.positions for chunk in chunks]).tolist() == list(range(10))
