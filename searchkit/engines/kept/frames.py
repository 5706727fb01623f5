"""Frames of zstd from a file that somebody may have made: decompressed up to a limit."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def decompressed(frame: bytes, most: int, dictionary: zstd.ZstdDict | None = None) -> bytes:
    """The content of one frame, which says how long its content is.

    Args:
        frame: the whole frame and nothing else.
        most: bytes of content that searchkit would write.
        dictionary: with which it was compressed.

    Raises:
        ValueError: it is none, was cut, or has more content.
    """
    try:
        length = zstd.get_frame_info(frame).decompressed_size
        if length is None or length > most:  # nothing is allocated
            raise ValueError("it was cut, or is too long")
        decompressor = zstd.ZstdDecompressor(zstd_dict=dictionary)
        content = decompressor.decompress(frame, length + 1)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from None
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("it was cut, or is too long")
    return content
