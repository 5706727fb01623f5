"""Which texts read as somebody typed: pinyin, with an index' own words."""

from __future__ import annotations

from searchkit.language.pinyin import PinyinIndex
from searchkit.query.content import exact
from searchkit.query.parsed import Needle

_MOST = 64  # texts of one reading


def sounding(pinyin: str, words: PinyinIndex, title_words: PinyinIndex) -> list[Needle]:
    """The texts that read so: words or their beginnings; or, by initials, words of titles.

    Args:
        pinyin: syllables without tones, or the initials of some.
        words: the words of the index.
        title_words: those of its titles.

    Raises:
        MissingDependency: pypinyin is not installed.

    >>> sounding("zijing", PinyinIndex(["紫荆花", "香港"]), PinyinIndex([]))
    [Needle(unigrams=('紫', '荆'), gaps=(0,), title_only=False, open_start=False, open_end=False)]
    """
    found = words.prefixes(pinyin)
    by_initials = not found
    if by_initials:
        found = title_words.with_initials(pinyin)
    return [needle for word in found[:_MOST] if (needle := exact(word, by_initials))]
