"""What an option is where it was not typed: the environment's, the settings file's, the default."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchkit.paths import expanded
from searchkit.settings.location import settings_file

if TYPE_CHECKING:
    from searchkit.settings.archive import Settings

DEFAULT_CORPUS = "corpus"
DEFAULT_INDEX = "index"
CORPUS_VARIABLE = "SEARCHKIT_CORPUS"
INDEX_VARIABLE = "SEARCHKIT_INDEX"

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
        index_folder: the index folder.
        start: the folder from which ``searchkit.toml`` was looked for, upwards.
    """

    settings: Settings | None
    corpus: Choice
    index_folder: Choice
    start: str

    @property
    def searches(self) -> Mapping[str, str]:
        """The saved searches of the archive, by name."""
        return {} if self.settings is None else self.settings.searches


def choose(corpus: str | None = None, index: str | None = None) -> Choices:
    """The corpus and the index: the option, else the environment's, else the settings file's, else the default.

    The settings file is looked for in the corpus folder and above it, if an option or the environment name one; else in
    the current folder and above it.

    Args:
        corpus: as typed; None if it was not.
        index: the same.

    Raises:
        SettingsError: the settings file cannot be read.
    """
    named_corpus = _named("--corpus", corpus, CORPUS_VARIABLE)
    start = named_corpus.value if named_corpus else "."
    settings = _settings(start)
    return Choices(
        settings,
        named_corpus or _settled(settings, "corpus", DEFAULT_CORPUS),
        _named("--index", index, INDEX_VARIABLE) or _settled(settings, "index", DEFAULT_INDEX),
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
        return Choice(str(expanded(typed)), option)
    from_environment = os.environ.get(variable)
    return Choice(str(expanded(from_environment)), variable) if from_environment else None


def _settled(settings: Settings | None, name: str, default: str) -> Choice:
    return Choice(default) if settings is None else Choice(_from_here(getattr(settings, name)), str(settings.file))


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
    found = {"corpus": choices.corpus.value, "index": choices.index_folder.value}
    if choices.settings is not None:
        found |= {name: getattr(choices.settings, name) for name in _FROM_FILE if not options.get(name)}
    options |= {name: value for name, value in found.items() if name in options}
    arguments.choices = choices
