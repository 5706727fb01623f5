"""What a codec gives: a writer and a reader of one segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.codec.postings import Lists, Postings
from searchkit.engines.whoosh.commit.meta import INDEX_NAME
from searchkit.model import Document

if TYPE_CHECKING:
    from searchkit.engines.whoosh.indexing.inverter import FieldPostings


_Number = TypeVar("_Number", bound=np.generic)


class SegmentWriter(Protocol):
    """Writes one segment: its documents in parts, then its fields, each once."""

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        """The next documents, with a row of ``NUMBERS_DTYPE`` each."""

    def end_documents(self) -> None:
        """After the last document, and before the first field."""

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; unigrams before their bigrams."""

    def close(self) -> None:
        """Write what is left, and close the files."""

    def abandon(self) -> None:
        """Close the files as they are, after an error."""


class SegmentReader(Protocol):
    """A segment, open for reading."""

    @property
    def info(self) -> SegmentInfo: ...

    @property
    def numbers(self) -> npt.NDArray[Any]:
        """A row of ``NUMBERS_DTYPE`` a document."""

    @property
    def live(self) -> npt.NDArray[np.bool_]:
        """bool[documents], False where deleted."""

    @property
    def paths(self) -> list[str]:
        """The path of each document."""

    @property
    def path_order(self) -> npt.NDArray[np.int64]:
        """int64[documents], the place of each one's path among all."""

    def path(self, number: int) -> str:
        """The path of one document."""

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term, deleted documents among them; empty where it does not occur. Kept for a while."""

    def read_postings(self, field: str, term: str) -> Postings:
        """The same, for who keeps what is made of them."""

    def terms(self, field: str, start: str = "") -> Iterator[str]:
        """The terms of a field from ``start`` on, in the order of their UTF-8."""

    def lists_from(self, field: str, prefix: str) -> Lists:
        """The posting lists of all terms that begin so, in order."""

    def lists_at(self, field: str, places: npt.NDArray[np.int64]) -> Lists:
        """The posting lists of the terms at these places among all of a field, ascending."""

    def lexicon(self, field: str) -> str:
        """All terms of a field, ascending, with a NUL before and after each."""

    def doc_frequencies(self, field: str) -> npt.NDArray[np.int64]:
        """int64[terms], how many documents have each term of a field of texts, deleted ones among them."""

    def head(self, number: int) -> Document:
        """The stored document of this number, without its body."""

    def body(self, number: int) -> str:
        """The body of the document of this number."""

    def document(self, number: int) -> Document:
        """The stored document of this number."""

    def close(self) -> None:
        """Let go of the files."""


def segment_name(info: SegmentInfo) -> str:
    """What the names of a segment's files begin with."""
    return f"{INDEX_NAME}_{info.id}"


def as_one(parts: Sequence[npt.NDArray[_Number]], kind: type[_Number]) -> npt.NDArray[_Number]:
    """The arrays of a state's segments as one; a state without segments has an empty one."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, kind), *parts])
