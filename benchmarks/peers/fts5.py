"""SQLite's FTS5, with rjieba's words and with its trigrams: a contentless index and a table of posts."""

from __future__ import annotations

import re
import sqlite3
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing

from benchmarks.extracted import Extracted
from benchmarks.peers import protocol, words
from benchmarks.peers.protocol import Answer, Peer, Query

_FASTEST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;"
_READING = "PRAGMA mmap_size = 4000000000; PRAGMA cache_size = -200000;"
_TABLES = """
CREATE TABLE posts (id INTEGER PRIMARY KEY, date INTEGER, path TEXT, title TEXT, body TEXT);
CREATE VIRTUAL TABLE fts USING fts5(text, content = '', tokenize = '{tokenizer}');
"""
_FROM_INDEX = "FROM fts JOIN posts ON id = fts.rowid WHERE fts MATCH ?"
_FROM_SCAN = "FROM posts WHERE 1"
_CONTAINS = " AND (instr(body, ?) OR instr(title, ?))"
_BETWEEN = " AND date BETWEEN ? AND ?"


class _Fts5(Peer):
    tokenizer: str

    @abstractmethod
    def _text(self, post: Extracted) -> str:
        """The text to index."""

    def _connect(self, pragmas: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self.folder / "posts.db")
        connection.executescript(pragmas)
        return connection

    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        self.folder.mkdir()
        with closing(self._connect(_FASTEST)) as connection, connection:
            connection.executescript(_TABLES.format(tokenizer=self.tokenizer))
            self._write(connection, posts, 0)
            connection.execute("INSERT INTO fts(fts) VALUES ('optimize')")

    def add(self, posts: Sequence[Extracted]) -> None:
        with closing(self._connect("")) as connection, connection:
            self._write(connection, posts, connection.execute("SELECT max(id) FROM posts").fetchone()[0])

    def _write(self, connection: sqlite3.Connection, posts: Sequence[Extracted], last: int) -> None:
        def rows() -> Iterator[tuple[object, ...]]:
            for number, post in enumerate(posts, last + 1):
                yield number, post.date, post.path, post.title, post.body

        connection.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?)", rows())
        texts = ((number, self._text(post)) for number, post in enumerate(posts, last + 1))
        connection.executemany("INSERT INTO fts(rowid, text) VALUES (?, ?)", texts)

    def open(self) -> None:
        self._connection = self._connect(_READING)

    def close(self) -> None:
        self._connection.close()

    def _answer(self, query: Query, match: str, contained: Sequence[str], limit: int) -> Answer:
        """The posts that match in the index, or all if ``match`` is empty, and that contain all of ``contained``."""
        source = _FROM_INDEX if match else _FROM_SCAN
        values: list[object] = [match] if match else []
        for text in contained:
            source += _CONTAINS
            values += [text, text]
        if query.kind == protocol.DATES:
            source += _BETWEEN
            values += [query.since, query.until]
        elif match and not contained:  # counted without reading the posts
            count = self._connection.execute("SELECT count(*) FROM fts WHERE fts MATCH ?", values)
            return Answer(self._titles(source, values, "fts.rank", limit), count.fetchone()[0])
        count = self._connection.execute(f"SELECT count(*) {source}", values)
        return Answer(self._titles(source, values, "fts.rank" if match else "id", limit), count.fetchone()[0])

    def _titles(self, source: str, values: Sequence[object], order: str, limit: int) -> list[str]:
        statement = f"SELECT title {source} ORDER BY {order} LIMIT {limit}"
        return [title for (title,) in self._connection.execute(statement, values)]


class Fts5Words(_Fts5):
    tokenizer = "unicode61 remove_diacritics 0"

    def _text(self, post: Extracted) -> str:
        return words.segmented(post)

    def search(self, query: Query, limit: int) -> Answer:
        terms = words.query_words(query)
        if query.kind in (protocol.AND, protocol.QUESTION):
            joiner = " OR " if query.kind == protocol.QUESTION else " AND "
            match = joiner.join(f'"{term}"' for term in terms)
        else:
            match = f'"{" ".join(terms)}"'
        return self._answer(query, match, (), limit)


class Fts5Trigram(_Fts5):
    """Trigrams; texts of fewer than three characters are searched for in the stored posts."""

    tokenizer = "trigram"

    def _text(self, post: Extracted) -> str:
        return f"{post.title}\n{post.body}"

    def search(self, query: Query, limit: int) -> Answer:
        if query.kind == protocol.QUESTION:
            runs = re.findall(r"\w{3,}", query.words[0])
            grams = dict.fromkeys(run[start : start + 3] for run in runs for start in range(len(run) - 2))
            return self._answer(query, " OR ".join(f'"{gram}"' for gram in grams), (), limit)
        match = " AND ".join(f'"{text}"' for text in query.words if len(text) >= 3)
        return self._answer(query, match, [text for text in query.words if len(text) < 3], limit)
