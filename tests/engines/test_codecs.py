"""What every codec keeps, and what the arrays codec keeps it in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.engines.protocol import CODECS
from searchkit.engines.whoosh import merging
from searchkit.engines.whoosh.codec.reader import ArraySegmentReader
from searchkit.engines.whoosh.numeric.bitpack import bit_widths, pack, unpack
from searchkit.engines.whoosh.codec.container import CHUNK, BlockFile, BlockWriter, Damaged, append_blocks
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.codec.stored import decode_document, decode_text, encode_head, encode_text
from searchkit.engines.whoosh.codec.elias_fano import (
    Extents,
    block_places,
    decode_list,
    decode_lists,
    decode_positions,
    encode_lists,
    in_blocks,
    list_bits,
)
from searchkit.engines.whoosh.indexing.merger import merge_segments
from searchkit.engines.whoosh.codec.postings import Lists
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.numeric.varint import decode, encode
from searchkit.engines.whoosh.indexing.segment_writer import write_segment
from searchkit.model import Document

CORPUS = Path(__file__).parents[2] / "corpus"
PHRASES = ['"全文检索"', '"那座桥，我特意"']
QUERIES = ["香港 通关", *PHRASES, "國際論壇", "iphone15", "-香港", "", "title:香港", "source:晨光时报", "的"]

surrogates_too = st.characters(codec=None)
documents = st.builds(
    Document,
    path=st.text(surrogates_too),
    title=st.text(surrogates_too),
    date=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    source=st.text(),
    url=st.text(),
    tags=st.lists(st.text()).map(tuple),
    body=st.text(surrogates_too) | st.text("国際\n𠮷é a"),
)


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample posts, once in each codec."""
    folders = [tmp_path_factory.mktemp(codec) for codec in CODECS]
    for codec, folder in zip(CODECS, folders, strict=True):
        searchkit.rebuild(CORPUS, folder, codec=codec)
    return folders


@pytest.mark.parametrize("query", QUERIES)
def test_every_codec_gives_the_same_results(indexes: list[Path], query: str) -> None:
    found = []
    for folder in indexes:
        with searchkit.open(folder) as index:
            results = index.search(query, limit=100)
            found.append((results.total, results.to_dicts()))
    assert found[0][0] > 0
    assert all(other == found[0] for other in found)


def test_segments_of_several_codecs_are_one_index(indexes: list[Path], tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for number, codec in enumerate([*CODECS, *CODECS]):
        (tmp_path / f"corpus/{number}.md").write_text(f"香港{number}")
        searchkit.rebuild(tmp_path / "corpus", tmp_path / "index", codec=codec)
    with searchkit.open(tmp_path / "index") as index:
        assert index.search("香港").total == 4


@pytest.mark.parametrize("codec", CODECS)
@settings(max_examples=20)
@given(st.lists(documents, min_size=1, max_size=3))
def test_documents_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, codec: str, documents: list[Document]
) -> None:
    folder = tmp_path_factory.mktemp("segment")
    segment = open_segment(folder, write_segment(folder, codec, documents))
    assert [segment.document(number) for number in range(len(documents))] == documents
    assert [segment.head(number) for number in range(len(documents))] == [replace(d, body="") for d in documents]
    assert segment.paths == [document.path for document in documents]
    segment.close()


@given(documents)
def test_a_stored_document_is_the_document(document: Document) -> None:
    body = decode_text(encode_text(document.body))
    assert decode_document(encode_head(document), document.path, document.date, body) == document


@given(st.lists(st.integers(0, 2**62)))
def test_numbers_come_back(numbers: list[int]) -> None:
    encoded, starts = encode(np.array(numbers, np.int64))
    assert decode(encoded).tolist() == numbers
    assert [decode(encoded[a:b]).tolist() for a, b in pairwise(starts)] == [[n] for n in numbers]


places = st.sets(st.integers(0, 300_000), min_size=1, max_size=5)
occurrences = st.dictionaries(st.integers(0, 70_000), places, min_size=1)


