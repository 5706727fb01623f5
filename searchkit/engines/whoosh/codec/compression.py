"""Stored documents in few bytes: heads and bodies, each compressed alone, looking back to a sample of all.

Bodies go through zstd. Heads are so short that to set zstd up costs ten times what deflate takes for one.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 6, zstd.CompressionParameter.dict_id_flag: 0}
_HEAD_SAMPLE_BYTES = 1 << 15  # deflate looks no further back
_BODY_SAMPLE_BYTES = 1 << 16
_TRAINING = 10  # times the sample
_FEWEST = 100  # texts: to train on fewer makes no better sample than to take their ends
_SHARE = 800
_TRAINED = b"\x37\xa4\x30\xec"  # how a trained sample begins
_RAW = -zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Sample:
    """What the documents of a segment look back to."""

    heads: bytes
    bodies: bytes

    @classmethod
    def of(cls, heads: Sequence[bytes], bodies: Sequence[bytes]) -> Sample:
        """What these documents have in common, for others like them."""
        return cls(_some(heads, _HEAD_SAMPLE_BYTES), _common(bodies, _BODY_SAMPLE_BYTES))

    def __len__(self) -> int:
        return len(self.heads) + len(self.bodies)


def _some(texts: Sequence[bytes], size: int) -> bytes:
    """Texts from everywhere: heads are so much alike that to train on them makes no better sample."""
    step = max(sum(map(len, texts)) // size, 1)
    return b"".join(texts[::step])[-size:]


def _common(texts: Sequence[bytes], size: int) -> bytes:
    whole = sum(map(len, texts))
    if len(texts) < _FEWEST or whole < 10 * size:
        return b"".join(text[-_SHARE:] for text in texts)[-size:]
    step = max(whole // (_TRAINING * size), 1)
    return zstd.train_dict(texts[::step], size).dict_content


def _dictionary(sample: bytes) -> zstd.ZstdDict | None:
    if len(sample) < 8:  # zstd takes no shorter one
        return None
    return zstd.ZstdDict(sample, is_raw=not sample.startswith(_TRAINED))


class Compressor:
    """Compresses documents that look back to one sample."""

    def __init__(self, sample: Sample) -> None:
        dictionary = _dictionary(sample.bodies)
        self._bodies = zstd.ZstdCompressor(options=_OPTIONS, zstd_dict=dictionary and dictionary.as_digested_dict)
        self._heads = zlib.compressobj(6, zlib.DEFLATED, _RAW, zdict=sample.heads)

    def head(self, head: bytes) -> bytes:
        deflate = self._heads.copy()  # it has looked at the sample, which costs more than the head
        return deflate.compress(head) + deflate.flush()

    def body(self, body: bytes) -> bytes:
        return self._bodies.compress(body, mode=zstd.ZstdCompressor.FLUSH_FRAME)


class Decompressor:
    """Brings them back.

    Raises:
        ValueError, zlib.error: the bytes are not those that ``Compressor`` gave.
    """

    def __init__(self, sample: Sample) -> None:
        self._heads = sample.heads
        self._bodies = _dictionary(sample.bodies)

    def head(self, compressed: bytes) -> bytes:
        inflate = zlib.decompressobj(_RAW, zdict=self._heads)
        return inflate.decompress(compressed) + inflate.flush()

    def body(self, compressed: bytes) -> bytes:
        try:
            return zstd.decompress(compressed, zstd_dict=self._bodies)
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from error
