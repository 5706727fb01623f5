"""Where a post has what a query asks for: every place, in the title and in the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchkit.model import Document, Span
from searchkit.query.compiled import Needle
from searchkit.snippets.folded import LazyFoldedText, folded_text
from searchkit.snippets.matching import finder_of, may_occur


@dataclass(frozen=True, slots=True)
class Places:
    """A title or a text with the places of the matches.

    Attributes:
        text: the text, folded.
        spans: the matches in the folded text, in order; of those that overlap, the first and longest.
    """

    text: LazyFoldedText
    spans: tuple[Span, ...]


def places(document: Document, needles: Sequence[Needle]) -> Iterator[Places]:
    """The title and the text of a post, as far as they have a match."""
    for is_title, original in ((True, document.title), (False, document.text)):
        text = folded_text(original)
        wanted = [needle for needle in needles if is_title or not needle.title_only]
        if spans := tuple(_disjoint(text.text, wanted)):
            yield Places(text, spans)


def _disjoint(folded: str, needles: Sequence[Needle]) -> Iterator[Span]:
    found = {
        span
        for needle in needles
        if may_occur(needle, folded)
        for span in finder_of(needle).find_all(folded, 0, len(folded))
    }
    done = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= done:
            yield start, end
            done = end
