"""What a client gets: data as JSON of a bounded size, and errors as one line with what mends them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent

from searchkit.errors import QueryError, SearchkitError
from searchkit.messages import _
from searchkit.render.safe import visible_json

MAX_CHARACTERS = 100_000
"""The longest answer; clients cut or refuse what would fill the context of their model."""

_Asked = ParamSpec("_Asked")

# the bytes of a file name that is no UTF-8, as Python keeps them; JSON in UTF-8 has no place for them
_UNENCODABLE = re.compile(r"[\ud800-\udfff]")
_ENCODED = re.compile(r"\\u(d[89a-f][0-9a-f]{2})")


def answered(tool: Callable[_Asked, dict[str, Any]]) -> Callable[_Asked, CallToolResult]:
    """A tool that answers as the protocol wants it.

    Args:
        tool: returns JSON types, or raises a SearchkitError.

    Returns:
        A function of the same arguments. Its answer has the data as structured content, and the same as JSON text for
        clients that know no other; it raises ToolError with the message and the hint of a SearchkitError.
    """

    @wraps(tool)
    def answer(*arguments: _Asked.args, **named: _Asked.kwargs) -> CallToolResult:
        try:
            text = bounded_json(tool(*arguments, **named))
        except SearchkitError as error:
            raise ToolError(str(error)) from None
        shown = TextContent(type="text", text=visible_json(text))
        return CallToolResult(content=[shown], structured_content=json.loads(text))

    return answer


def bounded_json(data: dict[str, Any], most: int = MAX_CHARACTERS) -> str:
    r"""Data as JSON on one line. Bytes of paths that are no UTF-8 stand as ``\udc80``, which ``path_of`` reads.

    Raises:
        QueryError: it has more characters than it may have.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) > most:
        raise QueryError(
            _("the answer has {count} characters, more than {most}", count=len(text), most=most),
            _("ask for less: a lower limit, a longer period, or narrower since, until, source, tag"),
        )
    return _UNENCODABLE.sub(lambda found: rf"\\u{ord(found[0]):04x}", text)


def path_of(text: str) -> str:
    r"""The path that stands in an answer.

    >>> path_of("\\udc80.md")
    '\udc80.md'
    """
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), text)
