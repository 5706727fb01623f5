"""Files of named blocks: what is written is read, and what changed on the disk is noticed when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import CHUNK, BlockFile, BlockWriter, append_blocks

BLOCKS = {"small": b"12345678", "large": bytes(range(256)) * (CHUNK // 128), "empty": b"", "odd": b"123"}


def write(file: Path, blocks: Mapping[str, bytes]) -> None:
    writer = BlockWriter(file.open("wb"))
    for name, block in blocks.items():
        writer.add(name, block)
    writer.finish()


def contents(file: Path) -> dict[str, bytes]:
    with BlockFile(file) as read:
        read.verify()
        return {name: read.array(name, "u1").tobytes() for name in read.directory}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "blocks", BLOCKS)
    return tmp_path / "blocks"


def test_blocks_come_back(file: Path) -> None:
    assert contents(file) == BLOCKS
    with BlockFile(file) as read:
        assert read.read("large", CHUNK + 3, CHUNK + 5).tolist() == [3, 4]
        assert read.scalars("small", "<u4")[1] == int.from_bytes(b"5678", "little")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 5])
def test_a_block_in_parts_is_the_block_in_one(tmp_path: Path, size: int) -> None:
    whole = bytes(number % 251 for number in range(size))
    writer = BlockWriter((tmp_path / "parts").open("wb"))
    writer.add_parts("block", [whole[at : at + 40_000] for at in range(0, size, 40_000)])
    writer.finish()
    write(tmp_path / "whole", {"block": whole})
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()


def test_what_is_not_there_is_damage(file: Path) -> None:
    with BlockFile(file) as read:
        asks = (lambda: read.array("other", "u1"), lambda: read.read("small", 0, 9), lambda: read.array("odd", "u2"))
        for ask in asks:
            with pytest.raises(Damaged, match=str(file)):
                ask()


def test_a_changed_byte_of_a_block_or_of_the_directory_is_damage(file: Path) -> None:
    whole = file.read_bytes()
    for place in [0, 9, 5000, CHUNK + 100, *range(len(whole) - 100, len(whole) - 12), len(whole) - 1]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Damaged):
            contents(file)


@pytest.mark.parametrize("length", [0, 4, 100, -1])
def test_a_file_that_was_cut_is_damage(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(Damaged):
        BlockFile(file)


def test_only_what_is_read_is_verified(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[8 + 8 + CHUNK + 50] ^= 1  # in the second chunk of the large block
    file.write_bytes(data)
    with BlockFile(file) as read:
        assert read.read("large", 0, CHUNK).tobytes() == BLOCKS["large"][:CHUNK]
        with pytest.raises(Damaged, match="large"):
            read.read("large", CHUNK, CHUNK + 1)


def test_the_blocks_of_another_file_can_be_appended(tmp_path: Path) -> None:
    write(tmp_path / "one", {name: BLOCKS[name] for name in ("small", "large")})
    write(tmp_path / "other", {name: BLOCKS[name] for name in ("empty", "odd")})
    append_blocks(tmp_path / "one", tmp_path / "other")
    assert contents(tmp_path / "one") == BLOCKS
