"""The manifest: what is known of each post's file is read as it was written, and damage is noticed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.files import GONE, FileRecord, Files, FileState
from searchkit.engines.kept import manifest
from searchkit.engines.kept.manifest import decode

PATHS = st.text(min_size=1).map(lambda text: text.replace("\0", "/"))
RECORDS = st.builds(
    FileRecord,
    size=st.integers(0, 2**40),
    mtime_ns=st.integers(-(2**62), 2**63 - 1),
    digest=st.binary(min_size=8, max_size=8).map(bytes.hex),
    state=st.sampled_from([FileState.POST, FileState.LEFT_OUT, FileState.DRAFT]),
    added=st.integers(0, 2**57),
)


def encode(files: Mapping[str, FileRecord]) -> bytes:
    return manifest.encode(Files.of(files))


@given(st.dictionaries(PATHS, RECORDS))
def test_what_is_written_is_read(files: dict[str, FileRecord]) -> None:
    found = decode(encode(files))
    assert found == files == {path: found[path] for path in files}
    assert len(found) == len(files)


@given(st.dictionaries(PATHS, RECORDS), st.lists(st.dictionaries(PATHS, RECORDS | st.just(GONE)), max_size=3))
def test_changes_are_those_of_a_dictionary(files: dict[str, FileRecord], commits: list[dict[str, FileRecord]]) -> None:
    found = Files.of(files).changed(*(decode(encode(commit)) for commit in commits))
    for commit in commits:
        files |= commit
    assert found == {path: record for path, record in files.items() if record.state != FileState.GONE}
    assert list(found.folders) == sorted(found.folders)


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
