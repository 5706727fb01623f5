"""``searchkit.toml``: what is settled for an archive, beside its posts."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchkit.errors import SettingsError
from searchkit.messages import _
from searchkit.model import Selection
from searchkit.paths import expanded, is_address
from searchkit.settings.location import settings_file

_PATHS = ("corpus", "dictionary", "synonyms")
KEYS = ("corpus", "index", "timezone", "include", "exclude", "dictionary", "synonyms", "history", "searches")
"""The settings, as ``docs/settings.md`` explains them."""

_MAX_BYTES = 1_000_000
_CHINESE_KEY = re.compile(r"""^([ \t]*)([\w.-]*[^\W\x00-\x7f][\w.-]*)([ \t]*=)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an archive; what it does not settle is None or empty.

    Attributes:
        file: the ``searchkit.toml`` that says so.
        corpus: the folder of posts, absolute; by default the folder of the file.
        index: the index folder, absolute, or the address of the index; by default ``index`` beside the file.
        timezone: the zone of dates without one, such as ``Asia/Shanghai``.
        include: patterns of the files that are posts.
        exclude: patterns of files that are none.
        dictionary: the file of own words, absolute.
        synonyms: the file of own synonyms, absolute.
        history: whether queries are kept, to be offered again.
        searches: saved searches, a query by each name; ``@name`` in a query stands for it.
    """

    file: Path
    corpus: Path
    index: Path | str
    timezone: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dictionary: Path | None = None
    synonyms: Path | None = None
    history: bool = True
    searches: Mapping[str, str] = field(default_factory=dict)

    @property
    def selection(self) -> Selection:
        """Which files are posts."""
        return Selection(self.include, self.exclude)


def find_settings(folder: str | os.PathLike[str] = ".") -> Settings | None:
    """The settings for a folder: those of the nearest ``searchkit.toml``, in it or above it; None if there is none.

    Args:
        folder: it need not exist.

    Raises:
        SettingsError: the file cannot be read, or says something that is no setting.

    >>> settings = find_settings("~/blog")  # doctest: +SKIP
    >>> searchkit.rebuild(settings.corpus, settings.index, dictionary=settings.dictionary)  # doctest: +SKIP
    """
    found = settings_file(os.fspath(folder))
    return None if found is None else read_settings(Path(found))


def read_settings(file: Path) -> Settings:
    """The settings of one file.

    Raises:
        SettingsError: as ``find_settings``.
    """
    import tomllib  # 3 ms, and most folders have no such file

    try:
        with open(file, "rb") as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8-sig")
        values = _loads(text.replace("\r\n", "\n"))
    except OSError as error:
        raise SettingsError(
            _("cannot read {file}: {reason}", file=file, reason=error.strerror or error), _("check its permissions")
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(_("{file} is not UTF-8", file=file), _("save it as UTF-8")) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(
            _("{file} is not TOML: {error}", file=file, error=error), _('write settings as: corpus = "posts"')
        ) from None
    return _Reader(file, text).settings(values)


def _loads(text: str) -> dict[str, Any]:
    """TOML whose keys may be Chinese without quotes, which TOML itself does not read."""
    import tomllib  # as in read_settings

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        quoted = _CHINESE_KEY.sub(r'\1"\2"\3', text)
        if quoted == text:
            raise
        return tomllib.loads(quoted)


class _Reader:
    """Checks the settings of one file.

    Args:
        file: the file.
        text: its content, which tells the line of a setting.
    """

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._text = text

    def settings(self, values: dict[str, Any]) -> Settings:
        for name in values:
            if name not in KEYS:
                near = difflib.get_close_matches(name.lower(), KEYS, n=1)
                message = _("there is no setting {name!r}", name=name)
                if near:
                    message = _("{note}; did you mean {near}?", note=message, near=near[0])
                raise self._error(name, message, _("the settings are {names}", names=", ".join(KEYS)))
        folder = self._file.parent
        paths = {name: self._path(name, values[name]) for name in _PATHS if name in values}
        return Settings(
            file=self._file,
            corpus=paths.get("corpus", folder),
            index=self._index(values["index"]) if "index" in values else folder / "index",
            timezone=self._text_of("timezone", values["timezone"]) if "timezone" in values else None,
            include=self._list("include", values.get("include", [])),
            exclude=self._list("exclude", values.get("exclude", [])),
            dictionary=paths.get("dictionary"),
            synonyms=paths.get("synonyms"),
            history=self._flag("history", values.get("history", True)),
            searches=self._searches(values["searches"]) if "searches" in values else {},
        )

    def _searches(self, value: object) -> dict[str, str]:
        from searchkit.settings.searches import circles, is_name  # only where some are saved

        if not isinstance(value, dict):
            raise self._error(
                "searches",
                _("{name} is to be a table, not {value}", name="searches", value=_shown(value)),
                _('write: {name} = "…"', name="[searches] 通关"),
            )
        for name in value:
            if not is_name(name):
                raise self._error(
                    name, _("{name!r} cannot name a saved search", name=name), _("use a name without spaces and signs")
                )
        searches = {name: self._text_of(name, query) for name, query in value.items()}
        for error in circles(searches):
            raise SettingsError(f"{self._file}: {error.message}", error.hint)
        return searches

    def _flag(self, name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._error(
                name,
                _("{name} is to be true or false, not {value}", name=name, value=_shown(value)),
                _("write: {name} = false", name=name),
            )
        return value

    def _index(self, value: object) -> Path | str:
        text = self._text_of("index", value)
        return text if is_address(text) else self._path("index", text)

    def _path(self, name: str, value: object) -> Path:
        path = os.path.join(self._file.parent, expanded(self._text_of(name, value)))
        return Path(os.path.normpath(path))

    def _text_of(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise self._error(
                name,
                _("{name} is to be a text, not {value}", name=name, value=_shown(value)),
                _('write: {name} = "…"', name=name),
            )
        return value

    def _list(self, name: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._error(
                name,
                _("{name} is to be a list of texts, not {value}", name=name, value=_shown(value)),
                _('write: {name} = ["drafts/**"]', name=name),
            )
        return tuple(value)

    def _error(self, name: str, message: str, hint: str) -> SettingsError:
        """An error with the line of a setting, if it is found."""
        setting = re.search(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(name)}\b""", self._text, re.MULTILINE)
        line = f" line {self._text.count(chr(10), 0, setting.end()) + 1}" if setting else ""
        return SettingsError(f"{self._file}{line}: {message}", hint)


def _shown(value: object) -> str:
    """A value of TOML, as a message names it."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
