"""The names of the indexes of one generation: that of its documents, and that of its blobs."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GENERATION = re.compile(r"-(\d{6,})-([0-9a-f]{8})")
_KEPT = "-kept"


@dataclass(frozen=True, slots=True, order=True)
class GenerationName:
    """The name of a generation.

    Attributes:
        number: how many commits there were, with it.
        id: 8 hexadecimal digits, so that two rebuilds never write to the same.
        alias: the name of the index.
    """

    number: int
    id: str
    alias: str

    @classmethod
    def parse(cls, alias: str, index: str) -> GenerationName | None:
        """The generation that has an index, or keeps blobs in it; None if it is no index of this alias.

        >>> GenerationName.parse("news", "news-000007-0123abcd-kept")
        GenerationName(number=7, id='0123abcd', alias='news')
        """
        found = _GENERATION.fullmatch(index.removesuffix(_KEPT), len(alias)) if index.startswith(alias) else None
        return cls(int(found[1]), found[2], alias) if found else None

    @property
    def index(self) -> str:
        """The index of its documents."""
        return f"{self.alias}-{self.number:06}-{self.id}"

    @property
    def kept(self) -> str:
        """The index of its blobs."""
        return f"{self.index}{_KEPT}"
