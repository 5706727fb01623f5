"""Test collections: the files with queries, relevance judgements and documents.

The formats are those of most test collections: ``queries.tsv`` (query id, tab, query), ``qrels.txt`` (TREC format:
query id, 0, document id, relevance) and ``corpus.jsonl`` (one JSON object per line). Errors name the file and the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.errors import CollectionError
from searchkit.messages import _
from searchkit.model import Document
from searchkit.posts.frontmatter.dates import read_date

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.tsv", "qrels.txt"

# a path may contain spaces: the document id is everything between the second and the last column
_JUDGEMENT = re.compile(r"(\S+)[ \t]+\S+[ \t]+(\S.*?)[ \t]+(-?\d{1,9})[ \t]*")
_KEYS = ("id", "title", "date", "source", "body")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A line of ``qrels.txt``.

    Attributes:
        query: the id of the query.
        document: the id of the document.
        relevance: 1 or more if the document is relevant, 0 or less if it is not.
        line: the line number in the file, from 1.
    """

    query: str
    document: str
    relevance: int
    line: int


@dataclass(frozen=True, slots=True)
class Collection:
    """Queries with relevance judgements.

    Attributes:
        folder: the folder of its files.
        queries: the queries by id, in the order of the file.
        judgements: the judgements of these queries, in the order of the file.
    """

    folder: Path
    queries: dict[str, str]
    judgements: tuple[Judgement, ...]

    def error(self, judgement: Judgement, reason: str, hint: str = "") -> CollectionError:
        """An exception that names the line of a judgement."""
        return _line_error(self.folder / JUDGEMENTS, judgement.line, reason, hint)


def read_collection(folder: Path) -> Collection:
    """Read the queries and judgements of a folder.

    Raises:
        CollectionError: a file is missing, or a line of it is invalid.
    """
    if not folder.is_dir():
        raise CollectionError(
            _("no folder {folder}", folder=folder),
            _("it must contain {queries} and {judgements}", queries=QUERIES, judgements=JUDGEMENTS),
        )
    queries = _read_queries(folder / QUERIES)
    return Collection(folder, queries, tuple(_read_judgements(folder / JUDGEMENTS, queries)))


def read_documents(*files: Path) -> list[Document]:
    """Read the documents of one or several JSON Lines files; the id of each becomes its ``path``.

    Raises:
        CollectionError: a file is missing, a line of it is invalid, or an id occurs twice.
    """
    documents: dict[str, Document] = {}
    for file in files:
        for number, line in _lines(file):
            document = _document(file, number, line)
            if document.path in documents:
                raise _line_error(file, number, _("duplicate id {path!r}", path=document.path))
            documents[document.path] = document
    return list(documents.values())


def _read_queries(file: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for number, line in _lines(file):
        query_id, tab, query = line.partition("\t")
        if not tab or len(query_id.split()) != 1:  # the query may be empty: some collections have empty ones
            raise _line_error(file, number, _("expected query id, tab, query"))
        if query_id in queries:
            raise _line_error(file, number, _("duplicate query id {query_id!r}", query_id=query_id))
        queries[query_id] = query.strip()
    return queries


def _read_judgements(file: Path, queries: dict[str, str]) -> Iterator[Judgement]:
    judged: set[tuple[str, str]] = set()
    for number, line in _lines(file):
        columns = _JUDGEMENT.fullmatch(line)
        if columns is None:
            raise _line_error(file, number, _("expected four columns: query id, 0, document id, relevance"))
        if columns[1] not in queries:
            raise _line_error(file, number, _("{file} has no query {query!r}", file=QUERIES, query=columns[1]))
        if (columns[1], columns[2]) in judged:
            raise _line_error(
                file,
                number,
                _("duplicate judgement of {document!r} for {query!r}", document=columns[2], query=columns[1]),
            )
        judged.add((columns[1], columns[2]))
        yield Judgement(columns[1], columns[2], int(columns[3]), number)
    if not judged:
        raise CollectionError(_("{file} is empty", file=file), _("judge at least one document"))


def _document(file: Path, number: int, line: str) -> Document:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _line_error(file, number, _("invalid JSON: {error}", error=error)) from None
    if not isinstance(fields, dict):
        raise _line_error(file, number, _("not a JSON object"))
    values = {key: _text(file, number, fields, key) for key in _KEYS}
    if len(values["id"].splitlines()) != 1:
        raise _line_error(file, number, _("id must be one line"))
    date = read_date(values["date"])
    if date is None and values["date"].strip():
        raise _line_error(file, number, _("invalid date {date!r}", date=values["date"][:60]))
    title = " ".join(values["title"].split())
    return Document(values["id"], title, date, values["source"], "", (), values["body"])


def _text(file: Path, number: int, fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None and key not in ("id", "body"):
        return ""
    if not isinstance(value, str):
        raise _line_error(file, number, _("{key} must be a string", key=key))
    return value


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, with their numbers."""
    try:
        with file.open("rb") as stream:
            for number, data in enumerate(stream, start=1):
                try:
                    line = data.decode("utf-8-sig").rstrip("\r\n")
                except UnicodeDecodeError:
                    raise _line_error(file, number, _("not UTF-8")) from None
                if line.strip():
                    yield number, line
    except OSError as error:
        raise CollectionError(_("cannot read {file}: {reason}", file=file, reason=error.strerror or error)) from None


def _line_error(file: Path, number: int, reason: str, hint: str = "") -> CollectionError:
    return CollectionError(_("{file}, line {number}: {reason}", file=file, number=number, reason=reason), hint)
