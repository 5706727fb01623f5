"""Posts with the same text are one hit: which of them stands for all?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Duplicates:
    """The documents whose text others have too.

    Args:
        texts: int64[documents], the hash of each one's folded text.
        live: bool[documents], which are not deleted.
        by_path: sorts some numbers of documents by path.
    """

    def __init__(self, texts: Numbers, live: Mask, by_path: Callable[[Numbers], Numbers]) -> None:
        numbers = np.flatnonzero(live)
        numbers = numbers[np.argsort(texts[numbers], kind="stable")]
        same = np.diff(texts[numbers]) == 0
        several = by_path(numbers[np.append(same, False) | np.insert(same, 0, False)] if len(numbers) else numbers)
        self._numbers = several[np.argsort(texts[several], kind="stable")]
        self._texts = texts[self._numbers]
        self._has_twin = np.zeros(len(live), bool)
        self._has_twin[self._numbers] = True
        self._places = {number: place for place, number in enumerate(self._numbers.tolist())}

    def first_of(self, documents: Numbers) -> Numbers:
        """Some documents, ascending, without those whose text one of them has that comes before by path."""
        several = documents[self._has_twin.take(documents)]
        if len(several) < 2:
            return documents
        wanted = np.zeros(len(self._has_twin), bool)
        wanted[several] = True
        here = np.flatnonzero(wanted[self._numbers])
        again = np.diff(self._texts[here]) == 0
        wanted[self._numbers[here[1:][again]]] = False
        return documents[wanted.take(documents) | ~self._has_twin.take(documents)]

    def of(self, number: int) -> list[int]:
        """The documents with the same text as this one, itself among them, by path."""
        place = self._places.get(number)
        if place is None:
            return [number]
        same: list[int] = self._numbers[self._texts == self._texts[place]].tolist()
        return same
