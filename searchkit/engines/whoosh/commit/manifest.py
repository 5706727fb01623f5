"""What is known of each post's file, in columns: a rebuild reads all of it, and writes it again.

As bytes it is one zstd frame with its checksum: a line of JSON, then a column after the other, then the paths.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping

from searchkit.engines.protocol import PostRecord

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DAMAGED = (ValueError, TypeError, AttributeError, LookupError, zlib.error, zstd.ZstdError)
"""What reading damaged records raises."""

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}
_GZIP = 16 + zlib.MAX_WBITS
_LARGEST = 2**63 - 1  # a file from after 2262 is read again each time
_KINDS = "qqHI"  # sizes, times, segments, documents
_BETWEEN_PATHS = "\0"


def encode(records: Mapping[str, PostRecord]) -> bytes:
    """All records, by path."""
    sizes, times, digests, segments, documents = zip(*records.values(), strict=True) if records else [()] * 5
    names = list(dict.fromkeys(segments))
    places = {name: place for place, name in enumerate(names)}
    columns = (sizes, [min(time, _LARGEST) for time in times], map(places.__getitem__, segments), documents)
    digest = bytes.fromhex("".join(digests))
    head = {"posts": len(records), "segments": names, "digest": len(digest) // max(len(records), 1)}
    parts = [json.dumps(head).encode(), b"\n", *map(_column, _KINDS, columns), digest]
    parts.append(_BETWEEN_PATHS.join(records).encode("utf-8", "surrogatepass"))  # a path that is no text has surrogates
    return zstd.compress(b"".join(parts), options=_OPTIONS)


def decode(data: bytes) -> dict[str, PostRecord]:
    """What ``encode`` was given.

    Raises:
        one of ``DAMAGED``.
    """
    head, _, body = zstd.decompress(data).partition(b"\n")
    known = json.loads(head)
    posts, names, width = known["posts"], known["segments"], known["digest"]
    if not 0 <= posts * width <= len(body):
        raise ValueError("other posts than there are records")
    columns, at = [], 0
    for kind in _KINDS:
        columns.append(_numbers(kind, body[at : (at := at + posts * array(kind).itemsize)]))
    sizes, times, segments, documents = columns
    digests = body[at : (at := at + posts * width)].hex()
    paths = body[at:].decode("utf-8", "surrogatepass").split(_BETWEEN_PATHS) if posts else []
    rows = zip(
        sizes,
        times,
        [digests[2 * width * post : 2 * width * (post + 1)] for post in range(len(sizes))],
        map(names.__getitem__, segments),
        documents,
        strict=True,
    )
    return dict(zip(paths, map(PostRecord._make, rows), strict=True))


def decode_gzip(data: bytes) -> dict[str, PostRecord]:
    """The records of format 2, a line of JSON each.

    Raises:
        one of ``DAMAGED``.
    """
    rows = json.loads(zlib.decompress(data, _GZIP))
    return dict(zip(rows, map(PostRecord._make, rows.values()), strict=True))


def _column(kind: str, numbers: Iterable[int]) -> bytes:
    """Numbers as they lie in memory, little-endian."""
    column = array(kind, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _numbers(kind: str, column: bytes) -> array[int]:
    numbers = array(kind, column)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
