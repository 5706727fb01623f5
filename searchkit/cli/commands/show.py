"""``searchkit show``: show a post as cleaned text."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from searchkit.cli import last_search
from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_format, add_index
from searchkit.cli.output import write_json
from searchkit.cli.precedence import choose
from searchkit.errors import DocumentNotFound, SearchkitError
from searchkit.messages import N_
from searchkit.paths import expanded
from searchkit.render import data
from searchkit.render.look import look_of

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.model import Document

import argparse

_EXAMPLES = N_("""\
  searchkit show 1                                 hit 1 of the last search
  searchkit show 1 --format json                   with all metadata
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``Index.document``, and show the post in a pager."""
    from searchkit.index import Index

    folder, path = arguments.index, arguments.post
    if path.isascii() and path.isdigit():
        folder, path = last_search.recall(int(path), None if folder is None else str(expanded(folder)))
    else:
        folder = choose(index=folder).index_folder.value
    with Index(folder) as index:
        document = _document(index, path)
    if arguments.format == "json":
        write_json(data.document_dict(document))
        return FOUND
    from searchkit.cli.pager import page  # subprocess, 5 ms
    from searchkit.render.terminal import document_text

    page(document_text(document, look_of(sys.stdout, arguments.color)))
    return FOUND


def _document(index: Index, path: str) -> Document:
    """The post with a path, relative to the corpus or, as the shell completes it, to the current folder."""
    try:
        return index.document(path)
    except DocumentNotFound:
        with suppress(SearchkitError):
            relative = os.path.relpath(expanded(path), index.corpus)
            return index.document(relative.replace(os.sep, "/"))
        raise  # with the path as it was typed


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("post", type=decode_path, metavar="PATH|RANK", help="a path, or a rank in the last search")
    add_index(parser)
    add_format(parser, "text", "json")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
