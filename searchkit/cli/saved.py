"""Saved searches in a query that was typed."""

from __future__ import annotations

import sys
from argparse import Namespace

from searchkit.cli import streams
from searchkit.cli.precedence import settled_searches
from searchkit.messages import _


def expand_searches(arguments: Namespace) -> None:
    """Replace the saved searches of a command's query; a note on stderr says what looks like one and is none.

    Raises:
        SettingsError: a saved search contains itself.
    """
    if "@" not in arguments.query and "＠" not in arguments.query:
        return
    from searchkit.settings.searches import expand  # most queries have none

    found = expand(arguments.query, settled_searches(arguments))
    arguments.query = found.query
    for note in found.notes if sys.stderr is not None else ():
        streams.write_error(_("note: {note}", note=note))
