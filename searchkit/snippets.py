"""Here is a hit: which lines show why? Fragments of the original text with spans; no markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from searchkit.language.folding import fold_with_offsets
from searchkit.language.units import JOINED, gaps_of, occurrences
from searchkit.model import Snippet, Span
from searchkit.query.parser import Needle

MAX_FRAGMENTS = 3

_MAX_MATCHES = 1000  # of one word in one text: more make no better fragment
_SENTENCE_START = re.compile(r"(?:[。！？；!?;…]+[”’」』）)\"']*|\n)\s*|\.\s+")
_CLAUSE_START = re.compile(r"[，、：,:—]+[”’」』）)\"']*\s*|\s+")
_INSIDE_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0300-\u036f\u200d\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class _Match:
    """Where in the original text which needle is."""

    start: int
    end: int
    needle: int


def spans(text: str, needles: Sequence[Needle]) -> tuple[Span, ...]:
    """Every match in a text, in characters of the text; adjacent and overlapping ones are joined.

    >>> spans("國際論壇", [Needle(("论", "坛"), (0,))])
    ((2, 4),)
    """
    return _joined(_matches(text, needles))


def snippets(text: str, needles: Sequence[Needle], chars: int) -> tuple[Snippet, ...]:
    """One to three fragments that best show the needles; the lead where none is in the text.

    Args:
        text: the original, as it is stored.
        needles: what to show; those for the title only are left out.
        chars: characters of all fragments together, about; 0 asks for none.

    Returns:
        Fragments in the order of the text, cut at the border of a sentence or clause where one is near;
        none for an empty text.
    """
    if not text or not chars:
        return ()
    matches = _matches(text, [needle for needle in needles if not needle.title_only])
    windows = _windows(matches, chars) or [(0, 0)]
    share = max(chars // len(windows), 1)
    fragments = _apart(sorted(_widened(text, start, end, share) for start, end in windows))
    return tuple(_snippet(text, start, end, matches) for start, end in fragments)


def _matches(text: str, needles: Sequence[Needle]) -> list[_Match]:
    folded = fold_with_offsets(text)
    found = []
    for number, needle in enumerate(needles):
        for start, end in _found(folded.text, needle):
            found.append(_Match(*folded.original_span(start, end), number))
    return sorted(found, key=lambda match: (match.start, match.end))


def _found(folded: str, needle: Needle) -> Iterator[Span]:
    """Every place of the needle, overlapping ones too."""
    exact = all(gap == JOINED for gap in needle.gaps)
    at = count = 0
    while count < _MAX_MATCHES and (match := _pattern(needle).search(folded, at)):
        if exact or gaps_of(match.group()) == needle.gaps:
            count += 1
            yield match.span()
        at = match.start() + 1


@lru_cache(maxsize=256)
def _pattern(needle: Needle) -> re.Pattern[str]:
    return occurrences(needle.units, needle.gaps)


def _joined(matches: Sequence[_Match]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for match in matches:
        if joined and match.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], match.end))
        else:
            joined.append((match.start, match.end))
    return tuple(joined)


def _windows(matches: list[_Match], chars: int) -> list[Span]:
    """The stretches to show: one that has every needle if there is one, else the best for what is left."""
    wanted = {match.needle for match in matches}
    windows: list[Span] = []
    while wanted and len(windows) < MAX_FRAGMENTS:
        left = [match for match in matches if match.needle in wanted]
        best = _best_window(left, chars if not windows else chars // MAX_FRAGMENTS)
        windows.append((left[best[0]].start, max(match.end for match in left[best[0] : best[1]])))
        wanted -= {match.needle for match in left[best[0] : best[1]]}
    return windows


def _best_window(matches: list[_Match], chars: int) -> tuple[int, int]:
    """First and last (excluded) match of the window with most distinct needles, then the tightest, then the first."""
    best, best_key = (0, 1), (0, 0)
    counts: dict[int, int] = {}
    first = 0
    for last, match in enumerate(matches):
        counts[match.needle] = counts.get(match.needle, 0) + 1
        while first < last and (match.end - matches[first].start > chars or counts[matches[first].needle] > 1):
            counts[matches[first].needle] -= 1
            if not counts[matches[first].needle]:
                del counts[matches[first].needle]
            first += 1
        key = (len(counts), matches[first].start - match.end)
        if key > best_key or best_key == (0, 0):
            best, best_key = (first, last + 1), key
    return best


def _widened(text: str, start: int, end: int, chars: int) -> Span:
    """The window with what stands around it, from border to border."""
    room = max(chars - (end - start), 0)
    earliest, latest = max(0, start - room * 2 // 3), min(len(text), end + room)
    begin = _border_before(text, earliest, start)
    latest = min(latest, max(begin + chars, end))
    return begin, _border_after(text, end, latest)


def _border_before(text: str, earliest: int, start: int) -> int:
    """Where a sentence begins, nearest before ``start``; else the first clause from ``earliest`` on."""
    sentences = [0] if earliest == 0 else []
    sentences += [m.end() for m in _SENTENCE_START.finditer(text, max(earliest - 1, 0), start) if m.end() <= start]
    if sentences:
        return sentences[-1] if start - sentences[-1] >= 12 or len(sentences) == 1 else sentences[-2]
    clauses = [m.end() for m in _CLAUSE_START.finditer(text, earliest, start) if m.end() <= start]
    return clauses[0] if clauses else _outside_word(text, earliest, start, 1)


def _border_after(text: str, end: int, latest: int) -> int:
    """Where a sentence ends, last before ``latest``; else a clause, else anywhere between words."""
    if latest >= len(text):
        return len(text)
    for border in (_SENTENCE_START, _CLAUSE_START):
        ends = [m.end() for m in border.finditer(text, end, latest)]
        if ends and ends[-1] - end >= (latest - end) // 3:
            return ends[-1]
    return _outside_word(text, latest, end, -1)


def _outside_word(text: str, at: int, limit: int, step: int) -> int:
    """The nearest place from ``at`` towards ``limit`` that is not inside a word or a composed character."""
    while at != limit and 0 < at < len(text) and _INSIDE_WORD.match(text[at]) and _INSIDE_WORD.match(text[at - 1]):
        at += step
    return at


def _apart(fragments: list[Span]) -> list[Span]:
    """Fragments that touch or overlap become one."""
    apart = fragments[:1]
    for start, end in fragments[1:]:
        if start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _snippet(text: str, start: int, end: int, matches: list[_Match]) -> Snippet:
    """The fragment as one line, without white space at its ends, and the matches inside it."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    inside = [match for match in matches if match.start >= start and match.end <= end]
    line = re.sub(r"\s", " ", text[start:end])
    return Snippet(line, tuple((a - start, b - start) for a, b in _joined(inside)))
