"""Stored fields and bodies of documents, each compressed by itself, with a dictionary of what they have in common.

Bodies go through zstd. The other fields are so short that zstd's set-up costs ten times what deflate takes for one.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from searchkit.engines.kept.frames import decompressed
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 6, zstd.CompressionParameter.dict_id_flag: 0}
_FIELDS_DICTIONARY_BYTES = 1 << 15
"""deflate looks back no further."""

_BODY_DICTIONARY_BYTES = 1 << 16
_MIN_BODY_DICTIONARY_BYTES = 8
"""zstd takes none that is shorter."""

_TRAINING_RATIO = 10
"""Bytes to train on, per byte of the dictionary."""

_MIN_TRAINING_TEXTS = 100
"""Trained on fewer texts, a dictionary is no better than their ends, concatenated."""

_END_BYTES = 800
_TRAINED_MAGIC = b"\x37\xa4\x30\xec"
_RAW_DEFLATE = -zlib.MAX_WBITS
_MAX_FIELDS_BYTES = 1 << 24
"""Of one document: front matter has 256 K characters at most. As Python's lists, JSON takes twenty times its bytes."""

_MAX_BODY_BYTES = 1 << 28
"""Of one document: four times the largest file that is read."""


@dataclass(frozen=True, slots=True)
class CompressionDictionary:
    """What many documents have in common.

    Attributes:
        fields: for the stored fields, a preset dictionary of deflate.
        bodies: for the bodies, a dictionary of zstd: trained if it begins with zstd's magic number, else raw content.
    """

    fields: bytes
    bodies: bytes

    @classmethod
    def train(cls, fields: Sequence[bytes], bodies: Sequence[bytes]) -> CompressionDictionary:
        """A dictionary for these documents, and others like them."""
        return cls(_sample(fields, _FIELDS_DICTIONARY_BYTES), _train(bodies, _BODY_DICTIONARY_BYTES))

    def __len__(self) -> int:
        """Bytes."""
        return len(self.fields) + len(self.bodies)


def _sample(texts: Sequence[bytes], size: int) -> bytes:
    """Texts from everywhere; stored fields are so much alike that training gains nothing."""
    step = max(sum(map(len, texts)) // size, 1)
    return b"".join(texts[::step])[-size:]


def _train(texts: Sequence[bytes], size: int) -> bytes:
    total = sum(map(len, texts))
    if len(texts) < _MIN_TRAINING_TEXTS or total < _TRAINING_RATIO * size:
        return b"".join(text[-_END_BYTES:] for text in texts)[-size:]
    step = max(total // (_TRAINING_RATIO * size), 1)
    return zstd.train_dict(texts[::step], size).dict_content


def _zstd_dictionary(content: bytes) -> zstd.ZstdDict | None:
    if len(content) < _MIN_BODY_DICTIONARY_BYTES:
        return None
    return zstd.ZstdDict(content, is_raw=not content.startswith(_TRAINED_MAGIC))


class Compressor:
    """Compresses documents with one dictionary."""

    def __init__(self, dictionary: CompressionDictionary) -> None:
        bodies = _zstd_dictionary(dictionary.bodies)
        self._bodies = zstd.ZstdCompressor(options=_OPTIONS, zstd_dict=bodies and bodies.as_digested_dict)
        self._fields = zlib.compressobj(6, zlib.DEFLATED, _RAW_DEFLATE, zdict=dictionary.fields)

    def fields(self, fields: bytes, known: bytes) -> bytes:
        """Raw deflate.

        Args:
            fields: of one document.
            known: what the reader knows of it otherwise, and its fields are likely to repeat.
        """
        deflate = self._fields.copy()  # it has read the dictionary, which costs more than to compress the fields
        deflate.compress(known)
        deflate.flush(zlib.Z_SYNC_FLUSH)  # what comes now begins with a byte of its own
        return deflate.compress(fields) + deflate.flush()

    def body(self, body: bytes) -> bytes:
        """One zstd frame."""
        return self._bodies.compress(body, mode=zstd.ZstdCompressor.FLUSH_FRAME)


class Decompressor:
    """Decompresses documents with one dictionary; safe to use from several threads.

    Args:
        dictionary: the one they were compressed with.
        file: where they are from, for errors.

    Raises:
        Damaged: the dictionary is none.
    """

    def __init__(self, dictionary: CompressionDictionary, file: Path) -> None:
        self._fields = dictionary.fields
        self._file = file
        try:
            self._bodies = _zstd_dictionary(dictionary.bodies)
        except ValueError as error:
            raise Damaged(file, _("stored body: {error}", error=error)) from error

    def fields(self, compressed: bytes, known: bytes) -> bytes:
        """Stored fields, given what they were compressed with. Raises Damaged."""
        inflate = zlib.decompressobj(_RAW_DEFLATE, zdict=self._fields + known)
        try:
            fields = inflate.decompress(compressed, _MAX_FIELDS_BYTES)
        except zlib.error as error:
            raise Damaged(self._file, _("stored fields: {error}", error=error)) from error
        if not inflate.eof:
            raise Damaged(self._file, _("stored fields: {error}", error="it was cut, or is too long"))
        return fields

    def body(self, compressed: bytes) -> bytes:
        """A body. Raises Damaged."""
        try:
            return decompressed(compressed, _MAX_BODY_BYTES, self._bodies)
        except ValueError as error:
            raise Damaged(self._file, _("stored body: {error}", error=error)) from error
