"""A manifest: what is known of the files of posts, in columns. That of a small rebuild holds what changed.

One zstd frame with a checksum: a line of JSON, ``{"files": n, "folders": m, "digest": bytes of one}``; int64[n] sizes;
int64[n] times of change; int64[n] times of arrival; the digests; uint8[n] states; uint32[m], how many files each folder
has; each folder's path and the names of its files, all separated by NUL. Integers are little-endian.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import sys
from array import array
from operator import lt

from searchkit.engines.files import Files, FileState, Folder
from searchkit.engines.kept.frames import decompressed
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}

_HEADER = re.compile(rb'\{"files": ([0-9]{1,9}), "folders": ([0-9]{1,9}), "digest": ([0-9]{1,2})\}')
_INT64, _UINT32 = "q", "I"
_INT64_BYTES, _UINT32_BYTES = 8, 4
_INTEGERS = 3
_SEPARATOR = "\0"
_MAX_BYTES = 1 << 30
"""Five million posts with long paths."""

_MIN_BYTES, _MAX_RATIO = 1 << 16, 256
"""A frame of some bytes has at most so many times as much content: 8 bytes of each file are a digest."""

_EPOCH, _MICROSECOND = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)
_FIRST_TIME, _LAST_TIME = ((time - _EPOCH) // _MICROSECOND for time in (dt.datetime.min, dt.datetime.max))
_STATES = bytes(FileState)


def encode(files: Files) -> bytes:
    """The manifest of these files."""
    folders = files.folders.values()
    width = max((folder.width for folder in folders), default=0)
    header = {"files": len(files), "folders": len(folders), "digest": width}
    columns = [b"".join(map(_bytes, column)) for column in zip(*(folder.integers for folder in folders), strict=True)]
    columns.append(b"".join(folder.wide_digests(width) for folder in folders))
    columns.append(b"".join(folder.states for folder in folders))
    columns.append(_bytes(array(_UINT32, [len(folder.names) for folder in folders])))
    texts = itertools.chain.from_iterable((prefix, *folder.names) for prefix, folder in files.folders.items())
    columns.append(_SEPARATOR.join(texts).encode("utf-8", "surrogatepass"))  # a path that is no text has surrogates
    return zstd.compress(b"".join([json.dumps(header).encode(), b"\n", *columns]), options=_OPTIONS)


def decode(data: bytes) -> Files:
    """The files that ``encode`` was given.

    Raises:
        ValueError: these bytes are no manifest.
    """
    try:
        most = min(_MAX_BYTES, _MIN_BYTES + _MAX_RATIO * len(data))
        content = decompressed(data, most)
        end = content.index(b"\n")
        return _files(memoryview(content)[end + 1 :], *_header(content[:end]))
    except ValueError as error:
        raise ValueError(_("it cannot be decoded: {error}", error=error)) from error


def _files(body: memoryview, count: int, folders: int, width: int) -> Files:
    """The files of a manifest without its header. Raises ValueError."""
    lengths = [*[_INT64_BYTES * count] * _INTEGERS, width * count, count, _UINT32_BYTES * folders]
    bounds = [0, *itertools.accumulate(lengths)]
    if len(body) < bounds[-1]:
        raise ValueError("it was cut")
    *integers, digests, states, counts = (bytes(body[start:end]) for start, end in itertools.pairwise(bounds))
    sizes, times, added = (_integers(_INT64, column) for column in integers)
    texts = str(body[bounds[-1] :], "utf-8", "surrogatepass").split(_SEPARATOR) if folders else []
    if states.translate(None, _STATES) or (added and not _FIRST_TIME <= min(added) <= max(added) <= _LAST_TIME):
        raise ValueError("it has values of no file")
    found: dict[str, Folder] = {}
    first = at = 0
    for number in _integers(_UINT32, counts):
        last, end = first + number, at + 1 + number
        names = texts[at + 1 : end]
        if len(names) < number or not number or not all(map(lt, names, itertools.islice(names, 1, None))):
            raise ValueError("its names are not in order")
        found[texts[at]] = Folder(
            names,
            sizes[first:last],
            times[first:last],
            added[first:last],
            digests[width * first : width * last],
            states[first:last],
        )
        first, at = last, end
    if (len(found), first, at) != (folders, count, len(texts)):
        raise ValueError("its columns have other lengths")
    return Files(found)


def _header(line: bytes) -> tuple[int, int, int]:
    """How many files and folders there are, and the bytes of a digest. Raises ValueError."""
    found = _HEADER.fullmatch(line)
    if found is None:
        raise ValueError("it has no header")
    return int(found[1]), int(found[2]), int(found[3])


def _bytes(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()


def _integers(code: str, column: bytes) -> array[int]:
    values = array(code, column)
    if sys.byteorder == "big":
        values.byteswap()
    return values
