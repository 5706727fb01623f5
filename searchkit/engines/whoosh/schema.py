"""The index' fields, as Whoosh knows them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from whoosh.analysis import IDAnalyzer
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence, Format, Frequency

from searchkit.query.fields import ALL_STREAMS


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


FILTER_FIELDS = ("path", "source", "tag", "url")
"""Fields of whole values: no positions, no ranking."""

POSITION_FIELDS = tuple(name for stream in ALL_STREAMS for name in (stream.pairs, stream.breaks))
"""Fields with positions: each unit begins one pair or stands at one break."""

RANKED_FIELDS = tuple(name for stream in ALL_STREAMS for name in (stream.units, stream.pairs, stream.words))
"""Fields that BM25 looks at."""

FIELD_ORDER = tuple(
    sorted({*FILTER_FIELDS, *RANKED_FIELDS, *POSITION_FIELDS}, key=lambda name: ("pairs" in name, name))
)
"""The fields as they are written: units before their pairs."""


def schema() -> Schema:
    """The schema of every segment."""
    fields: dict[str, Any] = {name: _field(Existence()) for name in FILTER_FIELDS}
    fields |= {name: _field(WeightOnly()) for name in RANKED_FIELDS}
    fields |= {name: _field(PositionList()) for name in POSITION_FIELDS}
    return Schema(**fields)


NO_DATE = -(2**63)
"""The date of a post without one: before every other."""

NUMBERS_DTYPE = np.dtype([("date", "<i8"), ("text", "<i8"), *((name, "<u4") for name in RANKED_FIELDS)])
"""A document's numbers: date in microseconds since 1970, hash of its folded text, terms in each ranked field."""

NUMBER_FIELDS: tuple[str, ...] = NUMBERS_DTYPE.names or ()
"""The names of a document's numbers."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def microseconds(date: dt.datetime | None) -> int:
    """Microseconds since 1970, as the index has dates; ``NO_DATE`` for None."""
    return NO_DATE if date is None else (date - _EPOCH) // _MICROSECOND


def date_of(instant: int) -> dt.datetime | None:
    """What ``microseconds`` was given, in UTC.

    Raises:
        ValueError: no date is so far away.
    """
    try:
        return None if instant == NO_DATE else _EPOCH + instant * _MICROSECOND
    except OverflowError as error:
        raise ValueError(str(error)) from error
