"""Ways to damage bytes, of which those that know about items of a width mean the most."""

from __future__ import annotations

import random
from collections.abc import Callable

_EXTREMES = (0, 1, 2, -1, -2, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)

Damage = Callable[[random.Random, bytes, int], bytes]
"""Other bytes than the given ones, which are items of so many bytes each."""


def _extreme(chance: random.Random, data: bytes, width: int) -> bytes:
    return _with_item(chance, data, width, lambda old: chance.choice(_EXTREMES))


def _off_by_little(chance: random.Random, data: bytes, width: int) -> bytes:
    return _with_item(chance, data, width, lambda old: old + chance.choice((-64, -2, -1, 1, 2, 64)))


def _any_item(chance: random.Random, data: bytes, width: int) -> bytes:
    return _with_item(chance, data, width, lambda old: chance.getrandbits(8 * chance.randint(1, width)))


def _with_item(chance: random.Random, data: bytes, width: int, other: Callable[[int], int]) -> bytes:
    at = chance.randrange(max(len(data) // width, 1)) * width
    new = other(int.from_bytes(data[at : at + width], "little")) % 256**width
    return data[:at] + new.to_bytes(width, "little") + data[at + width :]


def _flip(chance: random.Random, data: bytes, width: int) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes, width: int) -> bytes:
    return data[: chance.choice((0, 1, width, len(data) // 2, chance.randint(0, len(data)), -1, -width))]


def _extend(chance: random.Random, data: bytes, width: int) -> bytes:
    return data + chance.choice((bytes(1), bytes(width), b"\xff" * width, data, data[-width:], chance.randbytes(99)))


def _overwrite(chance: random.Random, data: bytes, width: int) -> bytes:
    start = chance.randint(0, len(data))
    end = min(start + chance.choice((1, width, 16, len(data))), len(data))
    filling = chance.choice((b"\0", b"\xff", b"\x80", b"\x7f", chance.randbytes(1)))
    return data[:start] + filling * (end - start) + data[end:]


def _shuffle(chance: random.Random, data: bytes, width: int) -> bytes:
    items = [data[at : at + width] for at in range(0, len(data), width)]
    kind = chance.randrange(4)
    if kind == 0:
        chance.shuffle(items)
    elif kind == 1:
        items.reverse()
    elif len(items) > 1:
        a, b = chance.sample(range(len(items)), 2)
        items[a], items[b] = (items[b], items[a]) if kind == 2 else (items[a], items[a])
    return b"".join(items)


def _continue(chance: random.Random, data: bytes, width: int) -> bytes:
    """Varints that go on: high bits of some neighbours."""
    start = chance.randint(0, len(data))
    end = min(start + chance.choice((1, 2, 8, 9, 10, 11, len(data))), len(data))
    return data[:start] + bytes(byte | 0x80 for byte in data[start:end]) + data[end:]


DAMAGES: tuple[Damage, ...] = (
    *(_extreme, _off_by_little, _any_item, _flip, _cut, _extend, _overwrite, _shuffle, _continue, _extreme, _flip),
)


def damaged(chance: random.Random, data: bytes, width: int) -> bytes:
    """Other bytes, damaged once to thrice."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(DAMAGES)(chance, data, width)
    return data
