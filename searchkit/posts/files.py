"""The files of posts: finding and reading them."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from pathlib import Path

from searchkit.errors import CorpusNotFound, PostError
from searchkit.model import PostFile
from searchkit.reports import PostProblem

SUFFIXES = (".md", ".markdown", ".html")
MAX_BYTES = 64 * 1024 * 1024
MAX_LINKED_VISITS = 32
"""How often one folder is scanned through links; links to folders of links would multiply at each level."""

_FolderId = tuple[int, int]
_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)

_VANISHED = "deleted during the rebuild"

_REASONS = {
    errno.ENOENT: _VANISHED,
    errno.ENOTDIR: _VANISHED,
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EISDIR: "is a folder",
    errno.ELOOP: "a link to itself",
    errno.ENXIO: "not a regular file",
    errno.ENAMETOOLONG: "the path is too long",
    errno.EMFILE: "too many open files",
    errno.EIO: "input/output error of the disk",
}


def scan(corpus: Path) -> tuple[list[PostFile], list[PostProblem]]:
    """Find all posts below a folder, and all files and folders that are unreadable.

    Posts are files with the suffixes ``.md``, ``.markdown`` and ``.html``, in upper or lower case. Hidden files and
    folders are ignored. Links are followed, except links to a folder that contains them.

    Returns:
        The posts and the problems, both sorted by the code points of their paths.

    Raises:
        CorpusNotFound: ``corpus`` does not exist or is no folder.

    >>> posts, problems = scan(Path("corpus"))  # doctest: +SKIP
    >>> posts[0]  # doctest: +SKIP
    PostFile(path='2021-11-08-标题.md', size=2048, mtime_ns=1636342744573000000)
    """
    if not corpus.is_dir():
        problem = "is not a folder" if corpus.exists() else "does not exist"
        hint = "set the folder of posts with --corpus FOLDER"
        raise CorpusNotFound(f"the corpus folder {str(corpus)!r} {problem}", hint)
    walk = _Walk()
    walk.run(corpus)
    walk.posts.sort(key=lambda post: post.path)
    walk.problems.sort(key=lambda problem: problem.path)
    return walk.posts, walk.problems


def read_bytes(corpus: Path, path: str) -> bytes:
    """The content of a post; it never blocks, even if the path is a pipe.

    Args:
        corpus: the corpus folder.
        path: the path of the post, as returned by :func:`scan`.

    Raises:
        PostError: the file cannot be read, or is larger than ``MAX_BYTES``.
    """
    try:
        # O_NONBLOCK: opening a pipe would wait for a writer
        handle = os.open(os.path.join(corpus, path), os.O_RDONLY | _O_NONBLOCK | _O_BINARY)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PostError(f"{path}: not a regular file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PostError(f"{path}: {_reason(error)}") from None
    except ValueError:
        raise PostError(f"{path!r}: not a possible file name") from None
    if len(data) > MAX_BYTES:
        raise PostError(f"{path}: larger than {MAX_BYTES // 2**20} MB")
    return data


class _Walk:
    """One walk through a corpus, with the posts and problems found so far."""

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
                        self._visit(entry, prefix + entry.name)
            except OSError as error:
                self._report(prefix.rstrip("/") or ".", f"cannot read folder: {_reason(error)}")

    def _visit(self, entry: os.DirEntry[str], path: str) -> None:
        name = entry.name
        if name.startswith((".", "~$")):
            return
        try:
            if name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):  # the fast path, for nearly all files
                info = entry.stat(follow_symlinks=False)
                self.posts.append(PostFile(path, info.st_size, info.st_mtime_ns))
            elif entry.is_dir():
                if not entry.is_symlink() or self._should_follow(entry, path):
                    self._folders.append((entry.path, path + "/"))
            elif name.lower().endswith(SUFFIXES):
                self._add(entry, path)
        except FileNotFoundError:
            self._report(path, _VANISHED)
        except OSError as error:
            self._report(path, _reason(error))

    def _add(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            info = entry.stat()
        except FileNotFoundError:
            self._report(path, "a broken link" if entry.is_symlink() else _VANISHED)
            return
        if stat.S_ISREG(info.st_mode):
            self.posts.append(PostFile(path, info.st_size, info.st_mtime_ns))
        else:
            self._report(path, "not a regular file")

    def _should_follow(self, entry: os.DirEntry[str], path: str) -> bool:
        folder = _folder_id(entry.path)
        parents = [self._corpus]
        for name in path.split("/")[:-1]:
            parents.append(os.path.join(parents[-1], name))
        if folder in map(_folder_id, parents):
            return False
        self._linked_visits[folder] += 1
        if self._linked_visits[folder] > MAX_LINKED_VISITS:
            self._report(path, f"link not followed: more than {MAX_LINKED_VISITS} links to the same folder")
            return False
        return True

    def _report(self, path: str, reason: str) -> None:
        self.problems.append(PostProblem(path, reason))


def _folder_id(folder: str) -> _FolderId:
    info = os.stat(folder)
    return info.st_dev, info.st_ino


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
