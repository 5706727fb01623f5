"""``searchkit mcp``: the index as tools for an assistant, by the Model Context Protocol."""

from __future__ import annotations

import argparse
import signal

from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_index
from searchkit.cli.precedence import complete
from searchkit.messages import N_

_EXAMPLES = N_("""\
  searchkit mcp --index ~/posts/index              what a client starts
""")


def run(arguments: argparse.Namespace) -> int:
    """Run ``searchkit.mcp.serve``."""
    from searchkit.mcp import serve

    complete(arguments)
    # Ctrl-C ends it at once: the protocol's thread that waits for the next line of the input cannot be interrupted
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        serve(arguments.index)
    finally:
        signal.signal(signal.SIGINT, before)
    return FOUND


COMMAND = Command(run, add_index, _EXAMPLES)
