"""Damage with the right checksums, as a hostile or miswritten index has it: of any block, directory, list or JSON.

Whoever reads such an index gets answers, others perhaps, or a ``SearchkitError``: no other exception, no signal, no
more than ``SECONDS`` and ``BYTES`` (see ``victim``).
"""

from __future__ import annotations

import itertools
import json
import random
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from torture._damage import damaged
from torture.victim import Victims

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FEW = 12

_MAGIC, _TRAILER, _CHUNK = b"SEGKIT01", struct.Struct("<QQI4x"), 1 << 14
_WIDTHS = {"keys": 8, "blocks": 4, "table": 4, "chars": 4, "seconds": 2, "steps": 2, "frequent": 4}
_WIDTHS |= {"ends": 4, "order": 4, "dictionary_of": 2, "buckets": 4, "starts": 4}
_WIDTHS |= {"readings": 2, "titles": 2, "doc_values": 4}
_BOMBS = (1 << 20, 300_000_000)
_CHECKSUMMED: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}

Files = dict[str, bytes]


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    victims = Victims(folder)
    for bomb, size in itertools.product((_zstd_bomb, _unsized_bomb, _deflate_bomb), _BOMBS):
        bomb(size)  # here, where memory has no limit

    def attack(own: random.Random, index: Path) -> str:
        changed = {name: data for name, data in hostile(own, victims.files).items() if data != victims.files[name]}
        for name, data in changed.items():
            (index / name).write_bytes(data)
        return ", ".join(changed)

    for what, seen in victims.attacked(attack, chance):
        yield f"{what}: {seen.failure}" if seen.failure else None


def hostile(chance: random.Random, whole: Files) -> Files:
    """The files of an index of which one or two say something else, with the right checksums everywhere."""
    files = dict(whole)
    names = [name for name in files if name != "rebuild.lock" and not name.endswith(".toc")]
    for name in chance.sample(names, chance.choice((1, 1, 1, 2))):
        if name.endswith(".seg"):
            others = [data for other, data in whole.items() if other.endswith(".seg")]
            files[name] = _sealed(chance.choice(_SEGMENT_ATTACKS)(chance, _blocks(files[name]), _blocks(others[0])))
        elif name.startswith("manifest"):
            files[name] = _frame(chance, zstd.decompress(files[name]), chance.choice((_manifest, _any_bytes)))
        elif name.startswith("lexicon"):
            files[name] = _frame(chance, zstd.decompress(files[name]), chance.choice((_json_bytes, _any_bytes)))
    commit = json.loads(files["meta.json"])["commit"]
    for name, entry in commit["files"].items():
        data = files[name]
        checksum = _TRAILER.unpack(data[-32:-8])[2] if name.endswith(".seg") else zlib.crc32(data)
        entry[:] = len(data), checksum
    if files == whole:
        commit = _other_json(chance, commit)
    files["meta.json"] = _envelope(commit if isinstance(commit, str) else json.dumps(commit, separators=(",", ":")))
    return files


def _envelope(commit: str) -> bytes:
    body = commit.encode("utf-8", "surrogatepass")
    return b'{"checksum":"%08x","commit":%b}\n' % (zlib.crc32(body), body)


# containers

Blocks = dict[str, bytes]


def _blocks(container: bytes) -> Blocks:
    offset, length, _ = _TRAILER.unpack(container[-32:-8])
    directory = json.loads(container[offset : offset + length])
    return {name: container[start : start + size] for name, (start, size, _) in directory.items()}


def _sealed(attacked: tuple[Blocks, Callable[[str], str]]) -> bytes:
    """A container of some blocks; its directory, as JSON, may be changed once more."""
    blocks, change = attacked
    directory: dict[str, Any] = {}
    parts = [_MAGIC]
    end = len(_MAGIC)
    for name, block in blocks.items():
        directory[name] = [end, len(block), [zlib.crc32(block[a : a + _CHUNK]) for a in range(0, len(block), _CHUNK)]]
        parts += [block, bytes(-len(block) % 8)]
        end += len(block) + -len(block) % 8
    text = change(json.dumps(directory, separators=(",", ":"))).encode("utf-8", "surrogatepass")
    return b"".join([*parts, text, _TRAILER.pack(end, len(text), zlib.crc32(text)), _MAGIC])


