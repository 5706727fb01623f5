"""Foldings of the texts that the last queries showed: the next one shows many of them again."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.snippets.folded import LazyFoldedText, folded_texts

_SHARE = 8  # a text that takes more than an eighth of the room is not kept


class KnownFoldings:
    """Folds texts, and keeps their foldings for the next queries; safe to use from several threads.

    Args:
        room: characters of all texts that are kept, about; when there are more, none is kept any longer.

    >>> KnownFoldings(1 << 10).of(["國際"])[0].text
    '国际'
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: dict[str, LazyFoldedText] = {}
        self._chars = 0

    def of(self, texts: Sequence[str]) -> list[LazyFoldedText]:
        """Each of some texts, folded: those that are not known, together."""
        kept = self._kept
        known = {text: kept[text] for text in texts if text in kept}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            foldings = dict(zip(new, folded_texts(new), strict=True))
            known |= foldings
            self._keep(foldings)
        return [known[text] for text in texts]

    def _keep(self, new: dict[str, LazyFoldedText]) -> None:
        small = {text: folded for text, folded in new.items() if len(text) * _SHARE <= self._room}
        if self._chars > self._room:
            self._kept, self._chars = {}, 0
        self._chars += sum(map(len, small))
        self._kept.update(small)
