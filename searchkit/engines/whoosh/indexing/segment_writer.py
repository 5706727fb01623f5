"""From documents to a run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from searchkit.engines.dates import microseconds, offset_seconds
from searchkit.engines.suggesting.blocks import Titles
from searchkit.engines.values import FoldedValues, identifier_parts, text_hash
from searchkit.engines.whoosh.codec.run import RunWriter
from searchkit.engines.whoosh.indexing.inverter import Inverter
from searchkit.engines.whoosh.schema import DOC_VALUES_DTYPE, FIELD_ORDER, RANKED_FIELDS
from searchkit.language import fold
from searchkit.language.batch import fold_batch
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document, in_parts

_PART_CHARS = 500_000
"""Text that is made into arrays at once."""


def write_documents(writer: RunWriter, documents: Iterable[Document], lexicon: Lexicon = NO_LEXICON) -> int:
    """Index documents, numbered as they come, and close the writer; how many there are."""
    try:
        return _write(writer, documents, lexicon)
    except BaseException:
        writer.abort()
        raise


def _write(writer: RunWriter, documents: Iterable[Document], lexicon: Lexicon) -> int:
    inverter = Inverter(lexicon)
    folded = FoldedValues()
    suggested = []
    count = 0
    for part in in_parts(documents, _PART_CHARS):
        titles = fold_batch([document.title for document in part])
        texts = fold_batch([document.text for document in part])
        lengths = inverter.add(titles, texts)
        suggested.append(Titles.of(titles, lexicon))
        inverter.add_values("part", [identifier_parts(document) for document in part])
        inverter.add_values("path", [[document.path] for document in part])
        inverter.add_values("source", [[folded[document.source]] if document.source else [] for document in part])
        inverter.add_values("url", [[fold(document.url)] if document.url else [] for document in part])
        inverter.add_values("tag", [folded.tags(document) for document in part])
        doc_values = np.zeros(len(part), DOC_VALUES_DTYPE)
        doc_values["date"] = [microseconds(document.date) for document in part]
        doc_values["offset"] = [offset_seconds(document.date) for document in part]
        doc_values["text"] = [text_hash(title, text) for title, text in zip(titles, texts, strict=True)]
        doc_values["added"] = [microseconds(document.added) for document in part]
        for name, length in zip(RANKED_FIELDS, lengths, strict=True):
            doc_values[name] = length
        writer.add_documents(part, doc_values)
        count += len(part)
    writer.end_documents()
    for name in FIELD_ORDER:
        writer.add_field(name, inverter.postings(name))
    every_title = Titles.concat(suggested)
    writer.add_titles(every_title.codes, every_title.boundaries)
    writer.close()
    return count
