"""Grapheme clusters: where one user-perceived character ends and the next begins.

Source: Unicode Standard Annex 29, extended grapheme clusters. For joined emoji and Indic conjuncts the rules here are
coarser: every boundary that they report is one of the Annex, but not the other way round.
"""

from __future__ import annotations

import re
import unicodedata

from searchkit.model import Span

_MAX_CLUSTER = 32
"""Code points; the same order as Unicode's Stream-Safe Text Format, which limits combining marks to 30."""

_ORDINARY = re.compile("[\n -~\u2010-\u2027\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]{2}")
"""Two characters that are a cluster each, whatever is around them; most of what posts are written in."""

_EXTEND = re.compile("[\u0e33\u0eb3\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_PREPEND = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd]")
_REGIONAL_INDICATORS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_MAX_FLAG_LETTERS = 1024  # a flag ends after an even number of regional indicators; so many are counted
_INSEPARABLE = re.compile(
    "\r\n|[\ud800-\udbff][\udc00-\udfff]"
    "|[\u1100-\u115f\ua960-\ua97c][\u1100-\u11a7\ua960-\ua97c\uac00-\ud7c6]"  # Hangul: a leading consonant
    "|[\u1160-\u11ff\uac00-\ud7fb][\u1160-\u11ff\ud7b0-\ud7fb]"  # a vowel or a final consonant
)


def is_cluster_boundary(text: str, at: int) -> bool:
    """Whether an offset is a grapheme cluster boundary; the start and the end of the text are.

    >>> is_cluster_boundary("e\\u0301a", 1), is_cluster_boundary("e\\u0301a", 2)
    (False, True)
    """
    if not 0 < at < len(text) or _ORDINARY.match(text, at - 1):
        return True
    before, after = text[at - 1], text[at]
    if before < "\u0300" > after:
        return not (before == "\r" and after == "\n")
    if _EXTEND.match(after) or unicodedata.category(after)[0] == "M":
        return before in "\r\n"
    if before == "\u200d" or unicodedata.combining(before) == 9 or _PREPEND.match(before):
        return False
    if before in _REGIONAL_INDICATORS and after in _REGIONAL_INDICATORS:
        preceding = text[max(at - _MAX_FLAG_LETTERS, 0) : at]
        return (len(preceding) - len(preceding.rstrip(_REGIONAL_INDICATORS))) % 2 == 0
    return not _INSEPARABLE.match(before + after)


def nearest_cluster_boundary(text: str, at: int, step: int, limit: int) -> int:
    """The nearest grapheme cluster boundary in one direction.

    Args:
        text: the text.
        at: the offset to start from.
        step: 1 to search forwards, -1 to search backwards.
        limit: the last offset to consider.

    Returns:
        The boundary, or ``at`` if the cluster is longer than any real one.
    """
    if is_cluster_boundary(text, at):  # nearly always
        return at
    for offset in range(at, limit + step, step)[: _MAX_CLUSTER + 1]:
        if is_cluster_boundary(text, offset):
            return offset
    return at


def whole_clusters(text: str, start: int, end: int) -> Span:
    """Extend a span to the whole grapheme clusters at its ends.

    >>> whole_clusters("ae\\u0301i", 1, 2)
    (1, 3)
    """
    return nearest_cluster_boundary(text, start, -1, 0), nearest_cluster_boundary(text, end, 1, len(text))
