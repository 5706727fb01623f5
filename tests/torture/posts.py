"""Fuzzed posts: real ones with bytes changed, front matter of three kinds, markup of all formats, other encodings.

What must hold: reading a post raises nothing but ``PostError`` and ends in time; title, date, tags and body have the
types that they are declared with, and no control characters; the index keeps the text as it was read; a few characters
of the text, cut out anywhere, find the post, and are shown in its snippet.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

import searchkit
from searchkit import Document
from searchkit.errors import PostError
from searchkit.language import fold, unigrams
from searchkit.posts.decoding import clean
from searchkit.posts.documents import read_document
from searchkit.query import Phrase
from searchkit.temporary import temporary_index
from torture.queries import CORPUS

FEW = 90
SECONDS_A_POST = 1.0
"""CPU to read a post, at most of ``MAX_BYTES``."""

MAX_BYTES = 60_000
BATCH = 30
"""Posts that are indexed together."""

SUFFIXES = (".md", ".md", ".markdown", ".html", ".txt", ".org", ".rst", ".ipynb", ".mdx", ".qmd")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7")
KEYS = ("title", "date", "tags", "categories", "author", "from", "url", "description", "draft", "published", "updated")
VALUES = (
    *("香港", "'", '"', "[a, b", "[]", "{}", "{a: [b, {c: d}]}", "2021-11-08", "2021-11-08T03:39:04.5+08:00"),
    *("0001-01-01", "9999-12-31T23:59:59-12:00", "2021-13-45", "1e400", ".nan", "!!python/object:os.system"),
    *("&a [*a]", "*a", "|", ">-", "true", "null", "~", "0x10", "1_000", "12:30:45", "\ufeff", "\x00"),
    *("\\ud800", "a: b: c", "- x", "<<: *a", "{{ x }}", "[[2021]]", "!!binary aGk=", "!!set {a, b}", "@x", "`"),
    *("%", "99999999999999999999", "-", "?", "国际" * 500),
)
MARKUP = (
    *("# ", "## ", "> ", "- ", "* ", "1. ", "```\n", "~~~py\n", "    ", "\t", "***", "**", "_", "`", "``", "["),
    *("](", ")", "![", "|", "|---|", "\n---\n", "\n+++\n", "\n===\n", "<b>", "</b>", "<div", ">", "<p>"),
    *("<script>", "</script>", "<!--", "-->", "<table><tr><td>", "<pre>", "</pre>", "<img alt='", "<br/>"),
    *("&amp;", "&#x4e2d;", "&#0;", "&#xD800;", "&nbsp", "<![CDATA[", "{% raw %}", "{% endraw %}"),
    *("{% highlight %}", "{{ x }}", "{{< fig >}}", "{%", "%}", "{{", "}}", ":::", "::: tip\n", "[[", "]]"),
    *("![[", "%%", "$$", "$", "\\(", "\\", "[^1]", "[^1]: ", "^^", "==", "~~", "#+TITLE: ", "#+BEGIN_SRC\n"),
    *("#+END_SRC\n", ".. code::\n\n", ".. note:: ", ":ref:`", "::\n\n", "import x from 'y'\n"),
    *("export const a = {\n", "<A />", '{"cells": [{"cell_type": "markdown", "source": ["'),
    *('"]}], "nbformat": 4}', '{"title": "', '", "a": [', "\n\n", "\n", " "),
)
TEXTS = (
    *("香港與內地通關", "国际论坛。", "iPhone15Pro", "C++", "１２，３４５", "café", "ﬁ", "각가"),
    *("👨\u200d👩\u200d👧", "\u202e", "\u200b", "ｶﾞ", "𠮷野", "﨎", "①㍿", "don’t", "user_name getUserById"),
    *("https://a.b/c?d=1#e", "a\r\nb\rc", "\x1b[31m"),
)


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    seeds = _seeds()
    while True:
        documents: list[Document] = []
        for number in range(BATCH):
            path = chance.choice(("{}{}", "2021-11-08-{}{}", "草稿/{}{}")).format(number, chance.choice(SUFFIXES))
            data = _post(chance, seeds)
            failure, document = _read(path, data)
            if failure:
                yield f"{failure}: {path} {data[:3_000]!r}"
            elif document:
                documents.append(document)
        yield from _found(documents, chance)


def _seeds() -> Sequence[bytes]:
    """Posts of the corpus; or of the folder that ``SEEDS`` names."""
    folder = Path(os.environ.get("SEEDS", CORPUS))
    files = sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    return [file.read_bytes()[:MAX_BYTES] for file in files[:: max(len(files) // 3_000, 1)]]


def _post(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    kind = chance.random()
    if kind < 0.5:
        data = _mutated(chance, chance.choice(seeds), seeds)
    elif kind < 0.6:
        data = chance.randbytes(chance.choice((0, 1, 3, 50, 500)))
    else:
        text = _front_matter(chance) + _markup(chance)
        data = text.encode(chance.choice(("utf-8", "utf-8", *ENCODINGS)), "replace")
    return data[:MAX_BYTES]


def _mutated(chance: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A post with a few pieces changed, now and then in another encoding."""
    if chance.random() < 0.2:
        data = data.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
    for _ in range(chance.choice((1, 2, 5, 20))):
        first, end = sorted(chance.randint(0, len(data)) for _ in range(2))
        end = min(end, first + chance.choice((0, 1, 10, 1_000)))
        other = chance.choice(seeds)
        at = chance.randint(0, len(other))
        piece = chance.choice(
            (
                b"",
                chance.randbytes(chance.randint(0, 4)),
                other[at : at + chance.choice((1, 10, 500))],
                data[first:end] * chance.choice((2, 50)),
                chance.choice((*MARKUP, *TEXTS, *VALUES)).encode("utf-8", "replace"),
            )
        )
        data = data[:first] + piece + data[end:]
    return data


