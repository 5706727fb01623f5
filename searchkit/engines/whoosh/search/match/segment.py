"""A segment as a search uses it: its reader, where its document numbers begin, and the expander of its patterns."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.schema import CONTENT, TITLE
from searchkit.engines.whoosh.search.match.expand import Expander
from searchkit.engines.words.sounds import Sounds

_PHRASES_BYTES = 16 << 20
"""Budget for the places of phrases per segment."""

_Number = TypeVar("_Number", bound=np.generic)


class Arrivals:
    """When the documents of all segments came into the index."""

    def __init__(self, readers: Sequence[SegmentReader]) -> None:
        self._readers = readers

    @cached_property
    def newest(self) -> int:
        """The last time that one came that is there still, in microseconds since 1970; ``NO_DATE`` if none is known."""
        return max(
            (int(reader.doc_values["added"][reader.live].max(initial=NO_DATE)) for reader in self._readers),
            default=NO_DATE,
        )


@dataclass(frozen=True, slots=True, eq=False)
class SegmentContext:
    """A segment of the commit point that is searched.

    Attributes:
        reader: of the segment.
        doc_base: the number of its first document among those of all segments.
        expander: says which of its terms a pattern stands for.
        arrivals: of the documents of all segments.
        phrase_keys: where the phrases of the last queries begin.
    """

    reader: SegmentReader
    doc_base: int
    expander: Expander
    arrivals: Arrivals
    phrase_keys: ByteCache[Hashable, Int64s]

    @property
    def max_doc(self) -> int:
        """How many documents it holds, deleted ones included."""
        return self.reader.info.documents


def contexts(readers: Sequence[SegmentReader]) -> Iterator[SegmentContext]:
    """The segments in order, their documents numbered through."""
    sounds = Sounds(partial(_doc_freqs, readers, CONTENT.words), partial(_doc_freqs, readers, TITLE.words))
    base, arrivals = 0, Arrivals(readers)
    for reader in readers:
        yield SegmentContext(reader, base, Expander(reader, sounds), arrivals, ByteCache(_PHRASES_BYTES, _nbytes))
        base += reader.info.documents


def _nbytes(keys: Int64s) -> int:
    return keys.nbytes


def _doc_freqs(readers: Sequence[SegmentReader], field: str) -> dict[str, int]:
    from searchkit.engines.whoosh.search.match.live_terms import live_doc_freqs  # for pinyin queries only

    return live_doc_freqs(readers, field)


def as_one(parts: Sequence[npt.NDArray[_Number]], kind: type[_Number]) -> npt.NDArray[_Number]:
    """The arrays of all segments as one; without segments an empty one."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, kind), *parts])
