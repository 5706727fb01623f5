"""Here is what somebody typed: which of it are options, which are words?

argparse takes ``-中国`` for an option and gives up; in a query it leaves a word out. So options and words are told
apart here, by what the command knows, and argparse gets them in two heaps with ``--`` between.
"""

from __future__ import annotations

import os
import re
from argparse import Action
from collections.abc import Mapping, Sequence

from searchkit.errors import SearchkitError

_JOINED_NUMBER = re.compile(r"(-[a-zA-Z])=?(\d+)")


class UsageError(SearchkitError):
    """The command line means nothing."""


def sort_out(argv: Sequence[str], options: Mapping[str, Action], command: str, *, queries: bool) -> list[str]:
    """The arguments of a command with its options first, then ``--``, then its words.

    Args:
        argv: as typed, without program and command.
        options: what the command knows, by each of its names.
        command: as it is called in messages.
        queries: whether ``-word`` is a word.

    Raises:
        UsageError: an option the command does not know.
    """
    found: list[str] = []
    words: list[str] = []
    rest = list(argv)
    while rest:
        typed = rest.pop(0)
        name, equals, value = typed.partition("=")
        if typed == "--":
            words += rest
            break
        joined = _JOINED_NUMBER.fullmatch(typed)
        if joined and joined[1] in options:
            found.append(f"{options[joined[1]].option_strings[-1]}={joined[2]}")
        elif name in options:
            found.append(_option(options[name], typed, equals, value, rest))
        elif typed.startswith("--") or (typed.startswith("-") and typed != "-" and not queries):
            raise _unknown(name, options, command)
        else:
            words.append(typed)
    return [*found, "--", *words] if words else found


def file_name(text: str) -> str:
    """A path as its typist meant it: UTF-8, even where the locale made Python read it otherwise."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError:  # another encoding, or bytes that are no text: it is what it is
        return text


def readable(text: str) -> str:
    """A word as its typist meant it, with a replacement character for what is no text."""
    word = file_name(text)
    try:
        return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # a surrogate that stands for no byte: not from a shell
        return word.encode("utf-8", "replace").decode("utf-8")


def _option(action: Action, typed: str, equals: str, value: str, rest: list[str]) -> str:
    """The option in one argument, as ``--long=value``: so its value may begin with a hyphen."""
    if action.nargs == 0:
        return typed
    if not equals:
        if not rest or rest[0].startswith("--"):
            return typed  # argparse says that a value is missing
        value = rest.pop(0)
    return f"{action.option_strings[-1]}={value}"


def _unknown(name: str, options: Mapping[str, Action], command: str) -> UsageError:
    import difflib  # only on the way to an error

    near = difflib.get_close_matches(name, [option for option in options if option.startswith("--")], n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return UsageError(f"unknown option {name}{hint}", f"run: {command} --help")
