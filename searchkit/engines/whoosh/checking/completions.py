"""What a segment keeps for suggestions: is it what its terms and titles give?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchkit.engines.suggesting.blocks import Titles, completion_blocks, term_codes
from searchkit.engines.suggesting.protocol import BUCKETS, COMPLETED_FIELDS, TITLE_STARTS
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.indexing.merge_sources import field_source
from searchkit.messages import _


def completion_problems(reader: SegmentReader) -> Iterator[str]:
    """What a segment keeps for suggestions that does not follow from its terms and titles."""
    kept = reader.completions
    titles = Titles(kept.codes, kept.boundaries)
    count = len(kept.ends)
    if count != reader.info.documents:
        yield _("{count:,} titles for {documents:,} documents", count=count, documents=reader.info.documents)
        return
    terms = {name: field_source(reader, name).terms().all() for name in COMPLETED_FIELDS}
    fields = {name: (term_codes(terms[name]), reader.doc_freqs(name)) for name in COMPLETED_FIELDS}
    expected = completion_blocks(titles, fields)
    if kept.syllables != expected.syllables or not np.array_equal(kept.rows_of_readings, expected.readings):
        yield _("the pinyin of suggestions is not that of its characters")
    for name, (rows, buckets) in expected.tables.items():
        found = kept.title_starts(0, BUCKETS) if name == TITLE_STARTS else kept.rows(name, len(terms[name]), 0, BUCKETS)
        if kept.buckets(name) != buckets.tolist() or not np.array_equal(found, rows):
            yield _("the suggestions of {name} are not those of its terms", name=name)
