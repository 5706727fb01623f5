"""Results for programs: JSON, JSON lines, CSV and paths."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from searchkit.model import Analysis, Document, FacetCounts, Hit, Reading, Results, iso_date
from searchkit.render.safe import visible, visible_json, visible_name

CSV_COLUMNS = ("rank", "score", "path", "title", "date", "source", "url", "tags", "also", "snippet", "missing")

_FORMULA = r"""(^|[;,|])([\s"']*)(?=[=+\-@＝＋－＠])"""
"""Where a spreadsheet would begin a cell: at the beginning, and behind what some locales and dialogs split lines at."""


def json_text(data: Any, *, indent: bool = False) -> str:
    r"""Serialize data as JSON with a final newline.

    Chinese text is not escaped; control and invisible characters are, so that the output is safe on a terminal and
    loses nothing (``safe.visible_json``).

    Args:
        data: a result of ``to_dict``.
        indent: indent by two spaces per level, for people; False prints one line, for programs.

    >>> json_text({"title": "通关\x9b", "path": "\udc80.md"})
    '{"title":"通关\\u009b","path":"\\udc80.md"}\n'
    """
    separators = None if indent else (",", ":")
    text = json.dumps(data, ensure_ascii=False, indent=2 if indent else None, separators=separators)
    return visible_json(text) + "\n"


def ndjson_text(results: Results) -> str:
    """One JSON document per hit, each on a line of its own."""
    return "".join(map(json_text, results.to_dicts()))


def facets_ndjson(facets: Mapping[str, FacetCounts]) -> str:
    """One JSON document per value of each facet."""
    rows = ({"facet": facet, "value": value, "posts": count} for facet, value, count in _facet_rows(facets))
    return "".join(map(json_text, rows))


def facets_csv(facets: Mapping[str, FacetCounts]) -> str:
    """A header line and one row per value of each facet."""
    rows = ([facet, _csv_cell(value), str(count)] for facet, value, count in _facet_rows(facets))
    return _csv(("facet", "value", "posts"), rows)


def csv_text(results: Results) -> str:
    """A header line and one row per hit, as in RFC 4180; lists are joined by ``; ``.

    CSV files are mostly opened in spreadsheets, and the posts are not trusted: an apostrophe stands before each sign
    that begins a formula, at the beginning of a cell and behind a semicolon, a comma or a bar within it, where a
    spreadsheet may split the line; control characters are escaped. JSON contains every character unchanged.
    """
    return _csv(CSV_COLUMNS, map(_csv_row, results))


def paths_bytes(results: Results, end: str = "\n") -> bytes:
    r"""Each path as the exact bytes of the file name, for programs such as ``xargs``.

    Args:
        results: the page.
        end: what follows each: ``\n`` or, since a name may have a line feed in it, ``\0``.
    """
    return b"".join(_file_name(hit.path) + end.encode() for hit in results)


def paths_text(results: Results, end: str = "\n") -> str:
    """The paths for a terminal: control characters are escaped."""
    return "".join(visible_name(hit.path) + end for hit in results)


def _csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def _facet_rows(facets: Mapping[str, FacetCounts]) -> Iterator[tuple[str, str, int]]:
    for facet, counts in facets.items():
        for value, count in counts:
            yield facet, value, count


def reading_dict(reading: Reading) -> dict[str, Any]:
    """The data of ``searchkit show --format json``: a post, and the matches in its title and its text."""
    return {
        **document_dict(reading.document),
        "title_spans": [list(span) for span in reading.title_spans],
        "spans": [list(span) for span in reading.spans],
    }


def document_dict(document: Document) -> dict[str, Any]:
    """A post as JSON types."""
    return {
        "path": document.path,
        "title": document.title,
        "date": iso_date(document.date),
        "source": document.source,
        "url": document.url,
        "tags": list(document.tags),
        "description": document.description,
        "body": document.body,
        "paths": list(document.paths or (document.path,)),
    }


def analysis_dict(analysis: Analysis) -> dict[str, Any]:
    """The data of ``searchkit analyze --format json``."""
    return {
        "folded": analysis.folded,
        "unigrams": [
            {"text": unigram.text, "position": unigram.position, "start": unigram.start, "end": unigram.end}
            for unigram in analysis.unigrams
        ],
        "bigrams": list(analysis.bigrams),
        "words": list(analysis.words),
    }


def table_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """A header line with the keys of the rows, and a line per row; texts are safe as in ``csv_text``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if rows:
        writer.writerow(map(_csv_cell, rows[0]))
    for row in rows:
        writer.writerow(_csv_value(value) for value in row.values())
    return out.getvalue()


def _csv_value(value: Any) -> Any:
    if isinstance(value, dict):
        value = "; ".join(text for texts in value.values() for text in texts)
    return _csv_cell(value) if isinstance(value, str) else value


def _csv_row(hit: Hit) -> list[str]:
    texts = [
        visible_name(hit.path),
        hit.title,
        iso_date(hit.date) or "",
        hit.source,
        hit.url,
        "; ".join(hit.tags),
        "; ".join(map(visible_name, hit.also)),
        "; ".join(snippet.text for snippet in hit.snippets),
        "; ".join(hit.missing),
    ]
    return [str(hit.rank), f"{hit.score:.6f}", *map(_csv_cell, texts)]


def _csv_cell(text: str) -> str:
    return re.sub(_FORMULA, r"\1\2'", visible(text))


def _file_name(path: str) -> bytes:
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # the encoding of the locale lacks a character
        return path.encode("utf-8", "backslashreplace")
