"""Queries: what somebody typed, or a program built, as a tree of our own, and what that asks of an engine.

    >>> from searchkit.query import And, Not, Text, parse, to_string
    >>> parse('"香港" -通关').tree
    And(Phrase('香港'), Not(Text('通关')))
    >>> to_string(And(Text("香港"), Not(Text("通关"))))
    '+香港 -通关'

The trees are here at once; parser, compiler and printer when they are first asked for, since a rebuild asks for none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from searchkit.query.ast import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)

if TYPE_CHECKING:
    from searchkit.query.compile import compile_query
    from searchkit.query.strings.parser import ParsedQuery, parse
    from searchkit.query.strings.printer import to_string

__all__ = [
    "AddedRange",
    "And",
    "DateRange",
    "Every",
    "FieldValue",
    "Fuzzy",
    "Near",
    "New",
    "Not",
    "Nothing",
    "Optional",
    "Or",
    "ParsedQuery",
    "Phrase",
    "Pinyin",
    "Prefix",
    "Query",
    "Text",
    "Wildcard",
    "compile_query",
    "parse",
    "to_string",
]

_HOMES = {
    "ParsedQuery": "searchkit.query.strings.parser",
    "compile_query": "searchkit.query.compile",
    "parse": "searchkit.query.strings.parser",
    "to_string": "searchkit.query.strings.printer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'searchkit.query' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