@settings(max_examples=60)
@given(st.lists(occurrences, min_size=1, max_size=6), st.booleans())
def test_posting_lists_come_back(lists: list[dict[int, set[int]]], with_positions: bool) -> None:
    entries = [(document, sorted(places)) for one in lists for document, places in sorted(one.items())]
    field = Lists(
        starts=np.cumsum([0, *map(len, lists)]),
        documents=np.array([document for document, _ in entries]),
        frequencies=np.array([len(places) for _, places in entries]),
        positions=np.array([p for _, places in entries for p in places] if with_positions else [], np.int64),
    )
    widths = np.full(70_001, 19)
    for document in lists[0]:
        widths[document] = max(max(one.get(document, [0])) for one in lists).bit_length()
    encoded = encode_lists(field, 70_001, widths if with_positions else np.zeros(0, np.int64))
    frequencies, more = encoded.rows[:, 0], encoded.rows[:, 1]
    starts, _ = block_places(list_bits(frequencies, frequencies + more, 70_001))
    position_starts, _ = block_places(encoded.rows[:, 2])
    extents = Extents(frequencies, frequencies + more, starts, position_starts)
    decoded = decode_lists(encoded.lists, extents, 70_001)
    for name in ("starts", "documents", "frequencies"):
        assert getattr(decoded, name).tolist() == getattr(field, name).tolist()
    if with_positions:
        found = decode_positions(encoded.positions, position_starts, decoded, widths[decoded.documents])
        assert found.tolist() == field.positions.tolist()
    for number, one in enumerate(lists):
        numbers = (int(part[number]) for part in (starts, frequencies, frequencies + more))
        found_documents, found_frequencies = decode_list(encoded.lists, *numbers, 70_001)
        assert found_documents.tolist() == sorted(one)
        assert found_frequencies.tolist() == [len(one[document]) for document in sorted(one)]


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 9))))
def test_packed_numbers_come_back(entries: list[tuple[int, int]]) -> None:
    values = np.array([value for value, _ in entries], np.int64)
    widths = bit_widths(values + 1)
    places = np.cumsum([0, *(width + gap for width, (_, gap) in zip(widths, entries, strict=True))])
    packed = pack(values, widths, places[:-1], int(places[-1] + 7) // 8)
    assert unpack(packed, widths, places[:-1]).tolist() == values.tolist()


@pytest.mark.parametrize("sizes", [[], [1], [64], [63, 2, 64, 200, 1], [1] * 130])
def test_chunks_come_in_whole_blocks(sizes: list[int]) -> None:
    at = np.cumsum([0, *sizes])
    chunks = [
        Lists(np.arange(size + 1), np.arange(a, a + size), np.ones(size, np.int64), np.arange(a, a + size))
        for a, size in zip(at.tolist(), sizes, strict=False)
    ]
    blocks = list(in_blocks(chunks))
    assert all(len(block) % 64 == 0 for block in blocks[:-1])
    for name in ("documents", "positions"):
        assert [n for block in blocks for n in getattr(block, name).tolist()] == list(range(int(at[-1])))


def test_chunks_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.codec.postings._CHUNK_POSTINGS", 3)
    frequencies = np.array([1, 2, 1, 1, 3, 1, 1])
    field = Lists(np.array([0, 1, 6, 7]), np.array([4, 0, 1, 2, 3, 9, 9]), frequencies, np.arange(10))
    chunks = list(field.chunks())
    assert [chunk.documents.tolist() for chunk in chunks] == [[4], [0, 1, 2, 3, 9], [9]]
    assert np.concatenate([chunk.positions for chunk in chunks]).tolist() == list(range(10))


def test_a_changed_byte_of_a_block_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "blocks"
    writer = BlockWriter(file.open("wb"))
    blocks = {"small": b"12345678", "large": bytes(range(256)) * (CHUNK // 128), "empty": b""}
    for name, block in blocks.items():
        writer.add(name, block)
    writer.finish()
    whole = file.read_bytes()
    with BlockFile(file) as read:
        assert {name: read.array(name, "u1").tobytes() for name in blocks} == blocks
        assert read.part("large", CHUNK + 3, CHUNK + 5).tolist() == [3, 4]
        for beyond in (lambda: read.array("other", "u1"), lambda: read.part("small", 0, 9)):
            with pytest.raises(Damaged):
                beyond()
    for place in [0, 9, 5000, CHUNK + 100, *range(len(whole) - 100, len(whole) - 12), len(whole) - 1]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Damaged), BlockFile(file) as read:
            read.check()
    for length in (0, 4, 100, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            BlockFile(file)


def test_only_what_is_read_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "blocks"
    writer = BlockWriter(file.open("wb"))
    writer.add("large", bytes(3 * CHUNK))
    writer.finish()
    data = bytearray(file.read_bytes())
    data[2 * CHUNK + 50] = 1
    file.write_bytes(data)
    with BlockFile(file) as read:
        assert not read.part("large", 0, CHUNK).any()
        with pytest.raises(Damaged, match="large"):
            read.part("large", 2 * CHUNK, 2 * CHUNK + 1)


def test_the_blocks_of_another_file_can_be_appended(tmp_path: Path) -> None:
    blocks = {"small": bytes(range(9)), "large": bytes(range(256)) * 700, "none": b""}
    names = list(blocks)
    for number, parts in enumerate((names[:2], names[2:])):
        writer = BlockWriter((tmp_path / str(number)).open("wb"))
        for name in parts:
            writer.add(name, blocks[name])
        writer.finish()
    append_blocks(tmp_path / "1", tmp_path / "0")
    with BlockFile(tmp_path / "1") as read:
        read.check()
        assert {name: read.array(name, "u1").tobytes() for name in blocks} == blocks


@pytest.mark.parametrize(
    "codecs",
    [("arrays", "arrays", "arrays"), ("run", "run", "run"), ("run", "arrays"), ("arrays", "whoosh"), ("whoosh",)],
)
def test_merged_segments_are_one_segment_of_their_live_documents(
    tmp_path: Path, codecs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_STRETCH", 50)
    monkeypatch.setattr(merging, "_RANGE", 7)
    bodies = [f"香港{number}，通关 {'a' * (number % 3)}b 的的{chr(0x4E00 + number)}" for number in range(30)]
    posts = [Document(f"{n}.md", f"题{n % 4}", None, f"s{n % 2}", "", ("t",), body) for n, body in enumerate(bodies)]
    parts = [posts[at :: len(codecs)] for at in range(len(codecs))]
    infos = [write_segment(tmp_path, codec, part) for codec, part in zip(codecs, parts, strict=True)]
    infos = [replace(info, deleted=(0, 3)) for info in infos]
    live = [post for part in parts for number, post in enumerate(part) if number not in (0, 3)]

    info, paths = merge_segments(tmp_path, infos, "arrays")
    merged, expected = open_segment(tmp_path, info), open_segment(tmp_path, write_segment(tmp_path, "arrays", live))
    assert paths == merged.paths == [post.path for post in live]
    assert [merged.document(number) for number in range(len(live))] == live
    assert merged.numbers.tolist() == expected.numbers.tolist()
    assert isinstance(merged, ArraySegmentReader)
    assert isinstance(expected, ArraySegmentReader)
    for name in FIELD_ORDER:
        terms = [expected.dictionary(name).term(number) for number in range(len(expected.dictionary(name)))]
        assert [merged.dictionary(name).term(number) for number in range(len(merged.dictionary(name)))] == terms
        for number in range(len(terms)):
            one, other = merged.posting_list(name, number), expected.posting_list(name, number)
            for part in ("documents", "frequencies", "positions"):
                assert getattr(one, part).tolist() == getattr(other, part).tolist()
