"""Sorted texts of which any is found, by text or by place, without decoding others.

Texts lie in blocks of ``TEXT_BLOCK``: the prefix that all of a block share, then the rest of each, each followed by a
NUL; encoded as stored texts are, mostly in GB18030, where a Han character takes two bytes. The block of a text is found
by bisection in numbers, the first eight bytes of each block's first text as UTF-8; the text within by searching for its
bytes. Single characters at the end, as Han unigrams are, lie apart as code points.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from searchkit.engines.arrays import Integers
from searchkit.engines.kept.frames import decompressed
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.stored import GB18030, decode_text, encode_text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT_BLOCK = 32

_MAX_BLOCK_BYTES = 1 << 28
"""Of texts that lie compressed."""

_KEY_BYTES = 8
_NUL = b"\0"
_THREE_BYTES, _FOUR_BYTES = 0xE0, 0xF0
"""The first byte of a character that takes so many in UTF-8 is at least this."""

_CONTINUATION, _CONTINUATION_MASK = 0x80, 0xC0
"""What bytes of a character have in UTF-8 but for its first."""


class TextsEncoder:
    """Encodes texts, ascending UTF-8 without NUL, as they come: the texts themselves are not kept."""

    block_name = "terms"
    """The last part of the name of the block that ``parts`` gives."""

    def __init__(self) -> None:
        self._sizes = [0]
        self._firsts = [np.zeros(0, f"S{_KEY_BYTES}")]
        self._characters: list[bytes] = []

    def parts(self, stretches: Iterable[list[bytes]]) -> Iterator[bytes]:
        """The first block, in parts, and then whatever ``others`` needs is known."""
        waiting: list[bytes] = []
        for stretch in stretches:
            head = len(stretch)
            while head and _is_character(stretch[head - 1]):
                head -= 1
            if head:
                texts = [*waiting, *self._characters, *stretch[:head]]
                whole = len(texts) // TEXT_BLOCK * TEXT_BLOCK
                yield from self._encoded(texts[:whole])
                waiting, self._characters = texts[whole:], []
            self._characters += stretch[head:]
        yield from self._encoded(waiting)

    def others(self) -> dict[str, Integers]:
        """The other blocks, by the last parts of their names."""
        chars = b"".join(self._characters).decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
        return {
            "terms.starts": np.cumsum(self._sizes).astype("<u4"),
            "terms.keys": np.concatenate(self._firsts).view(f">u{_KEY_BYTES}").astype(f"<u{_KEY_BYTES}"),
            "chars": np.frombuffer(chars, "<u4"),
        }

    def _encoded(self, texts: list[bytes]) -> Iterator[bytes]:
        """Blocks of texts."""
        self._firsts.append(np.array(texts[::TEXT_BLOCK], f"S{_KEY_BYTES}"))
        for at in range(0, len(texts), TEXT_BLOCK):
            block = texts[at : at + TEXT_BLOCK]
            size = _shared(block[0], block[-1])
            joined = _NUL.join([block[0][:size], *(text[size:] for text in block), b""])
            part = self._packed(encode_text(joined.decode("utf-8", "surrogatepass")))
            self._sizes.append(len(part))
            yield part

    def _packed(self, block: bytes) -> bytes:
        return block


class CompressedTextsEncoder(TextsEncoder):
    """The same, each block of texts in one zstd frame."""

    block_name = "terms.zstd"

    def __init__(self) -> None:
        super().__init__()
        self._compress = partial(zstd.ZstdCompressor().compress, mode=zstd.ZstdCompressor.FLUSH_FRAME)

    def _packed(self, block: bytes) -> bytes:
        return self._compress(block)


def _shared(first: bytes, last: bytes) -> int:
    """How many bytes two texts have in common, and so all between them; whole characters."""
    end = min(len(first), len(last))
    size = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), end)
    while size < len(first) and first[size] & _CONTINUATION_MASK == _CONTINUATION:
        size -= 1
    return size


def _is_character(text: bytes) -> bool:
    """Whether a text is one character of three bytes or more."""
    return text[:1] >= b"\xe0" and len(text) == (3 if text[0] < _FOUR_BYTES else 4)


class SortedTexts:
    """Reads texts that ``TextsEncoder`` encoded; safe to use from several threads.

    Args:
        file: the segment's.
        field: the name of the field whose terms they are.
        count: how many there are.

    Raises:
        Damaged: by the constructor and every method.
    """

    _block_name = "terms"

    def __init__(self, file: BlockFile, field: str, count: int) -> None:
        self._file, self._field, self._count = file, field, count
        self._chars = file.scalars(f"{field}.chars", "<u4")
        self._head = count - len(self._chars)
        """How many are no single characters at the end."""
        blocks = -(-self._head // TEXT_BLOCK)
        if self._head < 0:
            raise self._damaged("chars")
        self._texts = file.mapped(f"{field}.{self._block_name}", "u1")
        self._starts = file.mapped(f"{field}.terms.starts", "<u4", blocks + 1)
        self._keys = file.scalars(f"{field}.terms.keys", f"<u{_KEY_BYTES}", blocks)

    def find(self, text: str) -> int | None:
        """The place of a text; None where it is not there."""
        chars = self._chars
        if len(text) == 1 and len(chars) and (code := ord(text)) >= chars[0]:
            at = bisect_left(chars, code)
            return self._head + at if at < len(chars) and chars[at] == code else None
        encoded = text.encode("utf-8", "surrogatepass")
        number = self._block_of(encoded)
        if number < 0 or _NUL in encoded:
            return None
        block = self._block(number)
        if block[:1] == GB18030:
            try:
                encoded = text.encode("gb18030")
            except UnicodeEncodeError:
                return None
        size = block.find(_NUL, 1)
        if not encoded.startswith(block[1:size]):
            return None
        at = block.find(b"\0%b\0" % encoded[size - 1 :], size)
        return None if at < 0 else number * TEXT_BLOCK + block.count(_NUL, size, at)

    def seek_ceil(self, text: bytes) -> int:
        """The place of the first text that is not less; the number of texts if all are less."""
        number = self._block_of(text)
        at = number * TEXT_BLOCK + bisect_left(self._split(number), text) if number >= 0 else 0
        return at + bisect_left(range(len(self._chars)), text, key=self._char) if at == self._head else at

    def text(self, place: int) -> bytes:
        """The text at a place."""
        if place >= self._head:
            return self._char(place - self._head)
        number, at = divmod(place, TEXT_BLOCK)
        block = self._block(number)
        parts = block[1:].split(_NUL, at + 2)
        if len(parts) != at + 3:
            raise self._damaged("terms")
        return self._decoded(block[:1] + parts[0] + parts[at + 1]).encode("utf-8", "surrogatepass")

    def all(self) -> list[bytes]:
        """All texts, ascending."""
        texts: list[bytes] = []
        for number in range(len(self._keys)):
            texts += self._split(number)
        texts += map(self._char, range(len(self._chars)))
        return texts

    def is_consistent(self) -> bool:
        """Whether its blocks are those that a writer makes of all of its texts."""
        encoder = TextsEncoder()
        whole = b"".join(encoder.parts([self.all()]))
        expected = encoder.others()
        blocks = range(len(self._keys))
        return (
            self._whole() == whole
            and np.array_equal(np.cumsum([0, *map(len, map(self._block, blocks))]), expected["terms.starts"])
            and bytes(self._keys) == expected["terms.keys"].tobytes()
            and bytes(self._chars) == expected["chars"].tobytes()
        )

    def _block_of(self, text: bytes) -> int:
        """The last block whose first text is not greater; -1 where there is none."""
        key = int.from_bytes(text[:_KEY_BYTES].ljust(_KEY_BYTES, _NUL), "big")
        last = bisect_right(self._keys, key)
        if not last or self._keys[last - 1] != key:
            return last - 1
        alike = range(bisect_left(self._keys, key, 0, last), last)
        return alike.start - 1 + bisect_right(alike, text, key=self._first)

    def _first(self, number: int) -> bytes:
        return "".join(self._parts(number)[:2]).encode("utf-8", "surrogatepass")

    def _whole(self) -> bytes:
        return self._texts.bytes(0, len(self._texts))

    def _block(self, number: int) -> bytes:
        return self._texts.bytes(self._starts[number], self._starts[number + 1])

    def _parts(self, number: int) -> list[str]:
        """The prefix of a block and the rests of its texts."""
        *parts, end = self._decoded(self._block(number)).split("\0")
        if end or len(parts) != min(TEXT_BLOCK, self._head - number * TEXT_BLOCK) + 1:
            raise self._damaged("terms")
        return parts

    def _split(self, number: int) -> list[bytes]:
        """The texts of a block."""
        prefix, *rests = self._parts(number)
        return "\0".join([prefix + rest for rest in rests]).encode("utf-8", "surrogatepass").split(_NUL)

    def _decoded(self, stored: bytes) -> str:
        try:
            return decode_text(stored)
        except UnicodeDecodeError as error:
            raise self._damaged("terms") from error

    def _char(self, at: int) -> bytes:
        try:
            return chr(self._chars[at]).encode("utf-8", "surrogatepass")
        except (ValueError, OverflowError) as error:
            raise self._damaged("chars") from error

    def _damaged(self, block: str) -> Damaged:
        return self._file.damaged(f"{self._field}.{block}")


class CompressedTexts(SortedTexts):
    """Reads texts that ``CompressedTextsEncoder`` encoded."""

    _block_name = "terms.zstd"

    def _whole(self) -> bytes:
        return b"".join(map(self._block, range(len(self._keys))))

    def _block(self, number: int) -> bytes:
        try:
            return decompressed(super()._block(number), _MAX_BLOCK_BYTES)
        except ValueError as error:
            raise self._damaged(self._block_name) from error
