"""The commit point of an index folder: ``meta.json``, which a rename replaces in one atomic step.

It lists the segments. A reader sees the old commit point or the new one, never a mixture; files that it does not list
are garbage.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import shlex
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from searchkit.engines.protocol import IndexInfo
from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, segment_file
from searchkit.engines.whoosh.codec.opening import open_regular, read_regular
from searchkit.engines.whoosh.codec.trailer import directory_checksum
from searchkit.engines.whoosh.commit import toc
from searchkit.engines.whoosh.commit.commit_file import (
    FORMAT_VERSION,
    MAX_GENERATION,
    CommitContent,
    FileEntry,
    decode,
    encode,
    format_of,
)
from searchkit.engines.whoosh.commit.toc import NEW_TOC, toc_file
from searchkit.errors import IndexCorrupt, IndexFailure, IndexNotFound, IndexNotWritten, IndexOutdated
from searchkit.language import fingerprint
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.messages import _

_Content = TypeVar("_Content")

META = "meta.json"
NEW_META = f"{META}.new"
_MANIFEST = re.compile(r"manifest-(\d+)\.zst")
_LEXICON = re.compile(r"lexicon-\d+\.zst")
_MOST_BYTES = 16_000_000
"""Of meta.json: with half of a million documents deleted it has 4 MB. As Python's lists it takes 20 times as much."""
_OUT_OF = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM])


@dataclass(frozen=True, slots=True)
class CommitPoint:
    """What one commit made the index.

    Attributes:
        info: as the outside knows it.
        segments: the segments with their deleted documents.
        files: of each segment, of the manifests and, if there is one, of the lexicon, by name.
    """

    info: IndexInfo
    segments: tuple[SegmentInfo, ...]
    files: Mapping[str, FileEntry]

    @property
    def has_lexicon(self) -> bool:
        return any(map(_LEXICON.fullmatch, self.files))


def manifest_file(folder: Path, generation: int) -> Path:
    """The manifest of a commit."""
    return folder / f"manifest-{generation}.zst"


def lexicon_file(folder: Path, generation: int) -> Path:
    """The lexicon of a commit; an archive without own words and synonyms has none."""
    return folder / f"lexicon-{generation}.zst"


def meta_version(folder: Path) -> tuple[int, ...] | None:
    """Changes with each commit, and with each other folder or file in its place; None where there is none."""
    try:
        stat = os.stat(os.path.join(folder, META))  # asked before each search: half the time of a Path
    except OSError:
        return None
    # what was copied back over it may have kept its size and its time of change, but not when that was set
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size


def read_commit_point(folder: Path) -> CommitPoint:
    """The latest commit point.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: another version of searchkit or of its language data wrote it.
        IndexCorrupt: it is damaged.
        IndexFailure: it cannot be read now.
    """
    point = read_any_commit_point(folder)
    data = point.info.fingerprint
    if data != fingerprint():
        raise _outdated(
            folder, _("the index in {folder} was built with other language data ({data})", folder=folder, data=data)
        )
    return point


def read_any_commit_point(folder: Path) -> CommitPoint:
    """The latest commit point, whatever language data it was built with. Raises the same as ``read_commit_point``."""
    path = folder / META
    try:
        with reading(folder):
            data = read_regular(path, _MOST_BYTES)
    except IndexCorrupt:
        if os.path.lexists(path):
            raise
        raise IndexNotFound(
            _("no index in {folder}", folder=folder), _("run: {command}", command=rebuild_command(folder))
        ) from None
    written = format_of(data)
    if written is not None and written != FORMAT_VERSION:
        raise _outdated(
            folder,
            _(
                "the index in {folder} has format {written}, not {current}",
                folder=folder,
                written=written,
                current=FORMAT_VERSION,
            ),
        )
    with reading(folder):
        content = decode(data, path)
    return _point(folder, content, len(data))


def _point(folder: Path, content: CommitContent, meta_bytes: int) -> CommitPoint:
    toc_bytes = 0
    with contextlib.suppress(OSError):  # a search needs none; who does says what it misses
        toc_bytes = os.stat(toc_file(folder, content.generation)).st_size
    info = IndexInfo(
        generation=content.generation,
        fingerprint=content.fingerprint,
        corpus=content.corpus,
        timezone=content.timezone,
        built=content.built,
        documents=sum(segment.live for segment in content.segments),
        bytes=meta_bytes + toc_bytes + sum(entry.size for entry in content.files.values()),
    )
    return CommitPoint(info, content.segments, content.files)


def check_files(folder: Path, point: CommitPoint) -> None:
    """Whether each segment's file is there, and the one that was committed.

    Raises:
        IndexCorrupt: one was cut, or is another.
        Damaged: one is no regular file.
        OSError: one is missing, or cannot be read.
    """
    for segment in point.segments:
        check_file(segment_file(folder, segment.id), point)


def check_file(path: Path, point: CommitPoint) -> None:
    """Whether the file of a segment is the one that was committed. Raises as ``check_files``."""
    with open_regular(path) as file:
        found = os.fstat(file.fileno()).st_size, directory_checksum(file)
    if found != point.files[path.name]:
        raise corrupt(path)


def next_generation(folder: Path) -> int:
    """One more than the last commit's, even where ``meta.json`` cannot be read; a free number after the last possible.

    Somebody else's folder may have a file of any number.
    """
    found = {int(match[1]) for name in os.listdir(folder) if (match := _MANIFEST.fullmatch(name))}
    latest = max((number for number in found if number <= MAX_GENERATION), default=0)
    return latest + 1 if latest < MAX_GENERATION else next(number for number in count(1) if number not in found)


