"""What is left out of a corpus, and why: by the options, ignore files, generators, names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from searchkit.model import Selection
from searchkit.posts.selection.ignoring import IgnoreRules
from searchkit.posts.selection.opening import beginning
from searchkit.posts.selection.sites import SIGNS_OF_SITES, Site, is_project_file

DRAFTS = "drafts"
EXCLUDED = "by --exclude"
GIT = "by .gitignore"
OWN = "by .searchkitignore"
PROJECT_FILES = "project files"
"""README, LICENSE, robots.txt: about the source of a site, or for machines."""

STATIC_PAGES = "static HTML pages"
LINKS = "links out of the corpus"

_GIT_FILE, _OWN_FILE = ".gitignore", ".searchkitignore"
SIGNS = SIGNS_OF_SITES | {_GIT_FILE, _OWN_FILE}
"""Names of files and folders that say something of the folder they are in."""

_MAX_IGNORE_FILE = 256 * 1024

_LEFT_OUT_ANYWHERE = {
    name: f"in {name}" for name in ("_site", "node_modules", "bower_components", "_layouts", "_includes")
} | {"_drafts": DRAFTS}
_DRAFT_FOLDERS = ("_drafts", "drafts")
_NEVER = ("._", ".#", "~$")
"""Names of copies that editors and systems keep beside a file."""

_FOR_MACHINES = frozenset(
    f"{stem}.txt"
    for stem in ("robots", "humans", "ads", "llms", "llms-full", "security", "sitemap", "requirements", "cmakelists")
)


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for the files and folders within one folder.

    Attributes:
        left_out: why the folder is left out; empty if it is not.
        git: the rules of ``.gitignore`` files, the outermost first.
        own: those of ``.searchkitignore`` files.
        rules: those of configurations, each with the reason.
        site: the site whose configuration is here.
        static_pages: whether HTML without front matter is no post here: outside of the posts of a site.
    """

    left_out: str = ""
    git: tuple[IgnoreRules, ...] = ()
    own: tuple[IgnoreRules, ...] = ()
    rules: tuple[tuple[str, IgnoreRules], ...] = ()
    site: Site | None = None
    static_pages: bool = False

    def with_ignore_files(self, folder: str, prefix: str, names: frozenset[str]) -> Place:
        """The same, with the rules of the ignore files in the folder."""
        if _GIT_FILE in names:
            self = replace(self, git=(*self.git, _read_rules(folder, _GIT_FILE, prefix)))
        if _OWN_FILE in names:
            self = replace(self, own=(*self.own, _read_rules(folder, _OWN_FILE, prefix)))
        return self


class Selector:
    """Decides for each file and folder whether it is left out, by a selection and by where it is."""

    def __init__(self, selection: Selection) -> None:
        globs = [glob.removesuffix("/**") for glob in selection.include]
        self._include = IgnoreRules.of(globs)
        self._include_paths = IgnoreRules.of(glob for glob in globs if "/" in glob.rstrip("/"))
        self._exclude = IgnoreRules.of(selection.exclude)
        self._drafts = selection.drafts
        self._has_globs = bool(selection.include or selection.exclude)

    def rules_in(self, place: Place) -> tuple[IgnoreRules, ...] | None:
        """The rules that decide within a place; None if something else decides, too."""
        if place.site is not None or place.left_out:
            return None
        globs = (self._include, self._exclude) if self._has_globs else ()
        return (*globs, *place.git, *place.own, *(rules for _, rules in place.rules))

    def is_seen(self, name: str, path: str, is_folder: bool) -> bool:
        """Whether a hidden file or folder is looked at: only where it is asked for."""
        return not name.startswith(_NEVER) and name != ".git" and self._include.ignores(path, is_folder) is True

    def is_asked_for(self, place: Place, path: str) -> bool:
        """Whether an option or a ``.searchkitignore`` names a file as one to take."""
        return self._include.ignores(path, False) is True or _verdict(place.own, path, False) is False

    def left_out(self, place: Place, name: str, path: str, is_folder: bool) -> str:
        """Why something in a place is left out; empty if it is not.

        Args:
            place: where it is.
            name: its name.
            path: its path, relative to the corpus.
            is_folder: whether it is a folder.
        """
        if self._has_globs and (place.left_out == EXCLUDED or self._exclude.ignores(path, is_folder)):
            return EXCLUDED
        if self._has_globs and self._include_in(place).ignores(path, is_folder):
            return ""
        own = _verdict(place.own, path, is_folder) if place.own else None
        if own or place.left_out == OWN:
            return OWN
        if own is False:
            return ""
        by_name = place.left_out or self._by_name(place, name, is_folder)
        if by_name:
            return by_name
        configured = [reason for reason, rules in place.rules if rules.ignores(path, is_folder)]
        return configured[0] if configured else self._by_git(place, path, is_folder)

    def _include_in(self, place: Place) -> IgnoreRules:
        """README.md is not asked for in every package of node_modules: within what is left out, only paths count."""
        return self._include_paths if place.left_out else self._include

    def _by_name(self, place: Place, name: str, is_folder: bool) -> str:
        reason = _LEFT_OUT_ANYWHERE.get(name, "") if is_folder else ""
        if place.site is not None and not reason:
            reason = _beside_configuration(place.site, name, is_folder)
        if not is_folder and _is_no_text_of_its_own(name.lower()):
            return PROJECT_FILES
        return "" if reason == DRAFTS and self._drafts else reason

    @staticmethod
    def _by_git(place: Place, path: str, is_folder: bool) -> str:
        return GIT if place.git and _verdict(place.git, path, is_folder) else ""


