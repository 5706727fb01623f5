"""How a query was read, in a line for people: ``--explain`` shows it."""

from __future__ import annotations

import datetime as dt

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
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.compiled import CompiledQuery
from searchkit.query.patterns import write_pattern


def readable(query: CompiledQuery) -> str:
    """A compiled query in a line; a text is in quotes, whatever it was typed as.

    >>> from searchkit.query import compile_query
    >>> readable(compile_query("香港 软件 -title:通关"))
    'all of: "香港", ("软件" OR "软体"); required: NOT title:"通关"'
    """
    said = []
    if query.optional:
        wanted = ", ".join(_say(clause.query) for clause in query.optional)
        said.append(f"{'any' if query.match_any else 'all'} of: {wanted}")
    match query.required:
        case Every():
            pass
        case And(parts) | Or(parts):
            said.append(f"required: {_joined(query.required, parts)}")
        case _:
            said.append(f"required: {_say(query.required)}")
    return "; ".join(said) or "every post"


def _say(query: Query) -> str:
    match query:
        case And(parts) | Or(parts):
            return f"({_joined(query, parts)})"
        case Not(part):
            return f"NOT {_say(part)}"
        case Text(text, field, spellings, synonyms):
            forms = [_in_field(field, form) for form in (text, *spellings, *synonyms)]
            return forms[0] if len(forms) == 1 else f"({' OR '.join(forms)})"
        case Phrase(text, field):
            return _in_field(field, text)
        case Near(texts, distance, field):
            return f"{_in_field(field, ' '.join(texts))}~{distance}"
        case Prefix() | Wildcard() | Fuzzy():
            return _in_field(query.field, write_pattern(query))
        case FieldValue(field, value):
            return _in_field(field, value)
        case Pinyin(text):
            return f"pinyin:{text}"
        case DateRange(since, until):
            return f"date:{_minute(since)}..{_minute(until)}"
        case AddedRange(since, until):
            return f"added:{_minute(since)}..{_minute(until)}"
        case New():
            return "is:new"
    return "every post" if isinstance(query, Every) else "no post"


def _joined(branch: And | Or, parts: tuple[Query, ...]) -> str:
    word = " AND " if isinstance(branch, And) else " OR "
    return word.join(map(_say, parts)).replace(" AND NOT ", " NOT ")


def _in_field(field: str, text: str) -> str:
    return f'{field}:"{text}"' if field else f'"{text}"'


def _minute(instant: dt.datetime | None) -> str:
    return "" if instant is None else instant.isoformat(" ", "minutes")
