"""The language of messages: English as written in the code, or Chinese where the locale is.

>>> _("no post {path!r}", path="a.md")
"no post 'a.md'"
"""

from __future__ import annotations

from typing import Any


def _(text: str, /, **values: Any) -> str:
    """A message in the user's language.

    Args:
        text: the message in English, a literal, with fields as of ``str.format`` if there are values.
        values: what its fields stand for.
    """
    return text.format(**values) if values else text


def N_(text: str, /) -> str:  # noqa: N802 - the usual name
    """Marks a literal that is translated later, by ``_`` of what holds it."""
    return text
