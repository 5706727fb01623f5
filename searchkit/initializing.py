"""The first settings of an archive: look at the folder, and write ``searchkit.toml``."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from searchkit.errors import SettingsError
from searchkit.messages import _
from searchkit.model import DEFAULT_SELECTION
from searchkit.paths import expanded
from searchkit.posts.selection.files import scan
from searchkit.reports import InitReport
from searchkit.settings.location import FILE_NAME
from searchkit.settings.wordlists import without

INDEX = ".searchkit"
"""Site generators leave hidden folders alone; a plain name Jekyll would copy into the site."""

_WORD_LISTS = ("dictionary", "synonyms")


def initialize(folder: str | os.PathLike[str] = ".", *, force: bool = False) -> InitReport:
    """Write ``searchkit.toml`` into a folder of posts.

    Args:
        folder: the archive: the root of a site, or any folder with posts in it or below it.
        force: replace the file if there is one.

    Returns:
        What was found and written.

    Raises:
        CorpusNotFound: there is no such folder.
        SettingsError: the folder has a ``searchkit.toml``, or it cannot be written.

    >>> initialize("~/blog").posts  # doctest: +SKIP
    92
    """
    root = Path(os.path.abspath(expanded(folder)))
    word_lists = tuple(name for name in _WORD_LISTS if (root / f"{name}.txt").is_file())
    found = scan(root, without(DEFAULT_SELECTION, [f"{name}.txt" for name in word_lists]))
    file = root / FILE_NAME
    _write(file, _settings(word_lists), force)
    return InitReport(
        file=str(file),
        sites=found.sites.reports(),
        posts=len(found.posts),
        index=str(root / INDEX),
        word_lists=tuple(f"{name}.txt" for name in word_lists),
    )


def _settings(word_lists: tuple[str, ...]) -> str:
    """The text of the file; what is not settled stands there as a comment."""
    lines = [
        "# Settings of searchkit for the posts in this folder. Paths are relative to this file.",
        "",
        'corpus = "."',
        f'index = "{INDEX}"',
        "",
        "# Own words and own synonyms:",
        *(f'{"" if name in word_lists else "# "}{name} = "{name}.txt"' for name in _WORD_LISTS),
        "",
        "# Dates that name no time zone are of this one:",
        '# timezone = "Asia/Shanghai"',
        "",
        "# More or fewer files:",
        '# include = ["notes/*.txt"]',
        '# exclude = ["diary/"]',
        "",
    ]
    return "\n".join(lines)


def _write(file: Path, text: str, force: bool) -> None:
    """Write a file at once; one that is there stays, unless it is to be replaced."""
    new = file.with_name(f"{file.name}.new")
    try:
        if not force and os.path.lexists(file):
            raise SettingsError(_("{file} exists", file=file), _("edit it, or replace it with --force"))
        new.write_text(text, encoding="utf-8", newline="\n")
        os.replace(new, file)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        raise SettingsError(
            _("cannot write {file}: {reason}", file=file, reason=error.strerror or error), _("check the folder")
        ) from None
