"""Whoosh as in tutorials on Chinese search: jieba's ChineseAnalyzer, Whoosh's own writer, codec and searcher."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import frontmatter
from bs4 import BeautifulSoup
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser, OrGroup
from whoosh.query import NumericRange

from benchmarks.extracted import Extracted
from benchmarks.peers import protocol
from benchmarks.peers.protocol import Answer, Peer, Query

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    from jieba.analyse import ChineseAnalyzer

jieba.setLogLevel(logging.WARNING)


def _schema() -> Schema:
    analyzer = ChineseAnalyzer()
    return Schema(
        path=ID(stored=True, unique=True),
        title=TEXT(stored=True, analyzer=analyzer),
        content=TEXT(stored=True, analyzer=analyzer),
        date=NUMERIC(int, bits=64, signed=True),
    )


class WhooshTutorial(Peer):
    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        self.folder.mkdir()
        writer = create_in(self.folder, _schema()).writer()
        for post in posts:
            writer.add_document(path=post.path, title=post.title, content=post.body, date=post.date)
        writer.commit()

    def build_from_files(self, corpus: Path, files: Sequence[Path]) -> None:
        """Index raw files with python-frontmatter and BeautifulSoup's html.parser."""
        self.folder.mkdir()
        writer = create_in(self.folder, _schema()).writer()
        for file in files:
            post = frontmatter.load(file)
            text = BeautifulSoup(post.content, "html.parser").get_text()
            path = str(file.relative_to(corpus))
            writer.add_document(path=path, title=str(post.get("title") or ""), content=text, date=0)
        writer.commit()

    def add(self, posts: Sequence[Extracted]) -> None:
        writer = open_dir(self.folder).writer()
        for post in posts:
            writer.add_document(path=post.path, title=post.title, content=post.body, date=post.date)
        writer.commit()

    def open(self) -> None:
        index = open_dir(self.folder)
        self._searcher = index.searcher()
        self._all = MultifieldParser(["title", "content"], index.schema)
        self._any = MultifieldParser(["title", "content"], index.schema, group=OrGroup)

    def search(self, query: Query, limit: int) -> Answer:
        parser = self._any if query.kind == protocol.QUESTION else self._all
        text = f'"{query.words[0]}"' if query.kind == protocol.PHRASE else " ".join(query.words)
        dates = NumericRange("date", query.since, query.until) if query.kind == protocol.DATES else None
        results = self._searcher.search(parser.parse(text), limit=limit, filter=dates)
        return Answer([hit["title"] for hit in results], len(results))


def load_dictionary() -> None:
    """Load jieba's dictionary, which happens once per process."""
    jieba.initialize()
