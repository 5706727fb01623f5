"""What is stored of each document of a segment: its path, its dates, its texts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.reader import PATH_FIELD, SegmentReader
from searchkit.engines.whoosh.indexing.merge_sources import field_source
from searchkit.messages import _


def document_problems(reader: SegmentReader) -> Iterator[str]:
    """What is wrong with the documents of a segment."""
    documents = reader.info.documents
    source = field_source(reader, PATH_FIELD)
    count = len(source.terms())
    if count != documents:
        yield _("{count:,} paths for {documents:,} documents", count=count, documents=documents)
        return
    if documents and not np.array_equal(reader.path_order[source.lists(0, count).doc_ids], np.arange(documents)):
        yield _("the order of the paths is that of other documents")
        return
    unreadable = 0
    for doc_id in range(documents):
        try:
            reader.document(doc_id)
        except Damaged as error:
            unreadable += 1
            if unreadable == 1:
                yield f"{reader.path(doc_id)}: {error.reason}"
    if unreadable > 1:
        yield _("{count:,} documents cannot be decoded", count=unreadable)
