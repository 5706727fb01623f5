"""From documents to what a request to index them says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from searchkit.engines.dates import microseconds, offset_seconds
from searchkit.engines.opensearch.analysis.analysed import Analysed, Occurrences
from searchkit.engines.opensearch.analysis.stored import stored
from searchkit.engines.opensearch.analysis.tokens import Counts, link_tokens
from searchkit.engines.opensearch.schema import (
    ADDED,
    BODY_START,
    BODY_UNITS,
    BODY_WORDS,
    CLOCK,
    CLOCK_DAY,
    CONTENT,
    DATE,
    PART,
    PATH,
    PATH_FOLDED,
    SOURCE,
    TAG,
    TEXT_HASH,
    TITLE,
    URL,
    keyword,
)
from searchkit.engines.values import FoldedValues, identifier_parts, text_hash
from searchkit.language import fold
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import JOINED
from searchkit.model import Document, in_parts

PART_CHARS = 500_000
"""Text that is made into arrays at once."""

_MICROSECONDS = 1_000_000  # of a second
_MILLISECOND = 1_000  # microseconds


def requests(documents: Iterable[Document], lexicon: Lexicon = NO_LEXICON) -> Iterator[dict[str, Any]]:
    """Of each document, in order, the fields to index; only what its text has in common with others is missing.

    Args:
        documents: any number; a part of them is in memory at once.
        lexicon: with which texts are cut into words.
    """
    for part in in_parts(documents, PART_CHARS):
        yield from requests_of(part, Analysed(part, lexicon))


def requests_of(documents: Sequence[Document], analysed: Analysed) -> Iterator[dict[str, Any]]:
    """The same of documents that are analysed already."""
    folded = FoldedValues()
    texts = _text_fields(analysed, len(documents))
    hashes = map(text_hash, analysed.titles, analysed.texts)
    for document, fields, number in zip(documents, texts, hashes, strict=True):
        yield {**_values(document, folded), TEXT_HASH: number, **fields, **stored(document)}


def _text_fields(analysed: Analysed, documents: int) -> Iterator[dict[str, Any]]:
    """The fields of the texts of each document."""
    gaps = analysed.unigrams.gaps
    links = link_tokens(analysed.units.terms, gaps, analysed.units.names, analysed.bounds)
    pairs = np.append(0, np.cumsum(gaps == JOINED))[analysed.bounds]
    word_counts = np.bincount(analysed.words.texts, minlength=2 * documents)
    lengths = np.column_stack([analysed.unigrams.counts, np.diff(pairs), word_counts])
    title_lengths = lengths[::2]
    columns = zip(
        *_token_fields(analysed.units, documents),
        *_token_fields(analysed.words, documents),
        links[::2],
        links[1::2],
        (title_lengths + lengths[1::2]).tolist(),
        title_lengths.tolist(),
        strict=True,
    )
    for units, title_units, body_units, words, title_words, body_words, title_links, body_links, n, n_title in columns:
        yield {
            CONTENT.units: units,
            TITLE.units: title_units,
            BODY_UNITS: body_units,
            CONTENT.words: words,
            TITLE.words: title_words,
            BODY_WORDS: body_words,
            CONTENT.links: f"{title_links}{BODY_START} {body_links}",
            TITLE.links: title_links,
            **dict(zip(CONTENT.lengths, n, strict=True)),
            **dict(zip(TITLE.lengths, n_title, strict=True)),
        }


def _token_fields(found: Occurrences, documents: int) -> tuple[list[str], list[str], list[str]]:
    """Of each document the tokens of its content and of its title, with frequencies, and those of its body."""
    content = Counts.of(found.texts >> 1, found.terms, found.names)
    in_title = found.texts & 1 == 0
    title = Counts.of(found.texts[in_title] >> 1, found.terms[in_title], found.names)
    body = content.without(title)
    return content.counted_tokens(documents), title.counted_tokens(documents), body.tokens(documents)


def _values(document: Document, folded: FoldedValues) -> dict[str, Any]:
    """The fields of whole values; those that the document has."""
    values: dict[str, Any] = {PATH: keyword(document.path), PATH_FOLDED: keyword(fold(document.path).strip())}
    if document.source:
        values[SOURCE] = keyword(folded[document.source])
    if document.url:
        values[URL] = keyword(fold(document.url))
    if tags := folded.tags(document):
        values[TAG] = list(map(keyword, tags))
    if parts := identifier_parts(document):
        values[PART] = list(map(keyword, parts))
    if document.date is not None:
        instant = microseconds(document.date)
        clock = instant + offset_seconds(document.date) * _MICROSECONDS
        values |= {DATE: instant, CLOCK: clock, CLOCK_DAY: clock // _MILLISECOND}
    if document.added is not None:
        values[ADDED] = microseconds(document.added)
    return values
