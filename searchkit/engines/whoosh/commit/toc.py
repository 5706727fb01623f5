"""Whoosh's table of contents: the file by which ``whoosh.index.open_dir`` opens the index.

Its layout is that of ``whoosh.index.TOC.write``. Whoosh keeps the schema and the segments in it as pickles; ours are
calls of two functions of ``searchkit.engines.whoosh.door.index`` with plain data. searchkit never reads the file.
"""

from __future__ import annotations

import pickle
import re
import struct
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from searchkit.engines.whoosh.codec.api import SegmentInfo

NEW_TOC = "_MAIN.toc.new"
"""A table of contents that is being written."""

_PATTERN = re.compile(r"_MAIN_(\d+)\.toc")
_DOOR = "searchkit.engines.whoosh.door.index"  # by name: importing it would import Whoosh, 60 ms of each rebuild
_LAYOUT = -111
_RELEASE = (2, 7, 4)  # the first Whoosh with this layout
_INT = struct.Struct("!i")
_SIZES = (4, 8, 4)  # bytes of an int, a long and a float
_BYTE_ORDER = -12345


def toc_file(folder: Path, generation: int) -> Path:
    """The table of contents of a commit."""
    return folder / f"_MAIN_{generation}.toc"


def is_toc(name: str) -> bool:
    """Whether a file is a table of contents, finished or not."""
    return name == NEW_TOC or _PATTERN.fullmatch(name) is not None


def generation_of(name: str) -> int:
    """The commit that a table of contents is of; 0 of one that is not finished."""
    match = _PATTERN.fullmatch(name)
    return int(match[1]) if match else 0


def encode(generation: int, fingerprint: str, segments: Sequence[SegmentInfo]) -> bytes:
    """The table of contents of a commit, the same bytes for the same commit."""
    schema = _pickled_call("unpickled_schema", fingerprint)
    head = b"".join(map(_varint, _SIZES)) + _INT.pack(_BYTE_ORDER) + _INT.pack(_LAYOUT) + bytes(_RELEASE)
    body = _varint(len(schema)) + schema + _INT.pack(generation) + _INT.pack(0)
    return head + body + _pickled_call("unpickled_segments", *map(astuple, segments))


def _pickled_call(function: str, *arguments: object) -> bytes:
    """A pickle of what a function of the door returns: its name, the pickled arguments, and the opcode of a call."""
    protocol_2 = pickle.dumps(arguments, protocol=2)
    return protocol_2[:2] + f"c{_DOOR}\n{function}\n".encode() + protocol_2[2:-1] + b"R."


def _varint(number: int) -> bytes:
    """A number in base 128, the lowest digit first; every byte but the last has its high bit set."""
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])
