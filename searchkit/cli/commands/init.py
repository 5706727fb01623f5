"""``searchkit init``: look at a folder of posts, and write settings for it."""

from __future__ import annotations

import argparse
import sys

from searchkit.cli import streams
from searchkit.cli.argv import decode_path
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.messages import N_, _
from searchkit.render.look import look_of

_EXAMPLES = N_("""\
  searchkit init ~/blog                            settings for this folder
  searchkit init ~/blog --force                    replace those that are there
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.initialize``, and print what it found and wrote."""
    from searchkit.initializing import initialize

    found = initialize(arguments.folder, force=arguments.force)
    from searchkit.render.reports import init_text

    streams.write(init_text(found, look_of(sys.stdout, "auto")))
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", default=".", type=decode_path, metavar="FOLDER", help=_("of posts (default: this one)")
    )
    parser.add_argument("--force", action="store_true", help=_("replace searchkit.toml if there is one"))


COMMAND = Command(run, _add_arguments, _EXAMPLES)
