"""``searchkit completion``: print the completion script of a shell."""

from __future__ import annotations

import argparse

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.parser import whole_parser
from searchkit.errors import MissingDependency
from searchkit.messages import N_

_EXAMPLES = N_("""\
  searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
  searchkit completion zsh > ~/.zfunc/_searchkit
""")


def run(arguments: argparse.Namespace) -> int:
    """Print the completion script of a shell, for commands, options and folders."""
    try:
        import shtab  # optional
    except ImportError:
        raise MissingDependency("shtab is not installed", "run: pip install shtab") from None
    parser, commands = whole_parser()
    for command in commands.values():
        for action in command._actions:
            if action.dest in ("index", "corpus", "task", "folder"):
                setattr(action, "complete", shtab.DIRECTORY)  # noqa: B010 - an attribute of shtab's
    streams.write(shtab.complete(parser, arguments.shell))
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh"), help="the shell")


COMMAND = Command(run, _add_arguments, _EXAMPLES)
