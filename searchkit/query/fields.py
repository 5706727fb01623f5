"""The names of the index' fields, as queries use them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Streams:
    """The fields that hold one text: its units, its pairs, its breaks, its words."""

    units: str
    pairs: str
    breaks: str
    words: str


BODY_STREAMS = Streams("units", "pairs", "breaks", "words")
"""Title and body together: what a word is looked for in."""

TITLE_STREAMS = Streams("title_units", "title_pairs", "title_breaks", "title_words")
"""The title alone."""

ALL_STREAMS = (BODY_STREAMS, TITLE_STREAMS)
