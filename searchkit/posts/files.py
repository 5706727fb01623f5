"""The posts of a folder as the file system knows them. Imports nothing heavy: an unchanged rebuild needs only this."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from pathlib import Path

from searchkit.errors import CorpusNotFound, PostError
from searchkit.model import PostFile, PostProblem

SUFFIXES = (".md", ".markdown", ".html")
MAX_BYTES = 64 * 1024 * 1024
MAX_LINKED_VISITS = 32
"""How often one folder is read by way of links: folders of links to folders of links would double at every level."""

_FolderId = tuple[int, int]
_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)

_REASONS = {
    errno.ENOENT: "vanished meanwhile",
    errno.ENOTDIR: "vanished meanwhile",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "is a folder",
    errno.ELOOP: "a link that leads to itself",
    errno.ENXIO: "not a regular file",
    errno.ENAMETOOLONG: "the path is too long",
    errno.EMFILE: "too many open files",
    errno.EIO: "the disk cannot read it",
}


def scan(corpus: Path) -> tuple[list[PostFile], list[PostProblem]]:
    """Every post below ``corpus``, and every file or folder that should be one but cannot be looked at.

    Posts are ``.md``, ``.markdown`` and ``.html`` files in any case of letters. Hidden names are left out; links are
    followed, but not to a folder above themselves. Both lists are sorted by path, by code points.

    Raises:
        CorpusNotFound: ``corpus`` is missing or no folder.

    >>> posts, problems = scan(Path("corpus"))  # doctest: +SKIP
    >>> posts[0]  # doctest: +SKIP
    PostFile(path='2021-11-08-标题.md', size=2048, mtime_ns=1636342744573000000)
    """
    if not corpus.is_dir():
        what = "is not a folder" if corpus.exists() else "does not exist"
        raise CorpusNotFound(f"the corpus folder {str(corpus)!r} {what}", "name your folder of posts with --corpus DIR")
    walk = _Walk()
    walk.run(corpus)
    walk.posts.sort(key=lambda post: post.path)
    walk.problems.sort(key=lambda problem: problem.path)
    return walk.posts, walk.problems


def read_bytes(corpus: Path, path: str) -> bytes:
    """The content of one post; never waits, whatever stands at ``path``.

    Args:
        corpus: the folder of posts.
        path: relative to it, as :func:`scan` gave it.

    Raises:
        PostError: the file cannot be read, or is larger than ``MAX_BYTES``.
    """
    try:
        # O_NONBLOCK: opening a pipe must not wait for somebody to write into it
        handle = os.open(os.path.join(corpus, path), os.O_RDONLY | _O_NONBLOCK | _O_BINARY)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PostError(f"{path}: not a regular file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PostError(f"{path}: {_reason(error)}") from None
    except ValueError:
        raise PostError(f"{path!r}: no file can have this name") from None
    if len(data) > MAX_BYTES:
        raise PostError(f"{path}: larger than {MAX_BYTES // 2**20} MB")
    return data


class _Walk:
    """One walk through a corpus, and what it found."""

    def __init__(self) -> None:
        self.posts: list[PostFile] = []
        self.problems: list[PostProblem] = []
        self._linked_visits: Counter[_FolderId] = Counter()
        self._folders: list[tuple[str, str]] = []
        self._corpus = ""

    def run(self, corpus: Path) -> None:
        self._corpus = os.fspath(corpus)
        self._folders.append((self._corpus, ""))
        while self._folders:
            folder, prefix = self._folders.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        self._look_at(entry, prefix + entry.name)
            except OSError as error:
                self._report(prefix.rstrip("/") or ".", f"folder not read: {_reason(error)}")

    def _look_at(self, entry: os.DirEntry[str], path: str) -> None:
        name = entry.name
        if name.startswith((".", "~$")):
            return
        try:
            if name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):  # nearly all there is
                info = entry.stat(follow_symlinks=False)
                self.posts.append(PostFile(path, info.st_size, info.st_mtime_ns))
            elif entry.is_dir():
                if not entry.is_symlink() or self._worth_following(entry, path):
                    self._folders.append((entry.path, path + "/"))
            elif name.lower().endswith(SUFFIXES):
                self._add(entry, path)
        except FileNotFoundError:
            self._report(path, "vanished meanwhile")
        except OSError as error:
            self._report(path, _reason(error))

    def _add(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            info = entry.stat()
        except FileNotFoundError:
            self._report(path, "a link to nothing" if entry.is_symlink() else "vanished meanwhile")
            return
        if stat.S_ISREG(info.st_mode):
            self.posts.append(PostFile(path, info.st_size, info.st_mtime_ns))
        else:
            self._report(path, "not a regular file")

    def _worth_following(self, entry: os.DirEntry[str], path: str) -> bool:
        folder = _folder_id(entry.path)
        above = [self._corpus]
        for name in path.split("/")[:-1]:
            above.append(os.path.join(above[-1], name))
        if folder in map(_folder_id, above):
            return False
        self._linked_visits[folder] += 1
        if self._linked_visits[folder] > MAX_LINKED_VISITS:
            self._report(path, f"link not followed: more than {MAX_LINKED_VISITS} links lead to the same folder")
            return False
        return True

    def _report(self, path: str, reason: str) -> None:
        self.problems.append(PostProblem(path, reason))


def _folder_id(folder: str) -> _FolderId:
    info = os.stat(folder)
    return info.st_dev, info.st_ino


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
