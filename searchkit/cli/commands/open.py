"""``searchkit open``: open the original of a post."""

from __future__ import annotations

import argparse
import signal
import subprocess

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.commands.show import add_post
from searchkit.cli.lookup import chosen_post
from searchkit.cli.options import add_index
from searchkit.errors import SearchkitError
from searchkit.messages import N_, _
from searchkit.model import Reading
from searchkit.render.safe import visible_name

_EXAMPLES = N_("""\
  searchkit open 1                                 hit 1 of the last search
  searchkit open 1 --editor                        at its first match
  searchkit open 樹莓派 --editor                   by a part of its title
""")

_MORE = N_("""\
  Opens the web page that the post names, if it is an http or https one, else
  its file. --editor opens the file in $VISUAL or $EDITOR.
""")


def run(arguments: argparse.Namespace) -> int:
    """Open the page or the file of a post, and print which."""
    with chosen_post(" ".join(arguments.post), arguments.index, "open") as (index, reading):
        corpus = str(index.corpus)
    if arguments.editor:
        _edit(corpus, reading)
        return FOUND
    from searchkit.opening.programs import open_original

    streams.write(visible_name(open_original(reading.document, corpus)) + "\n")
    return FOUND


def _edit(corpus: str, reading: Reading) -> None:
    """Open the file of a post in the user's editor, and wait for it."""
    from searchkit.opening.editors import editor_command
    from searchkit.opening.lines import file_of, line_of_match

    file = file_of(corpus, reading.document)
    command = editor_command(file, line_of_match(file, reading))
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the editor
    try:
        code = subprocess.call(command)
    except OSError as error:
        raise SearchkitError(
            _("cannot run {editor}: {reason}", editor=command[0], reason=error.strerror or error),
            _("set EDITOR, for instance: export EDITOR=nano"),
        ) from None
    finally:
        signal.signal(signal.SIGINT, interrupt)
    if code:
        raise SearchkitError(_("{editor} ended with code {code}", editor=command[0], code=code))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_post(parser)
    add_index(parser)
    parser.add_argument(
        "--editor", action="store_true", help=_("open the file in $EDITOR, at the first match of the last search")
    )


COMMAND = Command(run, _add_arguments, _EXAMPLES, more=_MORE)
