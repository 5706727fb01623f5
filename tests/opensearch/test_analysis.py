"""An index of OpenSearch has the terms that the local engine has of the same documents, in every case."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.engines.opensearch.analysis.requests import requests
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.analysis.terms import document_terms
from searchkit.engines.opensearch.schema import (
    BODY_START,
    BODY_UNITS,
    BODY_WORDS,
    CONTENT,
    LENGTH_FIELDS,
    TITLE,
    escaped,
    keyword,
    link,
    token,
    unescaped,
)
from searchkit.engines.whoosh.codec.api import SegmentInfo
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.run import RunWriter
from searchkit.engines.whoosh.indexing.merge_policy import Merge
from searchkit.engines.whoosh.indexing.merger import merge_segments
from searchkit.engines.whoosh.indexing.segment_writer import write_documents
from searchkit.engines.whoosh.schema import RANKED_FIELDS
from searchkit.language import fold
from searchkit.language.lexicon import Lexicon
from searchkit.language.unigrams import unigrams
from searchkit.model import Document
from searchkit.query.needles import needle_of
from searchkit.rebuilding.workers import Workers

LEXICON = Lexicon({"港口新闻": 9, "国际": 5}, {})
DATES = st.none() | st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.sampled_from(
    [dt.UTC, dt.timezone(dt.timedelta(hours=8)), dt.timezone(-dt.timedelta(hours=3, minutes=30))]
))
WORDS = st.sampled_from(["香港", "港口新闻。", "getUserById", "ASP.NET", "3.11", "a" * 201, "5-1", " -5度", "\n"])
TEXTS = st.one_of(texts(), st.lists(st.one_of(WORDS, texts(4)), max_size=8).map("".join))
DOCUMENTS = st.lists(
    st.builds(Document, path=texts(9).filter(lambda path: "\0" not in path), title=TEXTS, date=DATES,
              source=texts(9), url=texts(9),
              tags=st.lists(texts(6), max_size=3).map(tuple), body=TEXTS, description=st.just("") | texts(9),
              added=st.none() | st.datetimes(timezones=st.just(dt.UTC))),
    min_size=1, max_size=4, unique_by=lambda document: document.path,
)  # fmt: skip

Counted = dict[str, dict[str, int]]
"""How often each document has each term; by path."""


def local_terms(documents: list[Document]) -> tuple[dict[str, Counted], list[list[int]]]:
    """By field what the local engine's postings say, and of each document its lengths."""
    if not documents:
        return {name: {} for name in (*RANKED_FIELDS, "source", "tag", "url", "part")}, []
    with TemporaryDirectory() as folder:
        run = SegmentInfo("0" * 16, write_documents(RunWriter(Path(folder), "0" * 16), documents, LEXICON))
        info = merge_segments(Path(folder), Merge(runs=(run,)), Workers(1))
        reader = SegmentReader(Path(folder), info)
        try:
            fields: dict[str, Counted] = {}
            for name in (*RANKED_FIELDS, "source", "tag", "url", "part"):
                counted = fields[name] = defaultdict(dict)
                for term in reader.terms(name):
                    postings = reader.postings(name, term)
                    for doc_id, freq in zip(postings.doc_ids.tolist(), postings.freqs.tolist(), strict=True):
                        counted[documents[doc_id].path][term] = freq
            values = reader.doc_values
            lengths = [[int(values[name][at]) for name in RANKED_FIELDS] for at in range(len(documents))]
        finally:
            reader.close()
    return fields, lengths


def counted(text: str) -> dict[str, int]:
    return {name: int(freq) for name, _mark, freq in (part.rpartition("|") for part in text.split(" ") if part)}


