"""A tree that a program built: is it one?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from searchkit.errors import QueryError
from searchkit.messages import _
from searchkit.query.ast import (
    TEXT_FIELDS,
    VALUE_FIELDS,
    And,
    FieldValue,
    Not,
    Optional,
    Or,
    Prefix,
    Query,
    Wildcard,
)

MAX_LEVELS = 200
"""The most branches of a tree within each other."""


def check_tree(tree: Query) -> None:
    """Make sure that a tree can be walked through, and that its leaves hold what they are to hold.

    Raises:
        QueryError: it has more than ``MAX_LEVELS`` levels, or something in it is no part of a query.
    """
    level: list[Query] = [tree]
    for _level in range(MAX_LEVELS):
        for part in level:
            if not isinstance(part, Query):
                raise QueryError(_("{value!r} is no query", value=part), _("use a text or a tree of searchkit.query"))
        level = [part for branch in level for part in _parts(branch)]
        if not level:
            return
    raise QueryError(
        _("the query has more than {count} levels", count=MAX_LEVELS),
        _("use fewer branches within each other"),
    )


def _parts(tree: Query) -> Sequence[Query]:
    match tree:
        case And(parts) | Or(parts):
            return parts
        case Not(part) | Optional(part):
            return (part,)
    for attribute in fields(tree):
        value = getattr(tree, attribute.name)
        if not _HOLDS[attribute.name](tree, value):
            raise QueryError(
                _(
                    "{name} of {node} is not {value!r}",
                    name=attribute.name,
                    node=type(tree).__name__,
                    value=value,
                ),
                _("use what searchkit.query says of it"),
            )
    return ()


def _is_text(_leaf: Query, value: object) -> bool:
    return isinstance(value, str)


def _are_texts(_leaf: Query, value: object) -> bool:
    return isinstance(value, tuple | list) and all(isinstance(text, str) for text in value)


def _is_number(_leaf: Query, value: object) -> bool:
    return hasattr(value, "__index__")  # numpy's integers, too


def _is_instant(_leaf: Query, value: object) -> bool:
    return value is None or isinstance(value, dt.date)


def _is_field(leaf: Query, value: object) -> bool:
    match leaf:
        case FieldValue():
            return value in VALUE_FIELDS
        case Prefix() | Wildcard():
            return value in TEXT_FIELDS or value in VALUE_FIELDS
    return value in TEXT_FIELDS


_HOLDS: dict[str, Callable[[Any, object], bool]] = {
    **dict.fromkeys(("text", "pattern", "value"), _is_text),
    **dict.fromkeys(("texts", "spellings", "synonyms", "tags"), _are_texts),
    **dict.fromkeys(("distance", "edits"), _is_number),
    **dict.fromkeys(("since", "until"), _is_instant),
    "field": _is_field,
}
"""Whether an attribute of a leaf has a value that it may have."""
