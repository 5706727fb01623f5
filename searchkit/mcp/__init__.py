"""An index for assistants, by the Model Context Protocol: tools that only read, over standard input and output.

``tools`` asks the facade, ``answers`` makes of what it says what a client gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit.errors import MissingDependency
from searchkit.messages import _

if TYPE_CHECKING:
    import os


def serve(index: str | os.PathLike[str]) -> None:
    """Answer a client on standard input and output until it leaves.

    Args:
        index: its folder or address; it is opened when the first tool is called, and need not be there before.

    Raises:
        MissingDependency: the package mcp is not installed.
    """
    try:
        from searchkit.mcp.server import create_server  # optional, half a second
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic"):
            raise
        raise MissingDependency(
            _("{name} is not installed", name=error.name), _("run: pip install 'searchkit[mcp]'")
        ) from None
    create_server(index).run()