@settings(deadline=None, max_examples=30)
@given(DOCUMENTS)
def test_terms_and_lengths_are_those_of_the_local_engine(documents: list[Document]) -> None:
    fields, lengths = local_terms(documents)
    terms = document_terms(documents, LEXICON)
    for document, found, again, length in zip(documents, requests(documents, LEXICON), terms, lengths, strict=True):
        assert [found[name] for name in LENGTH_FIELDS] == length == [again.lengths[name] for name in LENGTH_FIELDS]
        for ours, theirs in (
            (CONTENT.units, "unigrams"), (CONTENT.words, "words"),
            (TITLE.units, "title_unigrams"), (TITLE.words, "title_words"),
        ):  # fmt: skip
            expected = fields[theirs][document.path]
            assert counted(found[ours]) == {token(term): freq for term, freq in expected.items()}
        for body, whole, title in ((BODY_UNITS, "unigrams", "title_unigrams"), (BODY_WORDS, "words", "title_words")):
            rest = Counter(fields[whole][document.path]) - Counter(fields[title][document.path])
            assert sorted(found[body].split(" ")[:-1]) == sorted(map(token, rest))
        for name, plural in (("source", False), ("url", False), ("tag", True), ("part", True)):
            values = found.get(name, []) if plural else [found[name]] if name in found else []
            assert sorted(values) == sorted(map(keyword, fields[name][document.path]))
        for kind in ("unigrams", "bigrams", "words"):
            assert again.counts(kind) == fields[kind][document.path]
            assert again.counts(kind, "title") == fields[f"title_{kind}"][document.path]


@settings(deadline=None, max_examples=40)
@given(DOCUMENTS)
def test_links_say_what_follows_each_unigram(documents: list[Document]) -> None:
    for document, found in zip(documents, requests(documents), strict=True):
        title, body = ([*map(link, cut.texts, cut.gaps, [*cut.texts[1:], ""])] for cut in (
            unigrams(fold(document.title)), unigrams(fold(document.text))
        ))  # fmt: skip
        assert found[TITLE.links].split(" ")[:-1] == title
        assert found[CONTENT.links].split(" ")[:-1] == [*title, BODY_START, *body]


@given(DOCUMENTS)
def test_a_stored_document_is_read_as_it_was(documents: list[Document]) -> None:
    for document, found in zip(documents, requests(documents), strict=True):
        read = read_document(found)
        assert read == document
        assert read.date is None or read.date.utcoffset() == document.date.utcoffset()


@pytest.mark.parametrize("body", ["港口。新闻", "", "港", "港口，新闻，港口"])
@pytest.mark.parametrize(
    ("needle", "in_title"), [("港口", [0, 2]), ("港", [0, 2]), ("口，新", []), ("口港", [1]), ("湾", [])]
)
def test_where_a_text_begins(needle: str, in_title: list[int], body: str) -> None:
    [terms] = document_terms([Document("a.md", "港口港口", None, "", "", (), body)])
    found = needle_of(needle)
    cut = unigrams(body)
    size = len(found.unigrams)
    in_body = [
        4 + at for at in range(len(cut.texts) - size + 1)
        if (tuple(cut.texts[at : at + size]), tuple(cut.gaps[at : at + size - 1])) == (found.unigrams, found.gaps)
    ]  # fmt: skip
    assert terms.occurrences(found, "title").tolist() == in_title
    assert terms.occurrences(found, "body").tolist() == in_body
    assert terms.occurrences(found).tolist() == in_title + in_body


def test_an_open_end_goes_on() -> None:
    [terms] = document_terms([Document("a.md", "", None, "", "", (), "on kubernetes, kube")])
    needle = needle_of("kube")
    assert terms.occurrences(needle).tolist() == [2]
    assert terms.occurrences(type(needle)(needle.unigrams, needle.gaps, open_end=True)).tolist() == [1, 2]


@given(st.lists(st.text(st.one_of(st.sampled_from("\ud7ff\ud800\udfff\ue000\ue001\U00010000"), st.characters()))))
def test_escaped_texts_are_utf_8_sort_as_before_and_come_back(some: list[str]) -> None:
    assert [unescaped(text) for text in map(escaped, some)] == some
    assert [unescaped(text) for text in sorted(map(escaped, some))] == sorted(some)
    assert [text.encode().decode() for text in map(escaped, some)] == [*map(escaped, some)]


@given(texts(), texts())
def test_a_token_is_one_token_and_of_one_text(one: str, other: str) -> None:
    java_spaces = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2006\u2008\u2028\u2029\u205f\u3000"
    assert not set(token(one + java_spaces)) & set(java_spaces + "|")
    assert (token(one) == token(other)) == (one == other)
    assert len(token(one * 1000).encode("utf-16-le")) <= 2 * 501
    assert len(keyword(one * 10_000).encode()) < 32_766
