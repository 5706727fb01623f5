"""What a command consists of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """A command of the command line.

    A tuple, which is defined in less time than a dataclass: every start does.

    Attributes:
        run: runs it with its arguments, and returns the exit code.
        add_arguments: adds its options to a parser.
        examples: lines of the help, each a command and what it does.
        more: further parts of the help.
        queries: whether its words are a query, so that ``-word`` is none of its options.
    """

    run: Callable[[argparse.Namespace], int]
    add_arguments: Callable[[argparse.ArgumentParser], None]
    examples: str
    more: str = ""
    queries: bool = False
