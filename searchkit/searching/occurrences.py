"""Where a post has the words of a query: how often, in which form, how near to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchkit.explanation import Nearness
from searchkit.model import Span
from searchkit.query.compiled import Needle
from searchkit.snippets.folded import LazyFoldedText
from searchkit.snippets.matching import Match, finder_of
from searchkit.snippets.windows import best_window

_MAX_COUNTED = 10_000  # occurrences of one form


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where a title and a body have a word, in any of its forms.

    Attributes:
        title: the spans in the title.
        text: the spans in the body.
        forms: how often they are written in which way, the most frequent first.
    """

    title: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()
    forms: tuple[tuple[str, int], ...] = ()


def occurrences(needles: Iterable[Needle], title: LazyFoldedText, body: LazyFoldedText) -> Occurrences:
    """Where a post has a word.

    Args:
        needles: the word in each of its forms.
        title: the title.
        body: the body.
    """
    forms = tuple(needles)
    in_title, in_text = _spans(forms, title), _spans(forms, body)
    written = Counter(title.original[start:end] for start, end in in_title)
    written.update(body.original[start:end] for start, end in in_text)
    return Occurrences(in_title, in_text, tuple(written.most_common()))


def nearness(found: Mapping[str, Occurrences]) -> Nearness | None:
    """The shortest stretch of a title or a body that has most of the words; None if there is none with two.

    Args:
        found: where the post has each word.
    """
    stretches = [
        stretch
        for in_title in (True, False)
        if (stretch := _shortest({word: at.title if in_title else at.text for word, at in found.items()}, in_title))
    ]
    return min(stretches, key=lambda stretch: (-len(stretch.words), stretch.length), default=None)


def _spans(needles: Sequence[Needle], text: LazyFoldedText) -> tuple[Span, ...]:
    """The spans of the original in order; of those that overlap, the first and longest."""
    spans: set[Span] = set()
    for needle in needles:
        spans.update(finder_of(needle).find_all(text.text, 0, len(text.text), _MAX_COUNTED))
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(text.original_span(*span) for span in kept)


def _shortest(spans: Mapping[str, Sequence[Span]], in_title: bool) -> Nearness | None:
    words = [word for word, places in spans.items() if places]
    matches: list[Match] = sorted((*span, number) for number, word in enumerate(words) for span in spans[word])
    if len(words) < 2:
        return None
    window = best_window(matches, [1] * len(words), matches[-1][1])
    start, end = window.matches[0][0], max(match[1] for match in window.matches)
    numbers = sorted({match[2] for match in window.matches})
    covered = {at for first, last, _ in window.matches for at in range(first, last)}
    between = end - start - len(covered)
    return Nearness(tuple(words[number] for number in numbers), between, end - start, in_title)
