"""tantivy through tantivy-py: words with positions, title and body stored, dates as a fast field."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Document, FieldType, Index, Occur, Query, Schema, SchemaBuilder

from benchmarks.extracted import Extracted
from benchmarks.peers import protocol, words
from benchmarks.peers.protocol import Answer, Peer

_HEAP, _THREADS = 512_000_000, 2  # bytes, threads; the fastest of those tried, including the defaults


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("path", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("date", stored=True, indexed=False, fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


class TantivyWords(Peer):
    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        self.folder.mkdir()
        self._write(Index(_schema(), str(self.folder)), posts)

    def add(self, posts: Sequence[Extracted]) -> None:
        self._write(Index.open(str(self.folder)), posts)

    def _write(self, index: Index, posts: Sequence[Extracted]) -> None:
        writer = index.writer(_HEAP, _THREADS)
        for post in posts:
            document = Document()
            document.add_text("text", words.segmented(post))
            document.add_text("path", post.path)
            document.add_text("title", post.title)
            document.add_integer("date", post.date)
            document.add_bytes("body", post.body.encode())
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        index = Index.open(str(self.folder))
        self._schema, self._searcher = index.schema, index.searcher()

    def search(self, query: protocol.Query, limit: int) -> Answer:
        results = self._searcher.search(self._query(query), limit)
        titles = [self._searcher.doc(address).get_first("title") for _, address in results.hits]
        return Answer(titles, results.count)

    def _query(self, query: protocol.Query) -> Query:
        terms = words.query_words(query)
        if len(terms) > 1 and query.kind not in (protocol.AND, protocol.QUESTION):
            parsed = Query.phrase_query(self._schema, "text", terms)
        else:
            occur = Occur.Should if query.kind == protocol.QUESTION else Occur.Must
            parsed = Query.boolean_query([(occur, Query.term_query(self._schema, "text", term)) for term in terms])
        if query.kind == protocol.DATES:
            dates = Query.range_query(self._schema, "date", FieldType.Integer, query.since, query.until)
            parsed = Query.boolean_query([(Occur.Must, parsed), (Occur.Must, Query.const_score_query(dates, 0.0))])
        return parsed
