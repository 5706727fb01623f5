"""The index' fields as Whoosh knows them: for its own codec, and for its searcher on our segments."""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh.analysis import IDAnalyzer
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence, Format, Frequency

from searchkit.engines.whoosh.schema import FILTER_FIELDS, POSITION_FIELDS, RANKED_FIELDS


class PositionList(Format):  # type: ignore[misc]
    """Positions as little-endian 32-bit numbers, so that a whole block of postings decodes at once."""

    def decode_positions(self, value: bytes) -> list[int]:
        return np.frombuffer(value, "<u4").tolist()  # type: ignore[no-any-return]

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        return float(len(value) // 4)


class WeightOnly(Frequency):  # type: ignore[misc]
    """How often a term occurs, kept as the posting's weight alone."""

    posting_size = 0


class Terms(FieldType):  # type: ignore[misc]
    """A field whose terms are any text, unpaired surrogates too."""

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")

    def from_bytes(self, bs: bytes) -> str:
        return bs.decode("utf-8", "surrogatepass")


def _field(posting_format: Format) -> FieldType:
    return Terms(posting_format, IDAnalyzer())


def schema() -> Schema:
    """The schema of every segment."""
    fields: dict[str, Any] = {name: _field(Existence()) for name in FILTER_FIELDS}
    fields |= {name: _field(WeightOnly()) for name in RANKED_FIELDS}
    fields |= {name: _field(PositionList()) for name in POSITION_FIELDS}
    return Schema(**fields)