def _front_matter(chance: random.Random) -> str:
    """Of YAML, TOML or JSON, whole or not."""
    lines = [(chance.choice(KEYS), chance.choice((*VALUES, *TEXTS))) for _ in range(chance.randint(0, 6))]
    kind = chance.choice(("yaml", "toml", "json", "none", "yaml"))
    if kind == "yaml":
        written = "".join(f"{name}: {value}\n" for name, value in lines)
        return f"---\n{written}{chance.choice(('---', '...', ''))}\n"
    if kind == "toml":
        written = "".join(f"{name} = {value}\n" for name, value in lines)
        return f"+++\n{written}+++\n"
    if kind == "json":
        return "{" + ", ".join(f'"{name}": {value}' for name, value in lines) + "}\n"
    return ""


def _markup(chance: random.Random) -> str:
    parts = [chance.choice((*MARKUP, *TEXTS)) for _ in range(chance.choice((3, 30, 300)))]
    if chance.random() < 0.2:
        at = chance.randrange(len(parts))
        parts[at] *= chance.choice((10, 1_000))
    return "".join(parts)


def _read(path: str, data: bytes) -> tuple[str, Document | None]:
    """What did not hold while a post was read; and the post, unless it cannot be read."""
    began = time.process_time()
    try:
        document, warnings = read_document(path, data)
    except PostError:
        return "", None
    except Exception as error:  # any is a failure to report
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{error!r:.200} at {Path(where.filename).name}:{where.lineno}", None
    seconds = time.process_time() - began
    if seconds > SECONDS_A_POST:
        return f"{seconds:.1f} s for {len(data)} bytes", None
    return _wrong(document, warnings), document


def _wrong(document: Document, warnings: Sequence[str]) -> str:
    """What is not as it is declared; empty if all is."""
    line_fields = {"title": document.title, "source": document.source, "description": document.description}
    texts = {"body": document.body, "url": document.url, "tags": "".join(document.tags), **line_fields}
    for name, text in texts.items():
        if not isinstance(text, str) or text != clean(text):
            return f"{name} is {text!r:.300}"
    if lines := [name for name, text in line_fields.items() if "\n" in text]:
        return f"{lines} of several lines"
    if not isinstance(document.tags, tuple) or len(set(document.tags)) < len(document.tags) or "" in document.tags:
        return f"tags are {document.tags!r:.300}"
    if document.date is not None and (not isinstance(document.date, dt.datetime) or document.date.tzinfo is None):
        return f"date is {document.date!r}"
    if any("cannot parse markup" in warning for warning in warnings):
        return f"warnings are {warnings!r:.300}"
    return "" if all(isinstance(warning, str) and "\n" not in warning for warning in warnings) else f"{warnings!r:.300}"


def _found(documents: Sequence[Document], chance: random.Random) -> Iterator[str | None]:
    """Whether the index gives each post back as it was read, and finds it by pieces of its text."""
    with temporary_index(documents, jobs=1) as index:
        for document in documents:
            kept, names = index.document(document.path), ("title", "body", "date", "tags", "url")
            same = all(getattr(kept, name) == getattr(document, name) for name in names)
            yield None if same else f"the index keeps {kept!r:.500}, not {document!r:.500}"
            for _ in range(2):
                yield _missed(index, document, chance)


def _missed(index: searchkit.Index, document: Document, chance: random.Random) -> str | None:
    """Whether a piece of a post is not found, or not shown."""
    text = fold(document.text)
    whole = unigrams(text)
    if not whole.texts:
        return None
    first = chance.randrange(len(whole.texts))
    last = min(first + chance.randint(0, 6), len(whole.texts) - 1)
    piece = text[whole.starts[first] : whole.starts[last] + len(whole.texts[last])]
    cut = unigrams(fold(piece))
    if (cut.texts, cut.gaps[:-1]) != (whole.texts[first : last + 1], whole.gaps[first:last]):
        return None  # signs at its ends are read in another way where they stand alone
    hits = [hit for hit in index.search(Phrase(piece), limit=None) if document.path in (hit.path, *hit.also)]
    if not hits:
        return f"{piece!r} does not find {document.body[:2_000]!r}"
    shown = [text[start:end] for text, spans in [(s.text, s.spans) for s in hits[0].snippets] for start, end in spans]
    if not any("".join(cut.texts) in "".join(unigrams(fold(each)).texts) for each in shown):
        return f"{piece!r} is not shown in {hits[0].snippets!r:.1000}"
    return None
