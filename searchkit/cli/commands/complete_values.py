"""``searchkit complete-values``: what a shell offers for a word that is being typed. Completion scripts call it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from searchkit.cli import streams
from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.precedence import choose
from searchkit.language import fold
from searchkit.query.ast import Every, Prefix, Query, ValueField
from searchkit.render.safe import visible

if TYPE_CHECKING:
    from searchkit.index import Index

KINDS = ("source", "tag", "facets", "query", "post")

_MAX_VALUES = 50
_FIELD = re.compile("(source|tag)[:：](.*)", re.DOTALL)
_QUOTED = re.compile(r"""\\(.)|["']""", re.DOTALL)


def run(arguments: argparse.Namespace) -> int:
    """Print the values that begin as the word does, one a line."""
    from searchkit.index import Index

    kind, typed, *line = arguments.words
    if kind not in KINDS:
        return FOUND
    word = _QUOTED.sub(lambda sign: sign[1] or "", typed)
    choices = choose(index=_option("--index", line))
    if kind == "query" and word[:1] in ("@", "＠"):
        names = (name for name in choices.searches if fold(name).startswith(fold(word[1:])))
        streams.write("".join(f"@{name}\n" for name in names))
        return FOUND
    with Index(choices.named_index.value) as index:
        values = [value for value in _values(kind)(index, word) if visible(value) == value]
    streams.write("".join(f"{value}\n" for value in values[:_MAX_VALUES]))
    return FOUND


def _option(name: str, line: list[str]) -> str | None:
    """The value of an option in a line that is being typed; bash takes each = and each : in it for a word."""
    for at, word in enumerate(line):
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
        if word == name:
            value, *rest = [*line[at + 1 + (line[at + 1 : at + 2] == ["="]) :], ""]
            while len(rest) > 1 and rest[0].strip(":") == "" != rest[0]:
                value += rest.pop(0) + rest.pop(0)
            return value or None
    return None


def _values(kind: str) -> Callable[[Index, str], Iterator[str]]:
    return {
        "source": lambda index, word: _values_of("source", index, word),
        "tag": lambda index, word: _values_of("tag", index, word),
        "facets": _facets,
        "query": _query_words,
        "post": _posts,
    }[kind]


def _values_of(field: ValueField, index: Index, word: str) -> Iterator[str]:
    """The sources or the tags that begin so, in any script, case and width; the most frequent first."""
    begin = fold(word)
    query: Query = Prefix(word, field=field) if begin else Every()
    counts = index.search(query, limit=0, facets=field).facets[field]
    return (value for value, _count in counts if fold(value).startswith(begin))


def _facets(_index: Index, word: str) -> Iterator[str]:
    """A list of facets that goes on as the word begins."""
    from searchkit.engines.protocol import FACETS

    *before, last = word.split(",")
    for name in FACETS:
        if name.startswith(last) and name not in before:
            yield ",".join([*before, name])


def _query_words(index: Index, word: str) -> Iterator[str]:
    """``source:`` and ``tag:`` with their values; words of the posts."""
    if found := _FIELD.fullmatch(word):
        field: ValueField = "source" if found[1] == "source" else "tag"
        for value in _values_of(field, index, found[2]):
            yield f'{field}:"{value}"' if " " in value else f"{field}:{value}"
    elif word:
        yield from (sign for sign in ("source:", "tag:", "title:", "date:") if sign.startswith(word))
        yield from (found.query for found in index.suggest(word) if found.kind == "word")


def _posts(index: Index, word: str) -> Iterator[str]:
    """Files and folders of posts that begin so; else titles that have the word in them."""
    paths = index.paths(word)
    if not paths and word:
        yield from _titles(index, word)
    rest = dict.fromkeys(path[len(word) :].partition("/") for path in paths)
    yield from (word + name + slash for name, slash, _below in dict.fromkeys((*part[:2], "") for part in rest))


def _titles(index: Index, word: str) -> Iterator[str]:
    from searchkit.cli.lookup import titled

    query = titled(word)
    total = index.search(query, limit=0).total  # where it is 0, a search for hits would look for what would find some
    hits = index.search(query, limit=min(total, _MAX_VALUES), snippet_chars=0)
    return (hit.title for hit in hits)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", type=decode_path)


COMMAND = Command(run, _add_arguments, "")
