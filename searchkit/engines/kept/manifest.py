"""The manifest: what is known of each post's file, in columns. A rebuild reads all of it and writes it anew.

One zstd frame with a checksum: a line of JSON, ``{"files": n, "digest": bytes of one}``; int64[n] sizes; int64[n] times
of change; int64[n] times of arrival; the digests; uint8[n] states; the paths, separated by NUL. Integers are
little-endian.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import sys
from array import array
from collections.abc import Iterable, Mapping

from searchkit.engines.kept.frames import decompressed
from searchkit.engines.protocol import FileRecord, FileState
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}
_MAX_TIME = 2**63 - 1
"""A file from after 2262 is read again at each rebuild."""

_HEADER = re.compile(rb'\{"files": ([0-9]{1,9}), "digest": ([0-9]{1,2})\}')
_INT64 = "q"
_INT64_BYTES = 8
_INTEGERS = 3
_SEPARATOR = "\0"
_MAX_BYTES = 1 << 30
"""Five million posts with long paths."""

_MIN_BYTES, _MAX_RATIO = 1 << 16, 256
"""A frame of some bytes has at most so many times as much content: 8 bytes of each file are a digest."""

_EPOCH, _MICROSECOND = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)
_FIRST_TIME, _LAST_TIME = ((time - _EPOCH) // _MICROSECOND for time in (dt.datetime.min, dt.datetime.max))
_STATES = {state.value: state for state in FileState}


def encode(files: Mapping[str, FileRecord]) -> bytes:
    """The manifest of these files, by path."""
    sizes, times, digests, states, added = zip(*files.values(), strict=True) if files else [()] * 5
    digest = bytes.fromhex("".join(digests))
    header = {"files": len(files), "digest": len(digest) // max(len(files), 1)}
    times = tuple(min(time, _MAX_TIME) for time in times)
    columns = [_column(sizes), _column(times), _column(added), digest, bytes(states)]
    paths = _SEPARATOR.join(files).encode("utf-8", "surrogatepass")  # a path that is no text has surrogates
    return zstd.compress(b"".join([json.dumps(header).encode(), b"\n", *columns, paths]), options=_OPTIONS)


def decode(data: bytes) -> dict[str, FileRecord]:
    """The files, by path, that ``encode`` was given.

    Raises:
        ValueError: these bytes are no manifest.
    """
    try:
        most = min(_MAX_BYTES, _MIN_BYTES + _MAX_RATIO * len(data))
        header, _newline, body = decompressed(data, most).partition(b"\n")
        count, width = _header(header)
        digests_start = _INTEGERS * _INT64_BYTES * count
        states_start = digests_start + width * count
        paths_start = states_start + count
        sizes, times, added = (
            _integers(body[at * _INT64_BYTES * count : (at + 1) * _INT64_BYTES * count]) for at in range(_INTEGERS)
        )
        digests = body[digests_start:states_start].hex()
        states = body[states_start:paths_start]
        paths = body[paths_start:].decode("utf-8", "surrogatepass").split(_SEPARATOR) if count else []
    except ValueError as error:
        raise ValueError(_("it cannot be decoded: {error}", error=error)) from error
    lengths = {len(column) for column in (sizes, times, added, states, paths)}
    if lengths != {count} or len(digests) != 2 * width * count or len(set(paths)) < count:
        raise ValueError(_("its columns are not of {count} files", count=count))
    if count and not (min(added) >= _FIRST_TIME and max(added) <= _LAST_TIME and _STATES.keys() >= set(states)):
        raise ValueError(_("its columns are not of {count} files", count=count))
    digest_of = [digests[2 * width * at : 2 * width * (at + 1)] for at in range(count)]
    states_of = map(_STATES.__getitem__, states) if any(states) else itertools.repeat(FileState.POST)
    return dict(zip(paths, map(FileRecord, sizes, times, digest_of, states_of, added), strict=True))


def _header(line: bytes) -> tuple[int, int]:
    """How many files there are, and the bytes of a digest. Raises ValueError."""
    found = _HEADER.fullmatch(line)
    if found is None:
        raise ValueError("it has no header")
    return int(found[1]), int(found[2])


def _column(values: Iterable[int]) -> bytes:
    column = array(_INT64, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _integers(column: bytes) -> array[int]:
    values = array(_INT64, column)
    if sys.byteorder == "big":
        values.byteswap()
    return values
