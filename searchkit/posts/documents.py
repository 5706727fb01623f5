"""From the file of a post to the document that is indexed and stored."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from searchkit.model import Document, Post
from searchkit.posts.dates import read_date
from searchkit.posts.decoding import clean, decode
from searchkit.posts.frontmatter import parse
from searchkit.posts.markup import html_line, plain_text
from searchkit.posts.markup.html import text_outside_tags

_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(.*)", re.DOTALL)
_LATIN_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(\S.*)$|<h[1-6](?=[\s>])[^<>]*>", re.MULTILINE | re.IGNORECASE)
_COMMA = re.compile("[,，、;；]")
_MAX_TITLE = 100
"""Characters of a title that is taken from the text; a title of the front matter is never shortened."""
_NULL_VALUES = ("", "~", "null", "Null", "NULL")


def read_document(path: str, data: bytes) -> tuple[Document, tuple[str, ...]]:
    """The document of one file, and warnings about the file, one line each.

    An empty file becomes a document with an empty body, whose title is taken from the file name.

    Args:
        path: relative to the corpus folder, ``/``-separated.
        data: the content of the file.

    Raises:
        PostError: the file cannot be read. No input raises it today, and nothing else is ever raised.

    >>> read_document("2021-11-08-通关.md", "国<b>际</b>".encode())[0].body
    '国际'
    """
    text, warnings = decode(data)
    post = parse(path, text)
    result, value_warnings = document(post)
    empty = () if text.strip() else ("empty file",)
    return result, (*empty, *warnings, *value_warnings)


def document(post: Post) -> tuple[Document, tuple[str, ...]]:
    """Interpret the front matter and the markup of a post; the document, and all warnings about the post.

    >>> result, _ = document(Post("a.md", {"title": "通关", "tags": "港, 澳", "from": "https://www.example.com/1"}, ""))
    >>> result.title, result.tags, result.source
    ('通关', ('港', '澳'), 'example.com')
    """
    metadata = {str(key).strip().lower(): value for key, value in reversed(list(post.metadata.items()))}
    warnings = list(post.warnings)
    name = _file_name(post.path)
    title = _line(metadata.get("title"))
    body = _body(post.content, title, warnings)
    date = _date(metadata, name, warnings)
    url = _first(metadata, "from", "url", "link", "permalink")
    source = _source(metadata)
    if not title:
        title = _title(name, post.content, body)
    return Document(post.path, title, date, source, url, _tags(metadata), body), tuple(warnings)


def _body(content: str, title: str, warnings: list[str]) -> str:
    try:
        return plain_text(content, title)
    except Exception as error:  # a parser may fail in unforeseen ways; the words are worth more than the line breaks
        warnings.append(f"cannot parse markup ({type(error).__name__}): removed all tags instead")
        return text_outside_tags(content)


def _file_name(path: str) -> str:
    """The file name without its suffix; if it is not UTF-8, its encoding is detected."""
    stem = PurePosixPath(path).stem
    try:
        stem.encode()
    except UnicodeEncodeError:
        stem = decode(os.fsencode(stem))[0]
    return stem


def _title(name: str, content: str, body: str) -> str:
    """A title for a post without one: of the file name, else the first heading, else the first line."""
    dated = _DATED_NAME.fullmatch(name)
    if dated and dated[2].strip():
        return _from_slug(dated[2])
    title = _first_heading(content) or body.split("\n", 1)[0]
    if not title:
        return _from_slug(name.strip("-"))
    return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1] + "…"


def _from_slug(name: str) -> str:
    """A file name as text: my-first-post becomes my first post."""
    line = _line(name)
    return re.sub("[-_]", " ", line) if _LATIN_SLUG.fullmatch(line) else line


def _first_heading(content: str) -> str:
    match = _HEADING.search(content)
    if not match:
        return ""
    end = match.end() if match[1] else content.find("</", match.end())
    return plain_text(content[match.start() : end if end >= 0 else match.end() + 500]).split("\n", 1)[0]


def _date(metadata: Mapping[str, Any], name: str, warnings: list[str]) -> dt.datetime | None:
    value = metadata.get("date")
    date = read_date(value)
    if date is None and value not in (None, *_NULL_VALUES):
        warnings.append(f"invalid date {_short(value)}")
    if date is None and (dated := _DATED_NAME.fullmatch(name)):
        date = read_date(dated[1])
    return date


def _source(metadata: Mapping[str, Any]) -> str:
    named = _first(metadata, "author", "source")
    if named:
        return named
    try:
        host = urlsplit(_first(metadata, "from")).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _first(metadata: Mapping[str, Any], *keys: str) -> str:
    """The value of the first key that is not empty; the items of a list, the ``name`` of a mapping."""
    for key in keys:
        value = metadata.get(key)
        texts = [text for item in _items(value) if (text := _line(_name_of(item)))]
        if texts:
            return ", ".join(texts)
    return ""


def _name_of(value: object) -> object:
    return value.get("name") if isinstance(value, Mapping) else value


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, (list, tuple, set)) else (value,)


def _tags(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    values = (metadata.get(key) for key in ("tags", "tag", "categories", "category"))
    return tuple(dict.fromkeys(tag for value in values for tag in _tags_of(value)))


def _tags_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        line = _line(value)
        parts = _COMMA.split(line) if _COMMA.search(line) else line.split()
        yield from (tag for part in parts if (tag := part.strip()))
    else:
        yield from (text for item in _items(value) if (text := _line(_name_of(item))))


def _line(value: object) -> str:
    """A value as one line of plain text; empty for containers, booleans and null."""
    if isinstance(value, (dt.datetime, dt.date, int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or value.strip() in _NULL_VALUES:
        return ""
    return html_line(clean(value))


def _short(value: object) -> str:
    return repr(value[:60]) if isinstance(value, str) else f"of type {type(value).__name__}"
