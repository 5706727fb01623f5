"""What an option is where it was not typed: the environment's, the settings file's, the default."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchkit.errors import SettingsError
from searchkit.messages import _
from searchkit.paths import expanded, is_address
from searchkit.settings.location import settings_file

if TYPE_CHECKING:
    from searchkit.settings.archive import Settings

DEFAULT_CORPUS = "corpus"
DEFAULT_INDEX = "index"
CORPUS_VARIABLE = "SEARCHKIT_CORPUS"
INDEX_VARIABLE = "SEARCHKIT_INDEX"
ENGINE_VARIABLE = "SEARCHKIT_ENGINE"
"""Holds the address of an index."""

_FROM_FILE = ("timezone", "include", "exclude", "dictionary", "synonyms")


class Choice(NamedTuple):
    """The value of an option, and what it is from: an option, an environment variable, a file, or nothing."""

    value: str
    source: str = ""


class Choices(NamedTuple):
    """Where the posts and the index of a command are.

    Attributes:
        settings: of the archive; None where there is no ``searchkit.toml``.
        corpus: the folder of posts.
        named_index: the index: its folder, or its address in full.
        start: the folder from which ``searchkit.toml`` was looked for, upwards.
    """

    settings: Settings | None
    corpus: Choice
    named_index: Choice
    start: str

    @property
    def searches(self) -> Mapping[str, str]:
        """The saved searches of the archive, by name."""
        return {} if self.settings is None else self.settings.searches


def choose(corpus: str | None = None, index: str | None = None) -> Choices:
    """The corpus and the index: the option, else the environment's, else the settings file's, else the default.

    In the environment, the address in ``SEARCHKIT_ENGINE`` comes before ``SEARCHKIT_INDEX``.

    The settings file is looked for in the corpus folder and above it, if an option or the environment name one; else in
    the current folder and above it.

    Args:
        corpus: as typed; None if it was not.
        index: the same.

    Raises:
        SettingsError: the settings file cannot be read, or an address is wrong.
    """
    named_corpus = _named("--corpus", corpus, CORPUS_VARIABLE)
    start = named_corpus.value if named_corpus else "."
    settings = _settings(start)
    return Choices(
        settings,
        named_corpus or _settled(settings, "corpus", DEFAULT_CORPUS),
        _named_index(index) or _settled(settings, "index", DEFAULT_INDEX),
        start,
    )


def _settings(folder: str) -> Settings | None:
    file = settings_file(folder)
    if file is None:
        return None
    from searchkit.settings.archive import read_settings  # 1 ms, which a folder without settings does without

    return read_settings(Path(file))


def _named(option: str, typed: str | None, variable: str) -> Choice | None:
    if typed is not None:
        return _in_full(typed, option)
    from_environment = os.environ.get(variable)
    return _in_full(from_environment, variable) if from_environment else None


def _named_index(typed: str | None) -> Choice | None:
    engine = os.environ.get(ENGINE_VARIABLE)
    if not engine or typed is not None:
        return _named("--index", typed, INDEX_VARIABLE)
    if not is_address(engine):  # which is not quoted: it may have a password in it
        raise SettingsError(
            _("{variable} holds no address", variable=ENGINE_VARIABLE),
            _("write it as {example}, or name a folder", example="opensearch+https://search.example.org:9200/news"),
        )
    return _in_full(engine, ENGINE_VARIABLE)


def _in_full(text: str, source: str) -> Choice:
    """A path without ``~``; an address with all that may be left out of it."""
    if not is_address(text):
        return Choice(str(expanded(text)), source)
    from searchkit.engines.registry import located  # a path does without

    try:
        return Choice(str(located(text)), source)
    except SettingsError as error:
        raise SettingsError(f"{source}: {error.message}", error.hint) from None


def _settled(settings: Settings | None, name: str, default: str) -> Choice:
    if settings is None:
        return Choice(default)
    value: Path | str = getattr(settings, name)
    source = str(settings.file)
    return _in_full(value, source) if isinstance(value, str) else Choice(_from_here(value), source)


def _from_here(path: Path) -> str:
    """A path as a command in the current folder would name it, if it is within that folder."""
    try:
        within = path.relative_to(Path.cwd())
    except (ValueError, FileNotFoundError):  # elsewhere; or the current folder was deleted
        return str(path)
    return str(within)


def settled_searches(arguments: Namespace) -> Mapping[str, str]:
    """The saved searches of the archive; ``complete`` has found its settings."""
    choices: Choices = arguments.choices
    return choices.searches


def complete(arguments: Namespace) -> None:
    """Give each option that was not typed its value; ``choices`` of the arguments says where it is from.

    Raises:
        SettingsError: the settings file cannot be read.
    """
    options = vars(arguments)
    choices = choose(options.get("corpus"), options.get("index"))
    found = {"corpus": choices.corpus.value, "index": choices.named_index.value}
    if choices.settings is not None:
        found |= {name: getattr(choices.settings, name) for name in _FROM_FILE if not options.get(name)}
    options |= {name: value for name, value in found.items() if name in options}
    arguments.choices = choices
