"""The files of posts: finding and reading them."""

from __future__ import annotations

import contextlib
import errno
import operator
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from searchkit.errors import CorpusNotFound, PostError
from searchkit.messages import _
from searchkit.model import DEFAULT_SELECTION, PostFile, Selection
from searchkit.posts.selection.columns import UNSEEN, Columns, FolderPosts, Listing, columns, listed_in
from searchkit.posts.selection.counting import SiteCount, SiteCounts
from searchkit.posts.selection.ignoring import IgnoreRules
from searchkit.posts.selection.opening import beginning, content
from searchkit.posts.selection.selecting import LINKS, SIGNS, STATIC_PAGES, Place, Selector, rules_above
from searchkit.posts.selection.sites import HERE, recognise, site_around
from searchkit.reports import PostProblem

SUFFIXES = frozenset(
    [".md", ".markdown", ".mdown", ".mkd", ".mdx", ".html", ".htm", ".txt", ".org", ".rst", ".qmd", ".rmd", ".ipynb"]
)
"""Of the files that are posts, in lower case."""

_NOT_READ = frozenset(
    [".adoc", ".asciidoc", ".textile", ".tex", ".typ", ".wiki", ".doc", ".docx", ".odt", ".rtf", ".pdf", ".epub"]
)
MAX_BYTES = 64 * 1024 * 1024
MAX_LINKED_VISITS = 32
"""How often one folder is scanned through links; links to folders of links would multiply at each level."""

_FolderId = tuple[int, int]
_MARKDOWN = (".md", ".markdown")
_FREQUENT = (*_MARKDOWN, ".html")
_HIDDEN = (".", "~$")
_name_of = operator.attrgetter("name")
_HTML = (".html", ".htm")
_FRONT_MATTER = (b"---", b"+++", b";;;", b"\xef\xbb\xbf---")

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


class Found(NamedTuple):
    """What a scan found.

    Attributes:
        posts: by path.
        problems: files and folders that are unreadable, by path.
        left_out: files that could be posts and are none, each with the reason, in no order.
        sites: the sites of generators.
    """

    posts: list[PostFile]
    problems: list[PostProblem]
    left_out: Mapping[str, str]
    sites: SiteCounts


def require_folder(corpus: Path) -> None:
    """Do nothing if a corpus is a folder.

    Raises:
        CorpusNotFound: it does not exist, is no folder, or cannot be reached.
    """
    try:
        if stat.S_ISDIR(os.stat(corpus).st_mode):
            return
        message = _("the corpus folder {corpus!r} is not a folder", corpus=str(corpus))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        message = _("the corpus folder {corpus!r} does not exist", corpus=str(corpus))
    except OSError as error:
        message = _("cannot read the corpus folder {corpus!r}: {reason}", corpus=str(corpus), reason=_reason(error))
    raise CorpusNotFound(message, _("set the folder of posts with --corpus FOLDER"))


def scan(corpus: Path, selection: Selection = DEFAULT_SELECTION) -> Found:
    """Find all posts below a folder, and all files and folders that are unreadable.

    Posts are files with one of ``SUFFIXES``, in upper or lower case. docs/posts.md says which are left out. Hidden
    files and folders are ignored. Links within the corpus are followed, except links to a folder that contains them.

    Paths are sorted by their code points.

    Raises:
        CorpusNotFound: ``corpus`` does not exist or is no folder.

    >>> found = scan(Path("corpus"))  # doctest: +SKIP
    >>> found.posts[0]  # doctest: +SKIP
    PostFile(path='2021-11-08-标题.md', size=2048, mtime_ns=1636342744573000000)
    """
    walk = Walk(selection)
    posts = [file for folder in walk.folders(corpus) for file in folder.files()]
    return Found(sorted(posts), sorted(walk.problems, key=lambda problem: problem.path), walk.left_out, walk.sites)


