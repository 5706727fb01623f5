"""Ignore rules in git's syntax: which paths below a folder do they name?

``pathspec`` has the same rules, but its regular expressions backtrack: ``*a*a*a*a*a*a*a*ab`` takes half a second for a
name of 40 letters and 15 s for one of 60. Here, each star takes the first place that fits and never
gives it back, which finds the same names in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

MAX_RULES = 5000
"""Rules of one file that are read: more than any real file has, few enough for a hostile one."""

_ANY_FOLDERS = "(?>(?:[^/]*+/)*)"
_POSIX_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-.:-@\\[-`{-~",
    "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


@dataclass(frozen=True)
class IgnoreRules:
    """The rules of one file, or of an option.

    Attributes:
        rules: for each its regular expression, whether it is negated, whether it names folders only.
        prefix: the path of the folder that they are relative to, with its slash; empty for the corpus.
        above: the path from that folder down to the corpus, with its slash, where it contains the corpus.
    """

    rules: tuple[tuple[str, bool, bool], ...]
    prefix: str = ""
    above: str = ""

    @classmethod
    def of(cls, lines: Iterable[str], prefix: str = "", above: str = "") -> IgnoreRules:
        """The rules of these lines; lines that name nothing are left out.

        >>> rules = IgnoreRules.of(["*.log", "!keep.log", "/private/"])
        >>> rules.ignores("a/b.log", False), rules.ignores("keep.log", False), rules.ignores("a.md", False)
        (True, False, None)
        """
        parsed = list(filter(None, map(_rule, lines)))
        return cls(tuple(parsed[-MAX_RULES:]), prefix, above)

    def ignores(self, path: str, is_folder: bool) -> bool | None:
        """Whether the last rule that names a path ignores it or takes it back; None if no rule names it.

        Args:
            path: relative to the corpus, ``/``-separated, below ``prefix``.
            is_folder: whether it is a folder, which a rule such as ``private/`` wants.
        """
        if not self.may_name(path):
            return None
        relative = self.above + path[len(self.prefix) :]
        for pattern, negated, folders_only in reversed(self._compiled):
            if (is_folder or not folders_only) and pattern.match(relative):
                return not negated
        return None

    def may_name(self, path: str) -> bool:
        """Whether a rule names a path, as a file or as a folder."""
        return self._any.match(self.above + path[len(self.prefix) :]) is not None

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Matches what any rule names: one look for the many paths that none does."""
        names = [source.removeprefix(_ANY_FOLDERS) for source, *_ in self.rules if source.startswith(_ANY_FOLDERS)]
        paths = [source for source, *_ in self.rules if not source.startswith(_ANY_FOLDERS)]
        return re.compile("|".join([*paths, *([f"{_ANY_FOLDERS}(?:{'|'.join(names)})"] if names else [])] or ["(?!)"]))

    @cached_property
    def _compiled(self) -> tuple[tuple[re.Pattern[str], bool, bool], ...]:
        return tuple((re.compile(source), negated, folders_only) for source, negated, folders_only in self.rules)


def _rule(line: str) -> tuple[str, bool, bool] | None:
    line = _without_trailing_spaces(line.rstrip("\r\n"))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    pattern = line[negated:]
    folders_only = pattern.endswith("/")
    pattern = pattern[: len(pattern) - folders_only]
    source = _path_source(pattern) if "/" in pattern else _name_source(pattern)
    return None if source is None else (source, negated, folders_only)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and stripped != line else stripped


def _name_source(pattern: str) -> str | None:
    """A pattern without a slash names files and folders at any depth."""
    segment = _segment(pattern) if pattern else None
    return None if segment is None else rf"{_ANY_FOLDERS}{segment}\Z"


def _path_source(pattern: str) -> str | None:
    """A pattern with a slash is relative to the folder of its file."""
    sequences: list[list[str]] = [[]]
    for glob in pattern.removeprefix("/").split("/"):
        if glob == "**":
            sequences.append([])
            continue
        segment = _segment(glob) if glob else None
        if segment is None:
            return None
        sequences[-1].append(segment)
    first, *others = sequences
    if not others:
        return "/".join(first) + r"\Z"
    *middle, last = others
    source = "".join(f"{segment}/" for segment in first)
    for sequence in filter(None, middle):  # the first place that fits is never worse than a later one
        source += "(?>(?:[^/]+/)*?" + "".join(f"{segment}/" for segment in sequence) + ")"
    return source + (rf"(?:[^/]+/)*?{'/'.join(last)}\Z" if last else r"(?s:.+)\Z")


def _segment(glob: str) -> str | None:
    """A regular expression for a glob without slashes; None if it can name nothing."""
    chunks = [""]
    at = 0
    while at < len(glob):
        char = glob[at]
        at += 1
        if char == "*":
            if chunks[-1] or len(chunks) == 1:
                chunks.append("")
        elif char == "?":
            chunks[-1] += "[^/]"
        elif char == "[":
            bracket = _bracket(glob, at)
            if bracket is None:
                return None
            chunks[-1] += bracket[0]
            at = bracket[1]
        elif char == "\\" and at == len(glob):
            return None
        else:
            at += char == "\\"
            chunks[-1] += re.escape(glob[at - 1])
    first, *others = chunks
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in middle) + ("[^/]*" + last if last else "[^/]*+")


def _bracket(glob: str, at: int) -> tuple[str, int] | None:
    """The set that begins after a ``[``, and where it ends; None if it is never closed or not a set."""
    negated = glob[at : at + 1] in ("!", "^")
    at += negated
    start, members = at, ""
    while at < len(glob):
        if glob[at] == "]" and at > start:
            positive = f"(?!/)[{members}]" if members else "(?!)"  # as in [z-a]
            return (f"[^/{members}]" if negated else positive), at + 1
        if glob.startswith("[:", at):
            end = glob.find(":]", at)
            name = _POSIX_CLASSES.get(glob[at + 2 : end]) if end > 0 else None
            if name is None:
                return None
            members, at = members + name, end + 2
            continue
        low, at = _member(glob, at)
        high = low
        if glob.startswith("-", at) and glob[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(glob, at + 1)
        if low <= high:
            members += f"{re.escape(low)}-{re.escape(high)}"
    return None


def _member(glob: str, at: int) -> tuple[str, int]:
    """A character of a set, and where the next one is."""
    if glob[at] == "\\" and at + 1 < len(glob):
        return glob[at + 1], at + 2
    return glob[at], at + 1
