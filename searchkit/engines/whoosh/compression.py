"""Stored documents in few bytes: each compressed alone, looking back to a sample of all."""

from __future__ import annotations

import sys
from collections.abc import Sequence

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 6, zstd.CompressionParameter.dict_id_flag: 0}
_SAMPLE_BYTES = 1 << 16
_TRAINING_BYTES = 40 * _SAMPLE_BYTES
_FEWEST_DOCUMENTS = 100
"""To train on fewer makes no better sample than to take their ends."""
_SHARE = 800
_TRAINED = b"\x37\xa4\x30\xec"  # how a trained sample begins


def sample_of(documents: Sequence[bytes]) -> bytes:
    """What these documents have in common, for others like them to look back to."""
    whole = sum(map(len, documents))
    if len(documents) < _FEWEST_DOCUMENTS or whole < 10 * _SAMPLE_BYTES:
        return b"".join(document[-_SHARE:] for document in documents)[-_SAMPLE_BYTES:]
    step = max(whole // _TRAINING_BYTES, 1)
    return zstd.train_dict(documents[::step], _SAMPLE_BYTES).dict_content


def _dictionary(sample: bytes) -> zstd.ZstdDict | None:
    if len(sample) < 8:  # zstd takes no shorter one
        return None
    return zstd.ZstdDict(sample, is_raw=not sample.startswith(_TRAINED))


class Compressor:
    """Compresses documents that look back to one sample."""

    def __init__(self, sample: bytes) -> None:
        dictionary = _dictionary(sample)
        self._compressor = zstd.ZstdCompressor(options=_OPTIONS, zstd_dict=dictionary and dictionary.as_digested_dict)

    def __call__(self, document: bytes) -> bytes:
        return self._compressor.compress(document, mode=zstd.ZstdCompressor.FLUSH_FRAME)


class Decompressor:
    """Brings them back.

    Raises:
        ValueError: the bytes are not those that ``Compressor`` gave.
    """

    def __init__(self, sample: bytes) -> None:
        self._dictionary = _dictionary(sample)

    def __call__(self, compressed: bytes) -> bytes:
        try:
            return zstd.decompress(compressed, zstd_dict=self._dictionary)
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from error