def read_bytes(corpus: Path, path: str) -> bytes:
    """The content of a post; it never blocks, even if the path is a pipe.

    Args:
        corpus: the corpus folder.
        path: the path of the post, as returned by :func:`scan`.

    Raises:
        PostError: the file cannot be read, or is larger than ``MAX_BYTES``.
    """
    try:
        data = content(os.path.join(corpus, path), MAX_BYTES + 1)
    except OSError as error:
        raise PostError(f"{path}: {_reason(error)}") from None
    except ValueError:
        raise PostError(_("{path!r}: not a possible file name", path=path)) from None
    if data is None:
        raise PostError(_("{path}: not a regular file", path=path))
    if len(data) > MAX_BYTES:
        raise PostError(_("{path}: larger than {size} MB", path=path, size=MAX_BYTES // 2**20))
    return data


class _Folder(NamedTuple):
    """A folder to visit.

    Attributes:
        folder: as the system knows it.
        prefix: its path relative to the corpus, with a slash; empty for the corpus.
        place: what holds in it.
        site_count: the site that it is in.
        posts: the folder of posts that it is in, as the site calls it; None if it is in none.
    """

    folder: str
    prefix: str
    place: Place
    site_count: SiteCount | None = None
    posts: str | None = None


@dataclass(slots=True)
class Walk:
    """One walk through a corpus, folder by folder, with what is no post; ``scan`` says what is one.

    Attributes:
        selection: which files are posts.
        problems: files and folders that are unreadable, in no order.
        left_out: files that could be posts and are none, each with the reason.
        sites: the sites of generators.
    """

    selection: Selection
    problems: list[PostProblem] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    _selector: Selector = field(init=False)
    sites: SiteCounts = field(default_factory=SiteCounts)
    _linked_visits: Counter[_FolderId] = field(default_factory=Counter)
    _folders: list[_Folder] = field(default_factory=list)
    _corpus: str = ""
    _real_corpus: str = ""
    _names: list[str] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)
    _times: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._selector = Selector(self.selection)

    def folders(self, corpus: Path) -> Iterator[FolderPosts]:
        """The posts of each folder that has any, in no order.

        Raises:
            CorpusNotFound: ``corpus`` does not exist or is no folder.
        """
        for listing in self.listings(corpus):
            folder = self.looked_at(listing, columns(listing.folder, listing.names))
            if folder.names:
                yield folder

    def listings(self, corpus: Path) -> Iterator[Listing]:
        """The folders that have posts, in no order. Raises as ``folders``."""
        require_folder(corpus)
        corpus = corpus.absolute()
        self._corpus = os.fspath(corpus)
        self._real_corpus = os.path.join(os.path.realpath(corpus), "")
        self._folders.append(self._first(corpus))
        while self._folders:
            folder = self._folders.pop()
            self._names, self._sizes, self._times = [], [], []
            with contextlib.ExitStack() as open_folders:
                try:
                    entries, changed = open_folders.enter_context(listed_in(folder.folder))
                except OSError as error:
                    if not folder.place.left_out:
                        self._report(
                            folder.prefix.rstrip("/") or ".", _("cannot read folder: {reason}", reason=_reason(error))
                        )
                    continue
                names = self._visit_all(entries, folder)
            if names or self._names:
                seen = FolderPosts(folder.prefix, self._names, self._sizes, self._times)
                yield Listing(folder.folder, names, seen, changed)

    def looked_at(self, listing: Listing, found: Columns) -> FolderPosts:
        """The posts of a folder with what was found of those that were only listed."""
        prefix, *seen = listing.seen
        if UNSEEN not in found.sizes and not seen[0]:
            return FolderPosts(prefix, listing.names, *found)
        rows = list(zip(*seen, strict=True))
        for row in zip(listing.names, *found, strict=True):
            again = self._looked_again(listing, row[0]) if row[1] == UNSEEN else row
            if again is not None:
                rows.append(again)
        return FolderPosts(prefix, *map(list, zip(*sorted(rows), strict=True)) if rows else ([], [], []))

    def _looked_again(self, listing: Listing, name: str) -> tuple[str, int, int] | None:
        """A post that could not be looked at; None where it still cannot."""
        try:
            info = os.lstat(os.path.join(listing.folder, name))
        except OSError as error:
            path = listing.seen.prefix + name
            self._report(path, _reason(error))
            self.sites.leave_out(path)
            return None
        return name, info.st_size, info.st_mtime_ns

    def _first(self, corpus: Path) -> _Folder:
        """The corpus, which may be within a site and a repository."""
        place = rules_above(corpus)
        around = site_around(self._corpus)
        if around is None:
            return _Folder(self._corpus, "", place)
        folders, site = around
        count = self.sites.add(site, "..", "", folders)
        within = self.sites.by_prefix[""][1]
        return _Folder(self._corpus, "", replace(place, static_pages=within is None), count, within)

    def _visit_all(self, entries: list[os.DirEntry[str]], folder: _Folder) -> list[str]:
        """Take what is in a folder; the names of posts that are only listed."""
        if folder.prefix in self.sites.by_prefix or not SIGNS.isdisjoint(map(_name_of, entries)):
            folder = self._entered(folder, frozenset(map(_name_of, entries)))
        names: list[str] = []
        rules = self._selector.rules_in(folder.place)
        if rules is not None:
            suffixes = _MARKDOWN if folder.place.static_pages else _FREQUENT
            names, entries = _frequent(entries, folder.prefix, suffixes, rules)
        for entry in sorted(entries, key=_name_of):
            try:
                self._visit(entry, folder)
            except FileNotFoundError:
                self._report(folder.prefix + entry.name, _VANISHED)
            except OSError as error:
                self._report(folder.prefix + entry.name, _reason(error))
        if folder.site_count is not None:
            folder.site_count.add(folder.posts, len(names) + len(self._names))
        return names

    def _entered(self, folder: _Folder, names: frozenset[str]) -> _Folder:
        """The folder with what its own files say: ignore files, the configuration of a site."""
        place = folder.place.with_ignore_files(folder.folder, folder.prefix, names)
        count, posts = self.sites.by_prefix.get(folder.prefix, (folder.site_count, folder.posts))
        if posts is not None:
            place = replace(place, static_pages=False) if place.static_pages else place
        inside = count is not None and HERE not in count.folders
        site = None if inside or place.left_out else recognise(folder.folder, names)
        if site is not None:
            folders = {path: path for path in site.posts}
            count = self.sites.add(site, folder.prefix.rstrip("/") or HERE, folder.prefix, folders)
            posts = self.sites.by_prefix[folder.prefix][1]
            rules = tuple((reason, replace(rules, prefix=folder.prefix)) for reason, rules in site.rules)
            place = replace(place, site=site, rules=(*place.rules, *rules), static_pages=posts is None)
        return _Folder(folder.folder, folder.prefix, place, count, posts)

    def _take(self, name: str, info: os.stat_result) -> None:
        self._names.append(name)
        self._sizes.append(info.st_size)
        self._times.append(info.st_mtime_ns)

    def _visit(self, entry: os.DirEntry[str], folder: _Folder) -> None:
        name, path, location = entry.name, folder.prefix + entry.name, os.path.join(folder.folder, entry.name)
        is_folder = entry.is_dir()
        if name.startswith(_HIDDEN) and not self._selector.is_seen(name, path, is_folder):
            return
        suffix = "" if is_folder else name[name.rfind(".") :].lower()
        if not is_folder and suffix not in SUFFIXES:
            if suffix in _NOT_READ and not folder.place.left_out:
                self.left_out[path] = f"{suffix} (not read)"
            return
        reason = self._selector.left_out(folder.place, name, path, is_folder)
        if entry.is_symlink() and not reason and self._leads_out(location):
            reason = LINKS
        if is_folder:
            self._enter(entry, location, path, folder, reason)
        elif reason:
            self.left_out[path] = reason
        else:
            may_be_static = folder.place.static_pages and suffix in _HTML
            static = may_be_static and not self._selector.is_asked_for(folder.place, path)
            self._add(entry, location, path, static=static)

    def _enter(self, entry: os.DirEntry[str], location: str, path: str, folder: _Folder, reason: str) -> None:
        if entry.is_symlink():
            if reason == LINKS:
                self.left_out[path] = LINKS
            if reason or not self._should_follow(location, path):
                return
        place = folder.place
        if place.site is not None or place.left_out != reason:
            place = replace(place, site=None, left_out=reason)
        self._folders.append(_Folder(location, path + "/", place, folder.site_count, folder.posts))

    def _add(self, entry: os.DirEntry[str], location: str, path: str, *, static: bool) -> None:
        try:
            info = entry.stat()
        except FileNotFoundError:
            self._report(path, "a broken link" if entry.is_symlink() else _VANISHED)
            return
        if not stat.S_ISREG(info.st_mode):
            self._report(path, _("not a regular file"))
        elif static and info.st_size and not (beginning(location, 6) or b"---").startswith(_FRONT_MATTER):
            self.left_out[path] = STATIC_PAGES
        else:
            self._take(entry.name, info)

    def _leads_out(self, link: str) -> bool:
        if self.selection.follow_links or not os.path.exists(link):
            return False
        return not os.path.join(os.path.realpath(link), "").startswith(self._real_corpus)

    def _should_follow(self, location: str, path: str) -> bool:
        folder = _folder_id(location)
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


def _frequent(
    entries: Iterable[os.DirEntry[str]], prefix: str, suffixes: tuple[str, ...], rules: tuple[IgnoreRules, ...]
) -> tuple[list[str], list[os.DirEntry[str]]]:
    """The names of files that are posts by their suffix and that no rule names, nearly all; and what else there is."""
    names, others = [], []
    for entry in entries:
        name = entry.name
        is_frequent = name.endswith(suffixes) and not name.startswith(_HIDDEN)
        if is_frequent and entry.is_file(follow_symlinks=False) and not (rules and _is_named(prefix + name, rules)):
            names.append(name)
        else:
            others.append(entry)
    names.sort()
    return names, others


def _is_named(path: str, rules: tuple[IgnoreRules, ...]) -> bool:
    for rule in rules:  # noqa: SIM110 - a generator would take twice the time
        if rule.may_name(path):
            return True
    return False


def _folder_id(folder: str) -> _FolderId:
    info = os.stat(folder)
    return info.st_dev, info.st_ino


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
