"""Time zones: by name or offset, and that of a corpus, which its site generator's configuration names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from searchkit.errors import CorpusError
from searchkit.messages import _

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_NAME = re.compile(r"[A-Za-z][\w+-]*(?:/[\w+-]+)*")
_UTC = frozenset(["z", "utc", "gmt", "etc/utc"])
_ABBREVIATIONS = {"CST": 8, "BJT": 8, "HKT": 8, "SGT": 8, "JST": 9, "KST": 9}
"""Hours east of UTC. CST is China's, not that of Chicago: these are Chinese archives."""

_CONFIGURATIONS = (
    *("_config.yml", "_config.yaml", "_config.toml"),  # Jekyll, Hexo
    *(f"{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "yml", "json")),
    *(f"config/_default/{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "yml", "json")),
)
_MAX_BYTES = 1_000_000


@lru_cache(maxsize=1024)
def zone_named(name: str) -> dt.tzinfo | None:
    """The time zone of a name or an offset; None if there is none.

    >>> zone_named("+0800"), zone_named("Asia/Shanghai"), zone_named("Asia/Atlantis")
    (datetime.timezone(datetime.timedelta(seconds=28800)), zoneinfo.ZoneInfo(key='Asia/Shanghai'), None)
    """
    if name.lower() in _UTC:
        return dt.UTC
    if name.upper() in _ABBREVIATIONS:
        return dt.timezone(dt.timedelta(hours=_ABBREVIATIONS[name.upper()]))
    if offset := _OFFSET.fullmatch(name.upper()):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes >= 24 * 60:
            return None
        return dt.timezone(dt.timedelta(minutes=-minutes if offset[1] == "-" else minutes)) if minutes else dt.UTC
    if not _NAME.fullmatch(name):
        return None
    from zoneinfo import ZoneInfo  # most posts name an offset

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such file, or a folder
        return None


def corpus_zone(corpus: Path, named: str | None = None) -> tuple[dt.tzinfo, tuple[tuple[str, str], ...]]:
    """The time zone of the posts of a corpus that name none; warnings, each with the configuration it is about.

    It is the one that is named, else that of the nearest configuration of a site generator in the corpus folder or
    above it that names one, else UTC.

    Args:
        corpus: the folder of posts.
        named: a name or an offset, which goes before the configurations.

    Raises:
        CorpusError: no time zone is named so.
    """
    if not (named is None or (isinstance(named, str) and not named.strip())):
        zone = zone_named(named.strip()) if isinstance(named, str) else None
        if zone is None:
            raise CorpusError(
                _("there is no time zone {named!r}", named=named), _("use a name such as Asia/Shanghai, or +08:00")
            )
        return zone, ()
    warnings: list[tuple[str, str]] = []
    for path, name in _configured(corpus.absolute()):
        zone = zone_named(name)
        if zone is not None:
            return zone, tuple(warnings)
        warnings.append((path, _("there is no time zone {named!r}", named=name[:60])))
    return dt.UTC, tuple(warnings)


def _configured(folder: Path) -> Iterator[tuple[str, str]]:
    """The configurations that name a time zone, the nearest first, each with the name."""
    for parent in (folder, *folder.parents):
        for name in _CONFIGURATIONS:
            path = parent / name
            try:
                if not path.is_file() or path.stat().st_size > _MAX_BYTES:
                    continue
                text = path.read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            zone = _key(text, path.suffix[1:], "timezone")
            if zone:
                yield str(path), zone


def _key(text: str, suffix: str, key: str) -> str:
    """A value at the top level of a configuration; empty if there is none."""
    from searchkit.posts.frontmatter.mappings import read_mapping  # its parsers, for corpora with a configuration only

    values: Mapping[str, Any] = read_mapping(text, suffix)
    found = (str(value) for name, value in values.items() if str(name).lower() == key)
    return next(found, "").partition("#")[0].strip()
