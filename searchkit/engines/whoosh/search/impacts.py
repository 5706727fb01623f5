"""What a term adds to the scores of documents: looked up for many documents at once.

A frequent term has a value for every document of the state, so that to look some up is one gather. Any other has a
list; its values are looked up by way of an array of all documents, or by bisection where few are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Documents = npt.NDArray[np.intp]
Values = npt.NDArray[np.float32]

ONE_IN = 8
"""A term that one in so many documents has is frequent: a value for each takes three times the memory at most."""

_OBJECTS = 500  # bytes of the objects around the arrays
_FEW = 8  # times fewer documents than the term has are bisected


class Impacts(Protocol):
    """What a term adds to the score of each document, before its weight."""

    @property
    def weight(self) -> float:
        """The term's idf."""

    @property
    def most(self) -> float:
        """The largest value; 0 where no document has the term."""

    def __len__(self) -> int:
        """How many values are kept."""

    @property
    def bytes(self) -> int:
        """What they take in memory."""

    def of(self, wanted: Documents) -> Values:
        """float32[n]: the value of each of these documents, ascending; 0 of those without the term."""


@dataclass(frozen=True, slots=True)
class Dense:
    """A value for each document of the state: float32[documents]."""

    values: Values
    weight: float
    most: float

    @classmethod
    def of_list(cls, documents: Documents, values: Values, weight: float, blank: Values) -> Dense:
        """From documents and their values; see ``Sparse``."""
        dense = np.zeros_like(blank)
        dense[documents] = values
        return cls(dense, weight, float(values.max(initial=0)))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def bytes(self) -> int:
        return self.values.nbytes + _OBJECTS

    def of(self, wanted: Documents) -> Values:
        taken: Values = self.values.take(wanted)
        return taken


@dataclass(frozen=True, slots=True)
class Sparse:
    """A list of documents and their values.

    Attributes:
        documents: intp[n], ascending, numbers counted through all segments.
        values: float32[n].
        weight: see ``Impacts``.
        most: see ``Impacts``.
        blank: float32[documents of the state], zeros between two calls; one for all terms.
    """

    documents: Documents
    values: Values
    weight: float
    most: float
    blank: Values

    @classmethod
    def of_list(cls, documents: Documents, values: Values, weight: float, blank: Values) -> Sparse:
        """From documents and their values."""
        return cls(documents, values, weight, float(values.max(initial=0)), blank)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def bytes(self) -> int:
        return self.documents.nbytes + self.values.nbytes + _OBJECTS

    def of(self, wanted: Documents) -> Values:
        return self._bisected(wanted) if len(wanted) * _FEW < len(self.documents) else self._spread(wanted)

    def _bisected(self, wanted: Documents) -> Values:
        places = self.documents.searchsorted(wanted)
        np.minimum(places, len(self.documents) - 1, out=places)
        values: Values = self.values.take(places)
        values[self.documents.take(places) != wanted] = 0
        return values

    def _spread(self, wanted: Documents) -> Values:
        self.blank[self.documents] = self.values
        try:
            values: Values = self.blank.take(wanted)
            return values
        finally:
            self.blank[self.documents] = 0
