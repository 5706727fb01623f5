"""The commands: each module calls one function of the library and renders what it returns.

Imports that take more than 5 ms are inside the functions: an index takes 30 ms, rendering with rich 10 ms.
"""

from __future__ import annotations

from importlib import import_module

from searchkit.cli.command import Command
from searchkit.messages import N_

FOUND = 0
NOTHING_FOUND = 1

SUMMARIES = {
    "init": N_("look at a folder of posts, and write settings for it"),
    "rebuild-index": N_("update the index with changed posts"),
    "search": N_("find posts, best first"),
    "suggest": N_("what to offer while a query is typed"),
    "browse": N_("search while typing, on the whole screen"),
    "show": N_("show a post as cleaned text"),
    "serve": N_("a page in the browser, and JSON for programs"),
    "mcp": N_("tools for an assistant (Model Context Protocol)"),
    "open": N_("open the original of a post, or its file in an editor"),
    "trend": N_("show how often words come up over time"),
    "kwic": N_("show every match in its context"),
    "similar": N_("show the posts most like one, and near-duplicates"),
    "collocates": N_("show the words beside a word"),
    "keywords": N_("show the words that tell two sets of posts apart"),
    "status": N_("show the index, and changes of the posts since it was built"),
    "check": N_("check that an index is whole (exit code 1: it is not)"),
    "analyze": N_("show how a text is indexed"),
    "eval": N_("measure the quality of search by judged queries"),
    "completion": N_("print the completion script of a shell"),
}
"""What each command does, in the order of the help."""

HIDDEN = {"complete-values": N_("list what a shell may complete a word to")}
"""Commands that programs call, which no help names."""

_MODULES = {"rebuild-index": "rebuild", "eval": "evaluate", "complete-values": "complete_values"}


def load_command(name: str) -> Command:
    """The command of a name; only its module is imported."""
    command: Command = import_module(f"{__name__}.{_MODULES.get(name, name)}").COMMAND
    return command