def _is_no_text_of_its_own(name: str) -> bool:
    """Whether a text file is for machines or about a folder, wherever it is."""
    return name.endswith(".txt") and (name in _FOR_MACHINES or is_project_file(name))


def _beside_configuration(site: Site, name: str, is_folder: bool) -> str:
    if is_folder and name in _DRAFT_FOLDERS and site.generator.name and not site.generator.readme_is_page:
        return DRAFTS
    if is_folder and name in site.left_out:
        return f"in {name}"
    if not is_folder and site.is_project_file(name):
        return PROJECT_FILES
    return ""


def _verdict(files: tuple[IgnoreRules, ...], path: str, is_folder: bool) -> bool | None:
    """What the innermost file says that names a path."""
    for rules in reversed(files):
        verdict = rules.ignores(path, is_folder)
        if verdict is not None:
            return verdict
    return None


def rules_above(corpus: Path) -> Place:
    """The rules of ignore files above a corpus, up to the root of its git repository.

    A corpus that they ignore was asked for all the same: then they say nothing.
    """
    place, path = Place(), ""
    for folder, below in reversed(list(_repository_above(corpus))):
        path = f"{below}/"
        names = frozenset(name for name in (_GIT_FILE, _OWN_FILE) if os.path.isfile(os.path.join(folder, name)))
        git = [_read_rules(folder, _GIT_FILE, "", path)] if _GIT_FILE in names else []
        own = [_read_rules(folder, _OWN_FILE, "", path)] if _OWN_FILE in names else []
        if any(_ignores_above(rules) for rules in (*git, *own)):
            return Place()
        place = replace(place, git=(*place.git, *git), own=(*place.own, *own))
    return place


def _ignores_above(rules: IgnoreRules) -> bool:
    """Whether rules ignore the corpus itself, or a folder that contains it."""
    names = rules.above.rstrip("/").split("/")
    here = replace(rules, above="")
    return any(here.ignores("/".join(names[:depth]), True) for depth in range(1, len(names) + 1))


def _repository_above(corpus: Path) -> Iterator[tuple[str, str]]:
    """The folders from the one above a corpus up to the root of its repository, each with the corpus' path below it."""
    if (corpus / ".git").exists():
        return
    found = []
    for folder in corpus.parents:
        found.append((str(folder), corpus.relative_to(folder).as_posix()))
        if (folder / ".git").exists():
            yield from found
            return


def _read_rules(folder: str, name: str, prefix: str, above: str = "") -> IgnoreRules:
    """The rules of an ignore file; none if it cannot be read."""
    text = beginning(os.path.join(folder, name), _MAX_IGNORE_FILE).decode("utf-8-sig", "surrogateescape")
    return IgnoreRules.of(text.split("\n"), prefix, above)