def _same(directory: str) -> str:
    return directory


def _width(name: str) -> int:
    return _WIDTHS.get(name.rpartition(".")[2], 1)


def _damage_block(chance: random.Random, blocks: Blocks, other: Blocks) -> tuple[Blocks, Callable[[str], str]]:
    name = chance.choice(list(blocks))
    width = _width(name) if chance.random() < 0.9 else chance.choice((1, 2, 4, 8, 20, 52))
    return blocks | {name: damaged(chance, blocks[name], width)}, _same


def _exchange_blocks(chance: random.Random, blocks: Blocks, other: Blocks) -> tuple[Blocks, Callable[[str], str]]:
    a, b = chance.sample(list(blocks), 2)
    kind = chance.randrange(4)
    if kind == 0:
        return blocks | {a: blocks[b], b: blocks[a]}, _same
    if kind == 1:
        return blocks | {a: blocks[b]}, _same
    if kind == 2:
        return {name: block for name, block in blocks.items() if name != a}, _same
    return blocks | {a: other[a]}, _same


def _exchange_field(chance: random.Random, blocks: Blocks, other: Blocks) -> tuple[Blocks, Callable[[str], str]]:
    """A whole field under the name of another, or that of the other segment: consistent in itself."""
    fields = [name.removesuffix(".pairs") for name in blocks if name.endswith(".pairs")]
    a, b = chance.choice(fields), chance.choice(fields)
    source = chance.choice((blocks, other))
    moved = {f"{a}{name[len(b) :]}": block for name, block in source.items() if name.startswith(f"{b}.")}
    return blocks | moved, _same


def _other_directory(chance: random.Random, blocks: Blocks, other: Blocks) -> tuple[Blocks, Callable[[str], str]]:
    def change(text: str) -> str:
        changed = _other_json(chance, json.loads(text))
        return changed if isinstance(changed, str) else json.dumps(changed)

    return blocks, change


def _other_text(chance: random.Random, blocks: Blocks, other: Blocks) -> tuple[Blocks, Callable[[str], str]]:
    """Another stored entry of one document, compressed as one is, or a dictionary that is none."""
    if chance.random() < 0.2:
        name = chance.choice([name for name in blocks if name.endswith("dictionaries")])
        return _with_entry(
            blocks, name, 0, chance.choice((b"\x37\xa4\x30\xec" + bytes(99), b"1234567", bytes(10**5)))
        ), _same
    name = chance.choice(("stored.fields", "stored.bodies"))
    number = chance.randrange(len(blocks[f"{name}.ends"]) // 4)
    if name == "stored.bodies":
        return _with_entry(blocks, name, number, _frame(chance, _stored(chance, "香港"), _any_bytes)), _same
    fields = json.dumps(_other_json(chance, ["title", "source", "url", ["tag", "other"], "description"]))
    if chance.random() < 0.1:
        return _with_entry(blocks, name, number, _deflate_bomb(chance.choice(_BOMBS))), _same
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return _with_entry(blocks, name, number, deflate.compress(_stored(chance, fields)) + deflate.flush()), _same


def _stored(chance: random.Random, text: str) -> bytes:
    kind, encoding = chance.choice(((b"\0", "gb18030"), (b"\1", "utf-8"), (b"\2", "utf-8"), (b"", "utf-8")))
    return kind + text.encode(encoding, "replace")


def _with_entry(blocks: Blocks, name: str, number: int, entry: bytes) -> Blocks:
    ends = [0, *(end for (end,) in struct.iter_unpack("<I", blocks[f"{name}.ends"]))]
    entries = [blocks[name][a:b] for a, b in itertools.pairwise(ends)]
    entries[number] = entry
    end, ends = 0, []
    for each in entries:
        end += len(each)
        ends.append(end)
    return blocks | {name: b"".join(entries), f"{name}.ends": struct.pack(f"<{len(ends)}I", *ends)}


_SEGMENT_ATTACKS = (
    *([_damage_block] * 12),
    *(_exchange_blocks, _exchange_blocks, _exchange_field, _other_directory, _other_text, _other_text),
)


# frames of zstd


def _frame(chance: random.Random, content: bytes, change: Callable[[random.Random, bytes], bytes]) -> bytes:
    """A frame of other content; now and then one of endless content, or one that lies about its content's length."""
    kind = chance.randrange(12)
    if kind == 0:
        return chance.choice((_zstd_bomb, _unsized_bomb))(chance.choice(_BOMBS))
    frame = zstd.compress(change(chance, content), options=_CHECKSUMMED)
    if kind == 1:
        at = chance.randint(4, 8)  # there is its length
        return frame[:at] + bytes([chance.randrange(256)]) + frame[at + 1 :]
    if kind == 2:
        bomb = _zstd_bomb(chance.choice(_BOMBS))
        return bomb[:5] + frame[5:9] + bomb[9:]
    return frame + chance.choice((b"", b"", b"", b"", frame, b"\0"))


@cache
def _zstd_bomb(size: int) -> bytes:
    return zstd.compress(bytes(size), options=_CHECKSUMMED)


@cache
def _unsized_bomb(size: int) -> bytes:
    writer = zstd.ZstdCompressor(options=_CHECKSUMMED)  # does not know the length
    return writer.compress(bytes(size)) + writer.flush()


@cache
def _deflate_bomb(size: int) -> bytes:
    deflate, part = zlib.compressobj(6, zlib.DEFLATED, -15), bytes(1 << 20)
    first = deflate.compress(b"\1" + part) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(part) + deflate.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size >> 20) + deflate.flush()


