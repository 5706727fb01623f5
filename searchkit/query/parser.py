"""Here is what somebody typed: what do they mean?

A query is folded first, so full-width and curly signs work as their ASCII twins. ``tokens`` finds its signs,
``grammar`` what belongs together, ``meaning`` what that asks of a post. docs/query.md is the language.
"""

from __future__ import annotations

import datetime as dt

from searchkit.query.grammar import Grammar
from searchkit.query.meaning import Meaning
from searchkit.query.parsed import Needle, ParsedQuery, Word
from searchkit.query.lexer import Scanner, Typed

__all__ = ["Needle", "ParsedQuery", "Word", "parse"]


def parse(text: str, today: dt.date | None = None) -> ParsedQuery:
    """The meaning of a query; no query is an error.

    Args:
        text: as it was typed.
        today: what 昨天 counts from; None for this computer's date.

    >>> parse('"香港" -通关').match
    And([Term('bigrams', '香 港'), Not(Term('bigrams', '通 关'))])
    >>> parse("香港 通关").words[1]
    Word(text='通关', query=Term('bigrams', '通 关'))
    """
    typed = Typed.of(text)
    scanner = Scanner(typed)
    tokens = scanner.tokens()
    grammar = Grammar(tokens)
    query = grammar.read()
    return Meaning(typed, today or dt.date.today(), [*scanner.notes, *grammar.notes]).of(query)
