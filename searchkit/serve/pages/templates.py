"""The templates of the page, with what all of them know."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from searchkit.messages import _
from searchkit.serve.pages.texts import marked, shown, shown_name

FOLDER = Path(__file__).parent.parent
STATIC = FOLDER / "static"


@cache
def environment() -> Environment:
    """The templates: everything is escaped that does not say that it is HTML; a name that is missing is an error."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals |= {"_": _, "marked": marked, "static": static}
    templates.filters["shown"] = shown
    templates.filters["shown_name"] = shown_name
    return templates


@cache
def static(name: str) -> str:
    """The address of a style sheet, script or picture; a new one after each change, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"
