"""Posts with the same text are one hit: which of them stands for all?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, Int64s


class Duplicates:
    """The documents whose text others have too.

    Args:
        texts: int64[documents], the hash of each one's folded text.
        live: bool[documents], False where deleted.
        by_path: sorts documents by path.
    """

    def __init__(self, texts: Int64s, live: Bools, by_path: Callable[[Int64s], Int64s]) -> None:
        doc_ids = np.flatnonzero(live)
        doc_ids = doc_ids[np.argsort(texts[doc_ids], kind="stable")]
        same = np.diff(texts[doc_ids]) == 0
        doc_ids = by_path(doc_ids[np.append(same, False) | np.insert(same, 0, False)] if len(doc_ids) else doc_ids)
        self._doc_ids = doc_ids[np.argsort(texts[doc_ids], kind="stable")]  # by text, then by path
        self._texts = texts[self._doc_ids]
        self._has_duplicate = np.zeros(len(live), bool)
        self._has_duplicate[self._doc_ids] = True
        self._places = {doc_id: place for place, doc_id in enumerate(self._doc_ids.tolist())}

    def collapse(self, doc_ids: DocIds) -> DocIds:
        """Some documents without those whose text another of them has that comes before by path."""
        duplicated = doc_ids[self._has_duplicate.take(doc_ids)]
        if len(duplicated) < 2:
            return doc_ids
        kept = np.zeros(len(self._has_duplicate), bool)
        kept[duplicated] = True
        places = np.flatnonzero(kept[self._doc_ids])
        repeated = np.diff(self._texts[places]) == 0
        kept[self._doc_ids[places[1:][repeated]]] = False
        return doc_ids[kept.take(doc_ids) | ~self._has_duplicate.take(doc_ids)]

    def of(self, doc_id: int) -> list[int]:
        """The documents with the same text as this one, itself among them, by path."""
        place = self._places.get(doc_id)
        if place is None:
            return [doc_id]
        same: list[int] = self._doc_ids[self._texts == self._texts[place]].tolist()
        return same
