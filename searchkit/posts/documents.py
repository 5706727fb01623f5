"""From the file of a post to the document that is indexed and stored."""

from __future__ import annotations

import datetime as dt
import os
import posixpath
from dataclasses import replace
from urllib.parse import urlsplit

from searchkit.messages import _
from searchkit.model import Document, Post
from searchkit.posts.decoding import decode
from searchkit.posts.formats import parser_of
from searchkit.posts.frontmatter.dates import date_in_folders, read_date, split_name
from searchkit.posts.frontmatter.keys import Field, Fields
from searchkit.posts.frontmatter.tags import tags
from searchkit.posts.frontmatter.titles import name_of_index, title_of
from searchkit.posts.frontmatter.values import line, lines
from searchkit.posts.markup import plain_text
from searchkit.posts.markup.html import text_outside_tags

_SWITCHES = ("true", "false")
"""What ``published: false`` and ``excerpt: true`` say."""


def read_document(path: str, data: bytes, zone: dt.tzinfo = dt.UTC) -> tuple[Document, tuple[str, ...]]:
    """The document of one file, and warnings about the file, one line each.

    An empty file becomes a document with an empty body, whose title is taken from the file name.

    Args:
        path: relative to the corpus folder, ``/``-separated.
        data: the content of the file.
        zone: that of a date that names none.

    Raises:
        PostError: the file is not what its suffix says.

    >>> read_document("2021-11-08-通关.md", "国<b>际</b>".encode())[0].body
    '国际'
    """
    return document(read_post(path, data), zone)


def read_post(path: str, data: bytes) -> Post:
    """The front matter and the markup of one file; the suffix tells how it is written.

    Args:
        path: relative to the corpus folder, ``/``-separated.
        data: the content of the file.

    Raises:
        PostError: the file is not what its suffix says.

    >>> read_post("a.org", "#+TITLE: 通关\\n* 口岸".encode()).metadata
    {'title': '通关'}
    """
    text, warnings = decode(data)
    post = parser_of(path)(path, text)
    empty = () if text.strip() else ("empty file",)
    return replace(post, warnings=(*empty, *warnings, *post.warnings)) if empty or warnings else post


def document(post: Post, zone: dt.tzinfo = dt.UTC) -> tuple[Document, tuple[str, ...]]:
    """Interpret the front matter and the markup of a post; the document, and all warnings about the post.

    Args:
        post: as it was parsed.
        zone: that of a date that names none.

    >>> result, _ = document(Post("a.md", {"title": "通关", "tags": "港, 澳", "from": "https://www.example.com/1"}, ""))
    >>> result.title, result.tags, result.source
    ('通关', ('港', '澳'), 'example.com')
    """
    fields = Fields(post.metadata)
    warnings = list(post.warnings)
    name = _file_name(post.path)
    title = _title(fields)
    body = _body(post.content, title, warnings)
    if not title:
        title = title_of(name, post.path, post.content)
    return Document(
        path=post.path,
        title=title,
        date=_date(fields, name, post.path, zone, warnings),
        source=_source(fields),
        url=_first(fields, "from") or _first(fields, "url"),
        tags=tags(fields),
        body=body,
        description=_description(fields, title, body),
    ), tuple(warnings)


def _body(content: str, title: str, warnings: list[str]) -> str:
    try:
        return plain_text(content, title)
    except MemoryError:
        raise
    except Exception as error:  # a parser may fail in unforeseen ways; the words are worth more than the line breaks
        warnings.append(_("cannot parse markup ({error}): removed all tags instead", error=type(error).__name__))
        return text_outside_tags(content)


def _file_name(path: str) -> str:
    """The file name without its suffix; if it is not UTF-8, its encoding is detected."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    try:
        stem.encode()
    except UnicodeEncodeError:
        stem = decode(os.fsencode(stem))[0]
    return stem


def _title(fields: Fields) -> str:
    """The title in the front matter; empty if there is none."""
    titles = (str(value).lower() if isinstance(value, bool) else line(value) for value in fields.of("title"))
    return next(filter(None, titles), "")


def _date(fields: Fields, name: str, path: str, zone: dt.tzinfo, warnings: list[str]) -> dt.datetime | None:
    """The day of publication: of the front matter, the file name, the folders; else that of the last change."""
    invalid = ""
    for value in fields.of("date"):
        if date := read_date(_scalar(value), zone):
            return date
        is_switch = isinstance(value, (str, bool)) and str(value).lower() in _SWITCHES
        invalid = invalid or ("" if is_switch else _short(value))
    if invalid:
        warnings.append(_("invalid date {date}", date=invalid))
    folder = name_of_index(name, path)
    for written in (split_name(folder)[0], date_in_folders(path), *map(_scalar, fields.of("updated"))):
        if written and (date := read_date(written, zone)):
            return date
    return None


def _scalar(value: object) -> object:
    """A value as it is; of a list the first item, so that YAML may see lists in Obsidian's ``[[2021-11-08]]``."""
    if isinstance(value, list):
        return next(lines(value), "")
    return value.strip().removeprefix("[[").removesuffix("]]") if isinstance(value, str) else value


def _source(fields: Fields) -> str:
    named = _first(fields, "author") or _first(fields, "source")
    if named:
        return named
    try:
        host = urlsplit(_first(fields, "from")).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _first(fields: Fields, field: Field) -> str:
    """The first value that is not empty; the items of a list, the name of a mapping."""
    return next(filter(None, (", ".join(lines(value)) for value in fields.of(field))), "")


def _description(fields: Fields, title: str, body: str) -> str:
    """What the author says of the post beside title and body."""
    said = dict.fromkeys(" ".join(lines(value)) for value in fields.of("description"))
    return " ".join(text for text in said if text not in body and text not in (title, *_SWITCHES))


def _short(value: object) -> str:
    return repr(value[:60]) if isinstance(value, str) else f"of type {type(value).__name__}"
