"""An index that somebody sent you is data: no file of it can run code, wherever Whoosh would unpickle."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive import Archive
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.filedb.filetables import OrderedHashReader, OrderedHashWriter
from whoosh.filedb.structfile import StructFile

import searchkit

DATA = pickle.dumps((1, 0, 1.0, 0, 0, 0), 2)
"""What Whoosh says of a block with one posting."""


class Evil:
    """Its pickle makes a folder."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.marker,)


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """The archive in segments of Whoosh's own codec: the arrays hold no pickle."""
    archive.rebuild(full=True, codec="whoosh")
    return archive


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "code was run"


def segment_file(archive: Archive, suffix: str) -> Path:
    file = next(archive.index.glob(f"posts_*{suffix}"), None)
    return file or pytest.skip("only the files of Whoosh's own codec hold pickles")


def forget_sizes(archive: Archive) -> None:
    """Whoever makes such an index makes its list of files fit."""
    meta = json.loads((archive.index / "meta.json").read_bytes())
    (archive.index / "meta.json").write_text(json.dumps(meta | {"files": {}}))


def rewrite_terms(archive: Archive, value: Callable[[bytes], bytes], **extras: object) -> None:
    """Give each term another term info, and the file other extras."""
    file = segment_file(archive, ".trm")
    with open(file, "rb") as source:
        reader = OrderedHashReader(StructFile(source), file.stat().st_size)
        entries = list(reader)
        known = reader.extras["fieldmap"]
    with open(file, "wb") as target:
        writer = OrderedHashWriter(StructFile(target))
        writer.extras["fieldmap"] = known
        writer.extras.update(extras)
        for key, info in entries:
            writer.add(key, value(info))
        writer.close()
    forget_sizes(archive)


def at_start(info: bytes) -> bytes:
    """The same term info, with postings that begin where the file does."""
    return info[: W3TermInfo._struct.size] + struct.pack("!qi", 0, 2**16)


def assert_refused(archive: Archive, marker: Path) -> None:
    with pytest.raises(searchkit.IndexCorrupt, match=r"rebuild-index --full( --index \S+)?$"):
        archive.seen()
    assert not marker.exists()
    archive.write("a.md", "天气 变了")
    archive.write("new.md")
    archive.rebuild(full=True)
    assert archive.seen() == archive.afresh()
    assert not marker.exists()


def test_these_pickles_would_run_code(marker: Path) -> None:
    pickle.loads(pickle.dumps(Evil(marker)))
    assert marker.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_information_about_a_block_of_postings(archive: Archive, marker: Path, protocol: int) -> None:
    block = pickle.dumps(Evil(marker), protocol)
    segment_file(archive, ".pst").write_bytes(WHOOSH3_HEADER_MAGIC + struct.pack("!i", -len(block)) + block)
    rewrite_terms(archive, at_start)
    assert_refused(archive, marker)


@pytest.mark.parametrize("compression", [0, 1])
def test_a_block_of_postings(archive: Archive, marker: Path, compression: int) -> None:
    evil = pickle.dumps(Evil(marker), 2)
    block = pickle.dumps((1, 0, 1.0, compression, 0, 0), 2) + (zlib.compress(evil) if compression else evil)
    segment_file(archive, ".pst").write_bytes(WHOOSH3_HEADER_MAGIC + struct.pack("!i", -len(block)) + block)
    rewrite_terms(archive, at_start)
    assert_refused(archive, marker)


@pytest.mark.parametrize("flag", [1, 2, 255])
def test_postings_within_a_term_info(archive: Archive, marker: Path, flag: int) -> None:
    evil = pickle.dumps(Evil(marker), 2)
    rewrite_terms(archive, lambda info: bytes([flag]) + info[1 : W3TermInfo._struct.size] + evil)
    assert_refused(archive, marker)


def test_extras_of_the_terms(archive: Archive, marker: Path) -> None:
    rewrite_terms(archive, lambda info: info, more=Evil(marker))
    assert_refused(archive, marker)


@pytest.mark.parametrize("suffix", [".trm", ".pst", "document.col", "path.col"])
def test_a_pickle_in_place_of_a_segment_file(archive: Archive, marker: Path, suffix: str) -> None:
    segment_file(archive, suffix).write_bytes(pickle.dumps(Evil(marker), 2))
    forget_sizes(archive)
    assert_refused(archive, marker)


def test_a_pickle_in_place_of_numbers_is_numbers(archive: Archive, marker: Path) -> None:
    segment_file(archive, "numbers.col").write_bytes(pickle.dumps(Evil(marker), 2))
    forget_sizes(archive)
    with contextlib.suppress(searchkit.IndexCorrupt):  # as a number, it may be a date that there is not
        archive.seen()
    assert not marker.exists()


def test_a_pickle_in_place_of_the_state(archive: Archive, marker: Path) -> None:
    (archive.index / "meta.json").write_bytes(pickle.dumps(Evil(marker), 2))
    assert_refused(archive, marker)


def test_a_pickle_in_place_of_the_records(archive: Archive, marker: Path) -> None:
    next(archive.index.glob("records-*.zst")).write_bytes(pickle.dumps(Evil(marker), 2))
    with pytest.raises(searchkit.IndexCorrupt, match=r"rebuild-index --full( --index \S+)?$"):
        archive.rebuild()
    assert not marker.exists()


def test_postings_of_documents_that_are_not_there(archive: Archive) -> None:
    block = pickle.dumps((1, 99, 1.0, 0, 0, 0), 2) + pickle.dumps(((99,), None, ""), 2)
    segment_file(archive, ".pst").write_bytes(WHOOSH3_HEADER_MAGIC + struct.pack("!i", -len(block)) + block)
    rewrite_terms(archive, at_start)
    with pytest.raises(searchkit.IndexCorrupt):
        archive.seen()
