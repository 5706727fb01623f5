"""Records of the posts' files: what is written is read, what is damaged is noticed."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.protocol import PostRecord
from searchkit.engines.whoosh.commit.manifest import DAMAGED, decode, encode

PATHS = st.text(min_size=1).map(lambda text: text.replace("\0", "/"))
RECORDS = st.builds(
    PostRecord,
    size=st.integers(0, 2**40),
    mtime_ns=st.integers(-(2**62), 2**63 - 1),
    digest=st.binary(min_size=8, max_size=8).map(bytes.hex),
    segment=st.sampled_from(["a" * 16, "b" * 16, "c" * 16]),
    document=st.integers(0, 2**32 - 1),
)


@given(st.dictionaries(PATHS, RECORDS))
def test_what_is_written_is_read(records: dict[str, PostRecord]) -> None:
    read = decode(encode(records))
    assert list(read.items()) == list(records.items())


def test_a_path_that_is_no_text_and_posts_without_a_digest() -> None:
    records = {"\udcff.md": PostRecord(1, 2, "", "a", 0), "b.md": PostRecord(1, 2, "", "a", 1)}
    assert decode(encode(records)) == records


def test_a_time_that_is_too_late_to_keep_is_another_one() -> None:
    record = PostRecord(1, sys.maxsize * 2, "", "a", 0)
    assert decode(encode({"a.md": record}))["a.md"].mtime_ns != record.mtime_ns


@given(st.data())
def test_a_byte_that_changed_is_noticed(data: st.DataObject) -> None:
    whole = encode({"a.md": PostRecord(10, 20, "00" * 8, "a", 0), "b.md": PostRecord(30, 40, "ff" * 8, "a", 1)})
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    with contextlib.suppress(*DAMAGED):  # the frame's own head has bits that say nothing
        assert decode(whole[:at] + bytes([other]) + whole[at + 1 :]) == decode(whole)
    with pytest.raises(DAMAGED):
        decode(whole[:at])