def read_lexicon(folder: Path, point: CommitPoint) -> Lexicon:
    """The lexicon of a commit.

    Raises:
        IndexCorrupt: it is missing or damaged.
    """
    if not point.has_lexicon:
        return NO_LEXICON
    from searchkit.engines.kept import lexicon  # zstd, which a search may do without

    path = lexicon_file(folder, point.info.generation)
    with reading(folder):
        return read_committed(lexicon.decode, path, point)


def read_committed(decode: Callable[[bytes], _Content], path: Path, point: CommitPoint) -> _Content:
    """What a file says, if it is what was committed.

    Raises:
        Damaged: it is not.
        OSError: it cannot be read.
    """
    data = _committed(path, point)
    try:
        return decode(data)
    except ValueError as error:
        raise Damaged(path, str(error)) from error


def _committed(path: Path, point: CommitPoint) -> bytes:
    """The content of a file, if it is what was committed."""
    size, checksum = point.files[path.name]
    data = read_regular(path, size)
    if len(data) != size or zlib.crc32(data) != checksum:
        raise Damaged(path, _("it is not the file of this commit"))
    return data


def verify_toc(folder: Path, point: CommitPoint) -> None:
    """Compare Whoosh's table of contents with what was written.

    Raises:
        Damaged: it is another.
        OSError: it cannot be read.
    """
    path = toc_file(folder, point.info.generation)
    expected = toc.encode(point.info.generation, point.info.fingerprint, point.segments)
    if read_regular(path, len(expected)) != expected:
        raise Damaged(path, _("it does not list the segments of the commit"))


def write_commit_point(
    folder: Path,
    generation: int,
    segments: Sequence[SegmentInfo],
    manifests: Mapping[str, FileEntry],
    manifest: bytes,
    corpus: str,
    timezone: str,
    built: dt.datetime,
    lexicon: Lexicon,
) -> None:
    """Make these segments the index: durable before it is visible, visible in one step.

    Args:
        folder: the index folder.
        generation: see ``next_generation``.
        segments: their files are complete.
        manifests: of earlier commits, which stay.
        manifest: the content of that of this commit.
        corpus: see ``IndexInfo``.
        timezone: see ``IndexInfo``.
        built: see ``IndexInfo``.
        lexicon: with which the documents were cut into words.

    Raises:
        IndexNotWritten: the disk is full, say; the old commit point stands.
    """
    with writing(folder):
        files = {path.name: _segment_entry(path) for path in (segment_file(folder, each.id) for each in segments)}
        whole = {manifest_file(folder, generation): manifest}
        if lexicon:
            whole[lexicon_file(folder, generation)] = _encoded(lexicon)
        for name in files:
            _sync(folder / name)
        for path, data in whole.items():
            _write_synced(path, data)
            files[path.name] = FileEntry(len(data), zlib.crc32(data))
        files |= manifests
        content = CommitContent(fingerprint(), generation, corpus, timezone, built, tuple(segments), files)
        _write_synced(folder / NEW_TOC, toc.encode(generation, fingerprint(), segments))
        _write_synced(folder / NEW_META, encode(content))
        sync_folder(folder)  # what the next two lines show must be there
        os.replace(folder / NEW_TOC, toc_file(folder, generation))
        sync_folder(folder)  # a disk may keep the later of two renames and lose the earlier one
        os.replace(folder / NEW_META, folder / META)
        sync_folder(folder)


def _segment_entry(path: Path) -> FileEntry:
    with open_regular(path) as file:
        return FileEntry(os.fstat(file.fileno()).st_size, directory_checksum(file))


def _encoded(lexicon: Lexicon) -> bytes:
    from searchkit.engines.kept.lexicon import encode  # as in read_lexicon

    return encode(lexicon)


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turns what is wrong with the files of an index into an error for the user.

    Raises:
        IndexCorrupt: a file is missing or damaged.
        IndexFailure: the operating system refuses to open one.
    """
    try:
        yield
    except Damaged as error:
        raise corrupt(error.file) from error
    except FileNotFoundError as error:
        raise corrupt(Path(error.filename or folder)) from error
    except OSError as error:
        what = error.filename or folder
        hint = (
            _("close other programs and try again") if error.errno in _OUT_OF else _("check the folder's permissions")
        )
        raise IndexFailure(
            _("cannot read {what}: {reason}", what=what, reason=error.strerror or error), hint
        ) from error


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turns what goes wrong with writing an index into an error for the user.

    Raises:
        IndexNotWritten: the operating system refuses something.
        IndexCorrupt: a file that is merged is damaged.
    """
    try:
        yield
    except Damaged as error:
        raise corrupt(error.file) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = _("free some space and run it again") if full else _("check the folder")
        reason = error.strerror or str(error)
        raise IndexNotWritten(
            _("cannot write {folder}: {reason}; the old index stands", folder=folder, reason=reason), hint
        ) from error


def corrupt(path: Path) -> IndexCorrupt:
    """The error of a file, or of a whole folder, that is missing or damaged."""
    folder = path if os.path.isdir(path) else path.parent
    is_there = os.path.exists(path)  # False rather than an error, unlike pathlib's
    message = _("{path} is damaged", path=path) if is_there else _("{path} is missing", path=path)
    return IndexCorrupt(message, _("run: {command}", command=rebuild_command(folder, "--repair")))


def rebuild_command(folder: Path, *options: str) -> str:
    """The command that builds this index."""
    words = ["searchkit", "rebuild-index", *options]
    return shlex.join(words if str(folder) == "index" else [*words, "--index", str(folder)])


def _outdated(folder: Path, message: str) -> IndexOutdated:
    return IndexOutdated(message, _("run: {command}", command=rebuild_command(folder)))


def _write_synced(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    with contextlib.suppress(PermissionError):  # Windows does not open folders
        _sync(folder)
