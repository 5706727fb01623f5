"""``meta.json`` as bytes: a commit point as JSON, behind the checksum of that JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, is_segment_id, segment_file
from searchkit.messages import _

FORMAT_VERSION = 7
"""The one format that is read and written: docs/format.md."""

MAX_DOCUMENTS = 2**31 - 1
"""Of a segment, which numbers them with 32 bits."""

MAX_GENERATION = 10**9 - 1
"""Whoosh's table of contents has 32 bits for it."""

_ENVELOPE = re.compile(rb'\{"checksum":"([0-9a-f]{8})","commit":(.*)\}\n', re.DOTALL)
_FORMAT = re.compile(rb'^\{(?:"checksum":"[0-9a-f]{8}","commit":\{)?"format": ?([0-9]{1,9}),')
_LEXICON = re.compile(r"lexicon-\d+\.zst")
_MANIFEST = re.compile(r"manifest-(\d+)\.zst")


class FileEntry(NamedTuple):
    """What a commit point knows of one of its files.

    Attributes:
        size: bytes.
        checksum: CRC-32: of a segment's directory, of any other file's whole content.
    """

    size: int
    checksum: int


class CommitContent(NamedTuple):
    """What a commit file says; docs/format.md has its keys. A tuple, as ``FileEntry``: every search defines both."""

    fingerprint: str
    generation: int
    corpus: str
    timezone: str
    built: dt.datetime
    segments: tuple[SegmentInfo, ...]
    files: Mapping[str, FileEntry]


def manifests_of(files: Mapping[str, FileEntry]) -> list[str]:
    """The names of manifests among these files: the first is whole, each other one has what its commit changed."""
    found = (match for name in files if (match := _MANIFEST.fullmatch(name)))
    return [match[0] for match in sorted(found, key=lambda match: int(match[1]))]


def format_of(data: bytes) -> int | None:
    """The format in which a commit file is written; None if it is no commit file of any version."""
    found = _FORMAT.match(data)
    return int(found[1]) if found else None


def encode(content: CommitContent) -> bytes:
    """The commit file of a commit point."""
    values = {
        "format": FORMAT_VERSION,
        "fingerprint": content.fingerprint,
        "generation": content.generation,
        "corpus": content.corpus,
        "timezone": content.timezone,
        "built": content.built.isoformat(),
        "segments": [asdict(segment) for segment in content.segments],
        "files": content.files,
    }
    # a path that is no text has unpaired surrogates
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return b'{"checksum":"%08x","commit":%b}\n' % (zlib.crc32(body), body)


def decode(data: bytes, file: Path) -> CommitContent:
    """The commit point that ``encode`` was given.

    Args:
        data: the content of the file.
        file: where it is from, for errors.

    Raises:
        Damaged: it is none.
    """
    envelope = _ENVELOPE.fullmatch(data)
    if envelope is None:
        raise Damaged(file, _("it was cut, or is no commit point"))
    if zlib.crc32(envelope[2]) != int(envelope[1], 16):
        raise Damaged(file, _("wrong checksum"))
    try:
        return _content(json.loads(envelope[2].decode("utf-8", "surrogatepass")), file.parent)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(file, _("it cannot be decoded: {error}", error=error)) from error


def _content(values: dict[str, Any], folder: Path) -> CommitContent:
    if _natural(values["format"]) != FORMAT_VERSION:
        raise ValueError("it has another format")
    segments = tuple(map(_segment, values["segments"]))
    files = {_file_name(name): FileEntry(*map(_natural, entry)) for name, entry in values["files"].items()}
    expected = {segment_file(folder, segment.id).name for segment in segments}
    others = files.keys() - expected
    lexicons = sum(_LEXICON.fullmatch(name) is not None for name in others)
    manifests = {int(found[1]) for name in others if (found := _MANIFEST.fullmatch(name))}
    if len(expected) != len(segments) or not expected <= files.keys():
        raise ValueError("its segments and files differ")
    if max(manifests, default=0) != values["generation"] or lexicons > 1 or len(manifests) + lexicons != len(others):
        raise ValueError("its files are not those of one commit")
    built = dt.datetime.fromisoformat(_text(values["built"]))
    if built.tzinfo is None:
        raise ValueError("it has no time zone")
    if not dt.MINYEAR < built.year < dt.MAXYEAR:
        raise ValueError("it was built outside the years of all time zones")
    if _natural(values["generation"]) > MAX_GENERATION:
        raise ValueError("no commit has such a number")
    return CommitContent(
        _text(values["fingerprint"]),
        _natural(values["generation"]),
        _text(values["corpus"]),
        _text(values["timezone"]),
        built,
        segments,
        files,
    )


def _segment(row: dict[str, Any]) -> SegmentInfo:
    documents, deleted = _natural(row["documents"]), tuple(map(_natural, row["deleted"]))
    if not is_segment_id(_text(row["id"])):
        raise ValueError("a segment has no possible id")
    if any(later <= earlier for earlier, later in pairwise(deleted)):
        raise ValueError("deleted documents are not in order")
    if deleted and deleted[-1] >= documents:
        raise ValueError(f"deleted documents beyond {documents}")
    if documents > MAX_DOCUMENTS:
        raise ValueError("no segment has so many documents")
    return SegmentInfo(row["id"], documents, deleted)


def _natural(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise TypeError(f"{str(value)[:40]} is no number of things")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _file_name(name: str) -> str:
    stem, dot, suffix = name.partition(".")
    is_segment = dot + suffix == ".seg" and is_segment_id(stem.rpartition("_")[2])
    if not is_segment and not _LEXICON.fullmatch(name) and not _MANIFEST.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no file of an index")
    return name
