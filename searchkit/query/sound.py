"""Which texts read as somebody typed: pinyin, with an index' own words."""

from __future__ import annotations

from collections.abc import Iterable

from whoosh.query import NullQuery, Query

from searchkit.language.pinyin import words_read, words_with_initials
from searchkit.query.content import containing, either, exact
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS

_MOST = 64  # texts of one reading


def sounding(pinyin: str, words: Iterable[str], title_words: Iterable[str]) -> Query:
    """The posts with a text that reads so: a word or its beginning; or, by initials, a word of their titles.

    Args:
        pinyin: syllables without tones, or the initials of some.
        words: the words of the index.
        title_words: those of its titles.

    Raises:
        MissingDependency: pypinyin is not installed.

    >>> sounding("zijing", ["紫荆花", "香港"], [])
    Term('pairs', '紫 荆')
    """
    found = words_read(pinyin, dict.fromkeys(beginning for word in words for beginning in _beginnings(word)))
    streams = BODY_STREAMS
    if not found:
        found, streams = words_with_initials(pinyin, title_words), TITLE_STREAMS
    needles = [needle for word in found[:_MOST] if (needle := exact(word, streams is TITLE_STREAMS))]
    return either([containing(needle, streams) for needle in needles]) if needles else NullQuery


def _beginnings(word: str) -> Iterable[str]:
    return (word[:size] for size in range(1 if len(word) == 1 else 2, len(word) + 1))