def _any_bytes(chance: random.Random, content: bytes) -> bytes:
    return damaged(chance, content, 1)


def _json_bytes(chance: random.Random, content: bytes) -> bytes:
    changed = _other_json(chance, json.loads(content))
    return (changed if isinstance(changed, str) else json.dumps(changed)).encode("utf-8", "surrogatepass")


def _manifest(chance: random.Random, content: bytes) -> bytes:
    header, _, columns = content.partition(b"\n")
    if chance.random() < 0.3:
        header = _json_bytes(chance, header)
    return header + b"\n" + damaged(chance, columns, 8) if chance.random() < 0.8 else header + b"\n" + columns


# JSON

_VALUES: tuple[object, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        2**31,
        2**32,
        2**63 - 1,
        2**63,
        10**30,
        1.0,
        1.9,
        -0.0,
        float("nan"),
        float("inf"),
    ),
    *("", "1", "a", "\0", "..", "../../etc/passwd", "\ud800", "0" * 16, "2021-11-08", "0001-01-01T00:00:00+14:00"),
    *([], {}, [0], [1, 1], [[]], {"": 0}, [0, 1, 2, 3], ["1"], [-1], [1.9]),
)
_LITERALS = (
    "1e400",
    "-1e400",
    "9" * 5000,
    "[" * 100_000,
    '{"a":' * 50_000,
    "NaN",
    "[" + "[]," * 10**6 + "[]]",
    "00",
    "",
)


def _other_json(chance: random.Random, value: Any) -> Any:
    """A value of which something is another value; as text where it is none that Python writes."""
    places = list(_places(value))
    holder, key = chance.choice(places)
    kind = chance.randrange(8)
    copy = json.loads(json.dumps(value))
    *outer, last = (*holder, key)
    within = copy
    for step in outer:
        within = within[step]
    if kind == 0:
        within[last] = "MARK"
        return json.dumps(copy, separators=(",", ":")).replace('"MARK"', chance.choice(_LITERALS))
    if kind == 1:
        del within[last]
    elif kind == 2 and isinstance(within, list):
        within.insert(last, within[last])
    elif kind == 3 and isinstance(within[last], int):
        within[last] += chance.choice((-1, 1, 8, 64))
    elif kind == 4 and isinstance(within, list):
        chance.shuffle(within)
    else:
        within[last] = chance.choice(_VALUES)
    return copy


def _places(value: Any, holder: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield holder, key
        yield from _places(inner, (*holder, key))
