"""Segments: the documents and posting lists that are written are read, and a merge is what writing at once would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, new_segment_id
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.run import RunWriter
from searchkit.engines.whoosh.codec.stored import StoredReader, decode_fields, decode_text, encode_fields, encode_text
from searchkit.engines.whoosh.indexing import merge_fields, merger
from searchkit.engines.whoosh.indexing.merge_policy import Merge
from searchkit.engines.whoosh.indexing.merger import merge_segments
from searchkit.engines.whoosh.indexing.segment_writer import write_documents
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.model import Document
from searchkit.rebuilding.workers import Workers

surrogates_too = st.characters(codec=None)
zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=8)), dt.timezone(dt.timedelta(seconds=-12345))])
documents = st.builds(
    Document,
    path=st.text(surrogates_too.filter("\0".__ne__)),  # no file's has one
    title=st.text(surrogates_too),
    date=st.none() | st.datetimes(timezones=zones),
    source=st.text(),
    url=st.text(),
    tags=st.lists(st.text()).map(tuple),
    body=st.text(surrogates_too) | st.text("国際\n𠮷é a"),
    description=st.text(surrogates_too),
)

BODIES = [f"香港{number}，通关 {'a' * (number % 3)}b 的的{chr(0x4E00 + number)}" for number in range(30)]
POSTS = [Document(f"{n}.md", f"题{n % 4}", None, f"s{n % 2}", "", ("t",), body) for n, body in enumerate(BODIES)]


def write_run(folder: Path, documents: Sequence[Document]) -> SegmentInfo:
    run_id = new_segment_id()
    return SegmentInfo(run_id, write_documents(RunWriter(folder, run_id), documents))


def write(folder: Path, documents: Sequence[Document]) -> SegmentInfo:
    return merge_segments(folder, Merge(runs=(write_run(folder, documents),)), Workers(1))


@settings(max_examples=20)
@given(st.lists(documents, min_size=1, max_size=3, unique_by=lambda document: document.path))
def test_documents_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, documents: list[Document]) -> None:
    folder = tmp_path_factory.mktemp("segment")
    segment = SegmentReader(folder, write(folder, documents))
    doc_ids = range(len(documents))
    assert [segment.document(doc_id) for doc_id in doc_ids] == documents
    assert [segment.stored_fields(doc_id) for doc_id in doc_ids] == [replace(d, body="") for d in documents]
    assert segment.paths == [segment.path(doc_id) for doc_id in doc_ids] == [document.path for document in documents]
    assert segment.doc_ids_of([documents[-1].path, "not there"]).tolist() == [len(documents) - 1]
    segment.close()


@given(documents)
def test_stored_fields_come_back_from_their_bytes(document: Document) -> None:
    stored = (document.title, document.source, document.url, document.tags, document.description)
    assert decode_fields(encode_fields(document)) == stored
    assert decode_text(encode_text(document.body)) == document.body


@pytest.mark.parametrize("prefix", ["的", "香", "a", "没"])
def test_terms_are_found_by_text_by_prefix_and_by_place(tmp_path: Path, prefix: str) -> None:
    segment = SegmentReader(tmp_path, write(tmp_path, POSTS))
    for field in ("words", "bigrams", "boundaries"):
        terms = list(segment.terms(field))
        assert segment.lexicon(field).split("\0")[1:-1] == terms
        assert list(segment.terms(field, terms[3])) == terms[3:]
        every = [segment.postings(field, term) for term in terms]
        assert segment.doc_freqs(field).tolist() == [len(postings.doc_ids) for postings in every]
        with_prefix = [at for at, term in enumerate(terms) if term.startswith(prefix)]
        lists = segment.posting_lists_with_prefix(field, prefix)
        at_places = segment.posting_lists_at(field, np.array(with_prefix))
        for name in ("doc_ids", "freqs", "positions"):
            expected = [value for at in with_prefix for value in getattr(every[at], name).tolist()]
            assert getattr(lists, name).tolist() == getattr(at_places, name).tolist() == expected
    segment.close()


def test_a_term_or_field_that_is_not_there_has_no_postings(tmp_path: Path) -> None:
    segment = SegmentReader(tmp_path, write(tmp_path, POSTS))
    for field, term in (("words", "没有"), ("bigrams", "香 没"), ("other", "香")):
        assert len(segment.postings(field, term).doc_ids) == 0
    assert list(segment.terms("other")) == []
    assert len(segment.posting_lists_with_prefix("other", "")) == 0
    segment.close()


def test_postings_are_cached_unless_the_caller_keeps_them(tmp_path: Path) -> None:
    segment = SegmentReader(tmp_path, write(tmp_path, POSTS))
    assert segment.decode_postings("words", "香港") is not segment.decode_postings("words", "香港")
    assert segment.postings("words", "香港") is segment.postings("words", "香港")
    assert segment.decode_postings("words", "香港") is segment.postings("words", "香港")
    segment.close()


def test_a_segment_of_another_number_of_documents_is_damage(tmp_path: Path) -> None:
    info = write(tmp_path, POSTS)
    with pytest.raises(Damaged, match="30 documents"):
        SegmentReader(tmp_path, replace(info, documents=31))


def postings_of(segment: SegmentReader) -> dict[tuple[str, str], tuple[list[int], ...]]:
    """All posting lists of a segment."""
    found = {}
    for field in FIELD_ORDER:
        for term in segment.terms(field):
            postings = segment.postings(field, term)
            found[field, term] = tuple(getattr(postings, name).tolist() for name in ("doc_ids", "freqs", "positions"))
    return found


@pytest.mark.parametrize("min_parallel", [0, 10**9], ids=["two halves", "in one go"])
@pytest.mark.parametrize(("segments", "runs"), [(3, 0), (0, 3), (2, 1), (0, 1), (1, 0)])
def test_merged_segments_are_one_segment_of_their_live_documents(
    tmp_path: Path, segments: int, runs: int, min_parallel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_fields, "STRETCH", 50)
    monkeypatch.setattr(merge_fields, "_PER_SOURCE", 7)
    monkeypatch.setattr(merger, "_MIN_PARALLEL", min_parallel)
    kinds = [write] * segments + [write_run] * runs
    parts = [POSTS[at :: len(kinds)] for at in range(len(kinds))]
    infos = [kind(tmp_path, part) for part, kind in zip(parts, kinds, strict=True)]
    infos[:segments] = [replace(info, deleted=(0, 3)) for info in infos[:segments]]
    deleted = [(0, 3)] * segments + [()] * runs
    live = [post for part, gone in zip(parts, deleted, strict=True) for n, post in enumerate(part) if n not in gone]

    merge = Merge(tuple(infos[:segments]), tuple(infos[segments:]))
    merged = SegmentReader(tmp_path, merge_segments(tmp_path, merge, Workers(1)))
    expected = SegmentReader(tmp_path, write(tmp_path, live))
    assert merged.paths == [post.path for post in live]
    assert [merged.document(doc_id) for doc_id in range(len(live))] == live
    assert merged.doc_values.tolist() == expected.doc_values.tolist()
    assert postings_of(merged) == postings_of(expected)
    for segment in (merged, expected):
        segment.close()


def test_large_documents_are_copied_with_their_dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merger, "_MAX_DICTIONARY_SHARE", 1e9)
    infos = [replace(write(tmp_path, POSTS[at::2]), deleted=(1,)) for at in range(2)]
    monkeypatch.setattr(StoredReader, "entries", lambda *_: pytest.fail("decompressed"))
    merged = SegmentReader(tmp_path, merge_segments(tmp_path, Merge(segments=tuple(infos)), Workers(1)))
    live = [POSTS[0], *POSTS[4::2], POSTS[1], *POSTS[5::2]]
    assert [merged.document(doc_id) for doc_id in range(len(live))] == live
    merged.close()
