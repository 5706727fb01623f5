"""Queries: what somebody typed, or a program built, as a tree of our own, and what that asks of an engine.

    >>> parse('"香港" -通关').tree
    And(Phrase('香港'), Not(Text('通关')))
    >>> to_string(And(Text("香港"), Not(Text("通关"))))
    '+香港 -通关'
"""

from searchkit.query.ast import (
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
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
from searchkit.query.compile import compile_query
from searchkit.query.parser import ParsedQuery, parse
from searchkit.query.printer import to_string

__all__ = [
    "And",
    "DateRange",
    "Every",
    "FieldValue",
    "Fuzzy",
    "Near",
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
