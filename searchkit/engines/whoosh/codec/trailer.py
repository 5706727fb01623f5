"""The end of a container: where its directory is, and the checksum of it."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

MAGIC = b"SEGKIT01"
TRAILER = struct.Struct("<QQI4x")
"""Offset and length of the directory, and its CRC-32."""

TAIL = TRAILER.size + len(MAGIC)
"""Bytes of the trailer and the magic behind it."""


def directory_checksum(file: BinaryIO) -> int:
    """The checksum of the directory of a container, which has the checksums of all that it holds; 0 of a cut one."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(length - TAIL, 0))
    tail = file.read(TAIL)
    return int(TRAILER.unpack(tail[: TRAILER.size])[2]) if len(tail) == TAIL else 0
