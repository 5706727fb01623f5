"""Tags that words name: a post with the tag 内网隧道 has the typed word 内网隧道, also where its text lacks it."""

from __future__ import annotations

from searchkit.query.ast import Text
from searchkit.query.compiled import CompiledQuery


def with_tags(word: Text, typed: str) -> Text:
    """A word with the tags that it names: the word itself, and what was typed between spaces.

    >>> with_tags(Text("隧道"), "内网隧道").tags
    ('隧道', '内网隧道')
    """
    if word.field:
        return word
    tags = tuple(dict.fromkeys((word.text, typed.strip())))
    return Text(word.text, "", word.spellings, word.synonyms, tags)


def named_tags(query: CompiledQuery) -> frozenset[str]:
    """The folded tags that the words of a query name."""
    named = (clause.query.tags for clause in query.optional if isinstance(clause.query, Text))
    return frozenset(tag for tags in named for tag in tags)
