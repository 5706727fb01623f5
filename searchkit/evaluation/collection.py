"""Here is a folder: which queries, which documents, and who answers what?

The files are those of most test collections: ``queries.tsv`` (identifier, tab, query), ``qrels.txt`` (as TREC has them:
query, 0, document, relevance), and ``corpus.jsonl`` (a JSON object a line). Errors name the file and the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.errors import CollectionError
from searchkit.model import Document
from searchkit.posts.dates import read_date

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.tsv", "qrels.txt"

# a path may hold spaces, so the document is whatever stands between the second and the last column
_JUDGEMENT = re.compile(r"(\S+)[ \t]+\S+[ \t]+(\S.*?)[ \t]+(-?\d{1,9})[ \t]*")
_KEYS = ("id", "title", "date", "source", "body")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A line of ``qrels.txt``.

    Attributes:
        query: the query's identifier.
        document: the document's identifier.
        relevance: 0 or less for one that answers nothing.
        line: its number in the file.
    """

    query: str
    document: str
    relevance: int
    line: int


@dataclass(frozen=True, slots=True)
class Collection:
    """What was asked and what was judged.

    Attributes:
        folder: where it was read from.
        queries: each query by its identifier, in the order of the file.
        judgements: in the order of the file; each is of one of the queries.
    """

    folder: Path
    queries: dict[str, str]
    judgements: tuple[Judgement, ...]

    def wrong(self, judgement: Judgement, reason: str, hint: str = "") -> CollectionError:
        """What to raise about one of the judgements."""
        return _wrong(self.folder / JUDGEMENTS, judgement.line, reason, hint)


def read_collection(folder: Path) -> Collection:
    """The queries and judgements of a folder.

    Raises:
        CollectionError: a file is missing or a line of it means nothing.
    """
    if not folder.is_dir():
        raise CollectionError(f"no folder {folder}", f"it should hold {QUERIES} and {JUDGEMENTS}")
    queries = _read_queries(folder / QUERIES)
    return Collection(folder, queries, tuple(_read_judgements(folder / JUDGEMENTS, queries)))


def read_documents(*files: Path) -> list[Document]:
    """The documents of one or several files of JSON lines; ``path`` is the identifier.

    Raises:
        CollectionError: a file is missing, a line of it is no such object, an identifier is there twice.
    """
    found: dict[str, Document] = {}
    for file in files:
        for number, line in _lines(file):
            document = _document(file, number, line)
            if document.path in found:
                raise _wrong(file, number, f"the id {document.path!r} is there twice")
            found[document.path] = document
    return list(found.values())


def _read_queries(file: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for number, line in _lines(file):
        identifier, tab, query = line.partition("\t")
        if not tab or len(identifier.split()) != 1:  # collections do have empty queries
            raise _wrong(file, number, "expected an identifier, a tab and a query")
        if identifier in queries:
            raise _wrong(file, number, f"the query {identifier!r} is there twice")
        queries[identifier] = query.strip()
    return queries


def _read_judgements(file: Path, queries: dict[str, str]) -> Iterator[Judgement]:
    judged: set[tuple[str, str]] = set()
    for number, line in _lines(file):
        columns = _JUDGEMENT.fullmatch(line)
        if columns is None:
            raise _wrong(file, number, "expected four columns: query, 0, document, relevance")
        if columns[1] not in queries:
            raise _wrong(file, number, f"no query {columns[1]!r} in {QUERIES}")
        if (columns[1], columns[2]) in judged:
            raise _wrong(file, number, f"{columns[2]!r} is judged twice for {columns[1]!r}")
        judged.add((columns[1], columns[2]))
        yield Judgement(columns[1], columns[2], int(columns[3]), number)
    if not judged:
        raise CollectionError(f"{file} is empty", "judge at least one document")


def _document(file: Path, number: int, line: str) -> Document:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _wrong(file, number, f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise _wrong(file, number, "not a JSON object")
    values = {key: _text(file, number, found, key) for key in _KEYS}
    if len(values["id"].splitlines()) != 1:
        raise _wrong(file, number, "id must be one line of text")
    date = read_date(values["date"])
    if date is None and values["date"].strip():
        raise _wrong(file, number, f"date {values['date'][:60]!r} cannot be read")
    title = " ".join(values["title"].split())
    return Document(values["id"], title, date, values["source"], "", (), values["body"])


def _text(file: Path, number: int, found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None and key not in ("id", "body"):
        return ""
    if not isinstance(value, str):
        raise _wrong(file, number, f"{key} must be a text")
    return value


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that say something, with their numbers."""
    try:
        with file.open("rb") as stream:
            for number, data in enumerate(stream, start=1):
                try:
                    line = data.decode("utf-8-sig").rstrip("\r\n")
                except UnicodeDecodeError:
                    raise _wrong(file, number, "not UTF-8") from None
                if line.strip():
                    yield number, line
    except OSError as error:
        raise CollectionError(f"cannot read {file}: {error.strerror or error}") from None


def _wrong(file: Path, number: int, reason: str, hint: str = "") -> CollectionError:
    return CollectionError(f"{file}, line {number}: {reason}", hint)
