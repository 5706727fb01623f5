"""The manifest: what is known of each post's file is read as it was written, and damage is noticed."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.kept.manifest import decode, encode
from searchkit.engines.protocol import FileRecord, FileState

PATHS = st.text(min_size=1).map(lambda text: text.replace("\0", "/"))
RECORDS = st.builds(
    FileRecord,
    size=st.integers(0, 2**40),
    mtime_ns=st.integers(-(2**62), 2**63 - 1),
    digest=st.binary(min_size=8, max_size=8).map(bytes.hex),
    state=st.sampled_from(FileState),
    added=st.integers(0, 2**57),
)


@given(st.dictionaries(PATHS, RECORDS))
def test_what_is_written_is_read(files: dict[str, FileRecord]) -> None:
    assert list(decode(encode(files)).items()) == list(files.items())


def test_a_path_that_is_no_text_and_files_without_a_digest() -> None:
    files = {"\udcff.md": FileRecord(1, 2, ""), "b.md": FileRecord(1, 2, "")}
    assert decode(encode(files)) == files


def test_a_time_that_is_too_late_to_keep_is_another_one() -> None:
    record = FileRecord(1, sys.maxsize * 2, "")
    assert decode(encode({"a.md": record}))["a.md"].mtime_ns != record.mtime_ns


@given(st.data())
def test_a_changed_byte_is_damage(data: st.DataObject) -> None:
    whole = encode({"a.md": FileRecord(10, 20, "00" * 8), "b.md": FileRecord(30, 40, "ff" * 8)})
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    with contextlib.suppress(ValueError):  # some bits of a zstd frame's header mean nothing
        assert decode(whole[:at] + bytes([other]) + whole[at + 1 :]) == decode(whole)
    with pytest.raises(ValueError, match="cannot be decoded"):
        decode(whole[:at])
