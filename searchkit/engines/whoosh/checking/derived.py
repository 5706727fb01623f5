"""Indexes stored documents again, and compares: has each the terms of its text?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from searchkit.engines.arrays import Int64s, UInt64s, expand_ranges
from searchkit.engines.whoosh.checking.digests import add_lists
from searchkit.engines.whoosh.checking.fields import Bigrams, Terms, stretches
from searchkit.engines.whoosh.codec.api import SegmentInfo, new_segment_id
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.run import RunReader, RunWriter
from searchkit.engines.whoosh.indexing.merge_sources import field_source
from searchkit.engines.whoosh.indexing.segment_writer import write_documents
from searchkit.engines.whoosh.schema import BIGRAM_FIELDS, CONTENT, DOC_VALUES_DTYPE, FIELD_ORDER
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _

_AT_ONCE = 500
"""Documents that are indexed again at once."""


def derived_problems(
    reader: SegmentReader,
    digests: Mapping[str, UInt64s],
    doc_ids: Int64s,
    lexicon: Lexicon,
    done: Callable[[int], None],
) -> Iterator[str]:
    """Where the terms of some documents are not those of their stored text.

    Args:
        reader: their segment.
        digests: by field those of all of its documents.
        doc_ids: which to index again, ascending.
        lexicon: with which they were cut into words.
        done: called with the number of documents that were indexed again.

    Raises:
        Damaged: a document cannot be decoded.
    """
    with TemporaryDirectory(prefix="searchkit-") as folder:
        for first in range(0, len(doc_ids), _AT_ONCE):
            part = doc_ids[first : first + _AT_ONCE]
            info = SegmentInfo(new_segment_id(), len(part))
            write_documents(RunWriter(Path(folder), info.id), map(reader.document, part.tolist()), lexicon)
            with closing(RunReader(Path(folder), info)) as run:
                yield from _differences(reader, digests, part, run)
                run.file.unlink()
            done(len(part))


def _differences(
    reader: SegmentReader, digests: Mapping[str, UInt64s], doc_ids: Int64s, run: RunReader
) -> Iterator[str]:
    for name, derived in _digests_of(run).items():
        differ = digests[name][doc_ids] != derived
        for doc_id in doc_ids[differ].tolist():
            yield f"{reader.path(doc_id)}: " + _("other terms in {name} than its text has", name=name)
    for name in DOC_VALUES_DTYPE.names or ():
        differ = reader.doc_values[name][doc_ids] != run.doc_values[name]
        for doc_id in doc_ids[differ].tolist():
            yield f"{reader.path(doc_id)}: " + _("another doc value {name} than its text has", name=name)
    titles, kept = run.completions, reader.completions
    lengths = np.diff(kept.ends, prepend=-1)[doc_ids]
    places = expand_ranges(kept.ends[doc_ids] + 1 - lengths, lengths)
    if not (
        np.array_equal(kept.codes[places], titles.codes) and np.array_equal(kept.boundaries[places], titles.boundaries)
    ):
        yield _("the titles of suggestions are not those of the documents")


def _digests_of(run: RunReader) -> dict[str, UInt64s]:
    """By field uint64[documents], what each document of a run has."""
    digests = {name: np.zeros(run.info.documents, np.uint64) for name in FIELD_ORDER}
    unigrams = Terms.of(CONTENT.unigrams, field_source(run, CONTENT.unigrams))
    for name in FIELD_ORDER:
        source = field_source(run, name)
        terms: Terms | Bigrams = (
            Terms.of(name, source) if name not in BIGRAM_FIELDS else Bigrams.of(name, source, unigrams, run.file)
        )
        for first, last, lists in stretches(source):
            add_lists(digests[name], terms.hashes[first:last], lists)
    return digests
