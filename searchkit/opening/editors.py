"""The user's editor, and how it is told to open a file at a line."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePath

from searchkit.errors import SearchkitError
from searchkit.messages import _

_PLACES = {
    "+{line}\0{file}": (
        "vi vim nvim view vimdiff gvim mvim nvi elvis vile neovide nano pico rnano emacs emacsclient jed joe jmacs "
        "jpico jstar rjoe mg kak ne micro mcedit gedit gnome-text-editor pluma xed mousepad geany bbedit editor "
        "sensible-editor"
    ),
    "--goto\0{file}:{line}": "code code-insiders codium vscodium code-oss cursor windsurf positron trae",
    "{file}:{line}": "subl sublime_text hx helix zed zeditor lapce",
    "--line\0{line}\0{file}": "kate kwrite mate idea pycharm webstorm goland clion rubymine phpstorm rider fleet",
    "-n{line}\0{file}": "notepad++",
}
"""How a line of a file is written, its arguments separated by NUL, and the editors that read it so."""

_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names.split()}

_USUAL = ("notepad",) if os.name == "nt" else ("editor", "vi", "nano", "emacs")


def editor_command(file: Path, line: int = 1, environ: Mapping[str, str] | None = None) -> list[str]:
    """The command that opens a file in the user's editor: $VISUAL, else $EDITOR, else the system's.

    Args:
        file: an absolute path, so that no name of a file is an option.
        line: where to begin, from 1; an editor that is not known opens the file at its beginning.
        environ: the environment; that of the process by default.

    Raises:
        SearchkitError: there is no editor.

    >>> editor_command(Path("/blog/a b.md"), 7, {"EDITOR": "code --wait"})
    ['code', '--wait', '--goto', '/blog/a b.md:7']
    """
    env = os.environ if environ is None else environ
    program, *options = _chosen(env)
    name = PurePath(program).name.removesuffix(".exe").removesuffix(".cmd").lower()
    return [program, *options, *_place(name, str(file), line)]


def _chosen(env: Mapping[str, str]) -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        if words := _words(env.get(variable, "")):
            return words
    for name in _USUAL:
        if shutil.which(name, path=env.get("PATH")):
            return [name]
    raise SearchkitError(_("there is no editor"), _("set EDITOR, for instance: export EDITOR=nano"))


def _words(command: str) -> list[str]:
    """The words of a command, in which a Windows path may have backslashes."""
    try:
        return [word.strip('"') if os.name == "nt" else word for word in shlex.split(command, posix=os.name != "nt")]
    except ValueError:  # an unclosed quote: the name of the program has one
        return [command]


def _place(name: str, file: str, line: int) -> list[str]:
    """A line of a file as an editor is told it."""
    place = _PLACE_OF.get(name)
    if place is None or line == 1:
        return [file]
    return [argument.format(line=line, file=file) for argument in place.split("\0")]
