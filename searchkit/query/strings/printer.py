"""Query tree to query string: ``parse(to_string(tree)).tree == tree``.

That holds for each tree that ``parse`` makes, and for others in the same form: folded texts, each in one piece as it
could be typed, no branch that is empty, has one part or is part of a branch of its own kind, no ``Optional`` but around
what stands at the top. A string for another tree means the same where the language can say it: a quotation mark within
a text becomes other punctuation, and within a value it becomes a star.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import cast

from searchkit.query.ast import (
    VALUE_FIELDS,
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Leaf,
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
    ValueField,
    Wildcard,
    map_leaves,
)
from searchkit.query.checking import check_tree
from searchkit.query.patterns import write_pattern
from searchkit.query.strings.lexer import NEGATIVE_NUMBER, begins_as_command, is_pasted
from searchkit.query.strings.parser import parse
from searchkit.query.times import first_instant, last_instant

_EVERY = "*:*"
_MAX_DISTANCE = 999_999_999  # as many digits as the language reads
_OPTION = re.compile(r'("[^"]*")|(?<![^\s(])-(?=[a-z0-9]{1,6}(?!\S))')  # a minus sign that may be one of an option


def to_string(tree: Query) -> str:
    """The query string of a tree.

    Raises:
        QueryError: it has too many levels, or something in it is no part of a query.

    >>> to_string(And(Optional(Text("香港")), Not(Or(Text("通关", "title"), Phrase("小通关")))))
    '香港 -(title:通关 OR "小通关")'
    >>> to_string(DateRange(dt.datetime(2021, 1, 1)))
    'date:2021-01-01..'
    """
    check_tree(tree)
    written = _written(map_leaves(tree, _with_forms))
    return _OPTION.sub(lambda found: found[1] or "NOT ", written) if begins_as_command(written) else written


def _written(tree: Query) -> str:
    match tree:
        case Every() | And(()):
            return ""
        case And(parts):
            written = " ".join(map(_top_level, parts))
            return " ".join(map(_unmistakable, parts)) if is_pasted(written) else written
        case Or(parts) if len(parts) > 1:
            return _joined_by_or(parts)
        case spelled:
            return _top_level(spelled)


def _with_forms(leaf: Leaf) -> Query:
    """A word with other forms as any of them."""
    if not isinstance(leaf, Text) or not (leaf.spellings or leaf.synonyms):
        return leaf
    return Or(*(Text(form, leaf.field) for form in (leaf.text, *leaf.spellings, *leaf.synonyms)))


def _top_level(node: Query) -> str:
    """A part of the whole query; what is typed plainly is optional there."""
    match node:
        case And((part,)) | Or((part,)):
            return _top_level(part.part if isinstance(part, Optional) else part)
        case Optional(part):
            written = _atom(part)
            if _is_plain(part):
                return written
            return f"~({written})" if written == _EVERY else f"~{written}"
        case Text() | Prefix() | Wildcard() | Fuzzy() if _is_plain(node):
            return f"+{_atom(node)}"
    return _operand(node)


def _unmistakable(node: Query) -> str:
    """A part of a query that is long enough to be pasted, with signs that are in no sentence."""
    match node:
        case Not(part):
            return f"NOT {_atom(part)}"
        case Phrase():
            return f"+{_atom(node)}"
    return _top_level(node)


def _is_plain(node: Query) -> bool:
    return isinstance(node, Text | Prefix | Wildcard | Fuzzy) and not node.field


def _operand(node: Query) -> str:
    """A node beside AND or OR."""
    match node:
        case Not(part):
            atom = _atom(part)
            return f"NOT {atom}" if _is_text_after_minus(atom) else f"-{atom}"
        case Optional(part):
            return _operand(part)
        case And((part,)) | Or((part,)):
            return _operand(part)
        case Nothing() | Or(()):
            return f"-{_EVERY}"
    return _atom(node)


def _is_text_after_minus(atom: str) -> bool:
    """Whether a minus sign before a leaf would be read as punctuation."""
    if atom[0] == "(":
        return False
    return bool(NEGATIVE_NUMBER.match(f"-{atom}")) or parse(f"a -{atom}").tree == parse(f"a {atom}").tree


def _atom(node: Query) -> str:
    """A node after a sign: a leaf, or brackets."""
    match node:
        case Every() | And(()):
            return _EVERY
        case Optional(part) | And((part,)) | Or((part,)):
            return _atom(part)
        case Not() | Nothing() | Or(()):
            return f"({_operand(node)})"
        case And(parts):
            return f"({_joined_by_and(parts)})"
        case Or(parts):
            return f"({_joined_by_or(parts)})"
    return _leaf(node)


def _joined_by_and(parts: Iterable[Query]) -> str:
    return " AND ".join(map(_operand, parts))


def _joined_by_or(parts: Iterable[Query]) -> str:
    return " OR ".join(
        _joined_by_and(part.parts) if isinstance(part, And) and len(part.parts) > 1 else _operand(part)
        for part in parts
    )


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Text(text, field):
            return _as_typed(leaf, _in_field(field, text), _as_word(field, text), _as_word(field, f" {text} "))
        case Phrase(text, field):
            return _in_field(field, _quoted(text))
        case Near(texts, distance, field):
            together = " ".join(_in_one_piece(text) for text in texts)
            return _in_field(field, f"{_quoted(together)}~{min(max(distance, 0), _MAX_DISTANCE)}")
        case Prefix() | Wildcard() if leaf.field in VALUE_FIELDS:
            return _value_pattern(leaf)
        case Prefix() | Wildcard() | Fuzzy():
            text = write_pattern(leaf)
            return _as_typed(leaf, _in_field(leaf.field, text), _as_word(leaf.field, text))
        case Pinyin(text):
            return _value(leaf, "pinyin", text.replace('"', ""))
        case FieldValue():
            return _field_value(leaf)
        case DateRange(since, until):
            return f"date:{_period(since, until)}"
        case AddedRange(since, until):
            return f"added:{_period(since, until)}"
        case New():
            return "is:new"
        case Every() | Nothing():
            return _atom(leaf)


def _as_typed(leaf: Leaf, *candidates: str) -> str:
    """The first candidate that is read as the leaf wherever it stands; else the last one."""
    for typed in candidates:
        if parse(f"+{typed}").tree == leaf and ('"' in typed or typed.count("(") == typed.count(")")):
            return typed
    return candidates[-1]


def _in_field(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), ":")}"'


def _as_word(field: str, text: str) -> str:
    return _in_field(field, f'word:"{text.replace(chr(34), chr(39))}"')


def _in_one_piece(text: str) -> str:
    """A text without spaces; an underscore joins what is beside it as they do."""
    return "_".join(text.split(" "))


def _value(leaf: Leaf, field: str, *values: str) -> str:
    """The value of a field, bare where it can be."""
    bare = [f"{field}:{value}" for value in values]
    quoted = [f'{field}:"{value}"' for value in values]
    return _as_typed(leaf, *bare, *quoted)


def _field_value(leaf: FieldValue) -> str:
    value = leaf.value.replace('"', "*")
    whole = "=" if leaf.field in ("path", "url") and "*" not in value else ""
    return _value(leaf, leaf.field, whole + value)


def _value_pattern(leaf: Prefix | Wildcard) -> str:
    text = write_pattern(leaf).replace('"', "*")
    if "*" not in text:
        return _field_value(FieldValue(cast(ValueField, leaf.field), text))
    return _value(leaf, leaf.field, text.strip("*"), text)


def _period(since: dt.datetime | None, until: dt.datetime | None) -> str:
    first = _first(first_instant(since)) if since else ""
    last = _last(last_instant(until)) if until else ""
    if not (first or last):
        return "*"
    return first if first == last and len(first) == len("2021-11-08") else f"{first}..{last}"


def _first(instant: dt.datetime) -> str:
    """The shortest date that begins with an instant."""
    instant = _in_utc(instant)
    midnight = instant.tzinfo is None and instant.time() == dt.time.min
    return instant.date().isoformat() if midnight else instant.isoformat()


def _last(instant: dt.datetime) -> str:
    """The shortest date that ends with an instant."""
    instant = _in_utc(instant)
    if instant.tzinfo is None and instant.time() == dt.time.max:
        return instant.date().isoformat()
    return instant.isoformat(timespec="seconds" if instant.microsecond == dt.time.max.microsecond else "microseconds")


def _in_utc(instant: dt.datetime) -> dt.datetime:
    """The same instant in UTC, unless it has no time zone, or that is beyond the first or the last year."""
    try:
        return instant.astimezone(dt.UTC) if instant.tzinfo else instant
    except OverflowError:
        return instant
