"""What a caller passed: is it of a type that means something?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from searchkit.errors import QueryError
from searchkit.messages import _

_Text = TypeVar("_Text", bound=str)


def checked_text(name: str, value: _Text) -> _Text:
    """A text. Raises QueryError if it is none.

    >>> checked_text("prefix", "香")
    '香'
    """
    if not isinstance(value, str):
        raise QueryError(_("{name} must be a text, not {value!r}", name=name, value=value))
    return value


def checked_texts(name: str, values: str | Iterable[str] | None) -> tuple[str, ...]:
    """One text or several, as a tuple; None for none. Raises QueryError if they are no texts.

    >>> checked_texts("tag", "香港"), checked_texts("tag", ["香港", "通关"])
    (('香港',), ('香港', '通关'))
    """
    if values is None:
        return ()
    found = (values,) if isinstance(values, str) or not isinstance(values, Iterable) else tuple(values)
    if not all(isinstance(each, str) for each in found):
        raise QueryError(_("{name} must be a text or several, not {value!r}", name=name, value=values))
    return found


def checked_flag(name: str, value: object) -> bool:
    """Whether something is wanted. Raises QueryError if a value is neither true nor false, as an array.

    >>> checked_flag("explain", 1)
    True
    """
    try:
        return bool(value)
    except (TypeError, ValueError):
        raise QueryError(_("{name} must be True or False, not {value!r}", name=name, value=value)) from None
