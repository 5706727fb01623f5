"""Tags that words name: a post with the tag 内网隧道 has the typed word 内网隧道, also where its text lacks it."""

from __future__ import annotations

from dataclasses import replace

from searchkit.query.ast import Text
from searchkit.query.compiled import CompiledQuery


def with_tags(word: Text, typed: str) -> Text:
    """A word with the tags that it names: the word itself, and what was typed between spaces.

    >>> with_tags(Text("隧道"), "内网隧道").tags
    ('隧道', '内网隧道')
    """
    return word if word.field else replace(word, tags=tuple(dict.fromkeys((word.text, typed.strip()))))


def named_tags(query: CompiledQuery) -> frozenset[str]:
    """The folded tags that the words of a query name."""
    named = (clause.query.tags for clause in query.optional if isinstance(clause.query, Text))
    return frozenset(tag for tags in named for tag in tags)
