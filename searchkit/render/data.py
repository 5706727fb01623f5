"""Here is a page of results: how does a program read it? JSON, JSON lines, CSV, paths."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from typing import Any

from searchkit.model import Analysis, Document, Hit, Results, iso_date
from searchkit.render.safe import visible

CSV_COLUMNS = ("rank", "score", "path", "title", "date", "source", "url", "tags", "also", "snippet", "missing")

# JSON itself escapes C0; these it would send to a terminal as they are, or (surrogates) fail to encode
_RISKY_IN_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA_STARTS = tuple("=+-@＝＋－＠")


def json_text(data: Any, *, indent: bool = False) -> str:
    r"""One JSON document and a newline. Chinese stays readable; what could drive a terminal is escaped, losing nothing.

    Args:
        data: what ``to_dict`` gives.
        indent: two spaces a level, for people; else one line, for programs.

    >>> json_text({"title": "通关\x9b", "path": "\udc80.md"})
    '{"title":"通关\\u009b","path":"\\udc80.md"}\n'
    """
    separators = None if indent else (",", ":")
    text = json.dumps(data, ensure_ascii=False, indent=2 if indent else None, separators=separators)
    return _RISKY_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def ndjson_text(results: Results) -> str:
    """A JSON document a hit, each on its line."""
    return "".join(map(json_text, results.to_dicts()))


def csv_text(results: Results) -> str:
    """A header and a row a hit, as RFC 4180 has it; tags, other paths, snippets and missing words joined by ``; ``.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it: the posts are strangers' texts, and
    who opens a CSV file is mostly a spreadsheet. Control characters are written out, for the same reader. Programs
    that need every character as it is read JSON.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    writer.writerows(map(_csv_row, results))
    return out.getvalue()


def paths_bytes(results: Results) -> bytes:
    """A path a line, byte for byte as the file is called, for ``xargs`` and its like."""
    return b"".join(_file_name(hit.path) + b"\n" for hit in results)


def paths_text(results: Results) -> str:
    """A path a line, for eyes: what could drive a terminal is written out."""
    return "".join(visible(hit.path) + "\n" for hit in results)


def document_dict(document: Document) -> dict[str, Any]:
    """A post as ``searchkit show --format json`` prints it."""
    return {
        "path": document.path,
        "title": document.title,
        "date": iso_date(document.date),
        "source": document.source,
        "url": document.url,
        "tags": list(document.tags),
        "body": document.body,
        "paths": list(document.paths or (document.path,)),
    }


def analysis_dict(analysis: Analysis) -> dict[str, Any]:
    """A text as ``searchkit analyze --format json`` prints it."""
    return {
        "folded": analysis.folded,
        "unigrams": [
            {"text": unigram.text, "position": unigram.position, "start": unigram.start, "end": unigram.end}
            for unigram in analysis.unigrams
        ],
        "bigrams": list(analysis.bigrams),
        "words": list(analysis.words),
    }


def _csv_row(hit: Hit) -> list[str]:
    texts = [
        hit.path,
        hit.title,
        iso_date(hit.date) or "",
        hit.source,
        hit.url,
        "; ".join(hit.tags),
        "; ".join(hit.also),
        "; ".join(snippet.text for snippet in hit.snippets),
        "; ".join(hit.missing),
    ]
    return [str(hit.rank), f"{hit.score:.6f}", *map(_csv_cell, texts)]


def _csv_cell(text: str) -> str:
    text = visible(text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _file_name(path: str) -> bytes:
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # a locale that cannot say this name
        return path.encode("utf-8", "backslashreplace")
