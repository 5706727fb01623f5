"""Separation of options and words before argparse sees them, and decoding of arguments.

In a query, ``-中国`` excludes a word, but argparse rejects it as an unknown option. So the known options of the command
are moved to the front here, and the words to the end, after ``--``.
"""

from __future__ import annotations

import os
import re
import shlex
from argparse import Action
from collections.abc import Mapping, Sequence

from searchkit.errors import SearchkitError
from searchkit.messages import _

_PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
_OPTION_WITH_NUMBER = re.compile(r"(-[a-zA-Z])=?(\d+)")  # -n5, -n=5


class UsageError(SearchkitError):
    """The command line is invalid."""


def options_first(argv: Sequence[str], options: Mapping[str, Action], command: str, *, queries: bool) -> list[str]:
    """Reorder the arguments of a command: its options, then ``--``, then its words.

    Args:
        argv: the arguments as typed, without program and command.
        options: the options of the command, by each of their names.
        command: the name of the command in messages.
        queries: whether ``-word`` is a word of a query.

    Raises:
        UsageError: the command has no such option.
    """
    option_arguments: list[str] = []
    words: list[str] = []
    unknown = ""
    rest = list(argv)
    while rest:
        typed = rest.pop(0)
        name, equals, value = typed.partition("=")
        if typed == "--":
            words += rest
            break
        with_number = _OPTION_WITH_NUMBER.fullmatch(typed)
        if with_number and with_number[1] in options:
            option_arguments.append(f"{options[with_number[1]].option_strings[-1]}={with_number[2]}")
        elif name in options:
            option_arguments.append(_option(options[name], typed, equals, value, rest))
        elif typed.startswith("-") and typed != "-" and not queries:
            raise _unknown(name, options, f"run: {command} --help")
        else:
            unknown = unknown or (name if typed.startswith("--") else "")
            words.append(typed)
    if unknown:
        words_only = f"{command} {shell_words([*option_arguments, '--', *words])}"
        raise _unknown(unknown, options, f"to search for it, run: {words_only}")
    return [*option_arguments, "--", *words] if words else option_arguments


def decode_path(argument: str) -> str:
    """Decode a path as UTF-8, whatever encoding the locale has; a path that is not UTF-8 stays as Python decoded it."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def decode_word(argument: str) -> str:
    """Decode a word as UTF-8, whatever encoding the locale has, with replacement characters for invalid bytes."""
    word = decode_path(argument)
    try:
        return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # a surrogate that represents no byte; a shell never passes one
        return word.encode("utf-8", "replace").decode("utf-8")


def shell_words(words: Sequence[str]) -> str:
    """Words as a shell reads them; plain Chinese ones need no quotes."""
    return " ".join(word if _PLAIN_WORD.fullmatch(word) else shlex.quote(word) for word in map(decode_word, words))


def _option(action: Action, typed: str, equals: str, value: str, rest: list[str]) -> str:
    """An option as a single argument, ``--long=value``, so that its value may begin with a hyphen."""
    if action.nargs == 0:
        return typed
    if not equals:
        if not rest or rest[0].startswith("--"):
            return typed  # argparse reports the missing value
        value = rest.pop(0)
    return f"{action.option_strings[-1]}={value}"


def _unknown(name: str, options: Mapping[str, Action], hint: str) -> UsageError:
    import difflib  # for an unknown option only

    long_names = [option.lstrip("-") for option in options if option.startswith("--")]
    near = difflib.get_close_matches(name.lstrip("-"), long_names, n=1, cutoff=0.7)
    message = _("unknown option {name}", name=name)
    return UsageError(_("{note}; did you mean {near}?", note=message, near="--" + near[0]) if near else message, hint)
