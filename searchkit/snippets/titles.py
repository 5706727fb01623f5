"""Folded titles: those of a page together, kept for the next pages."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.language.folding import FoldedText, fold_lines

_MAX_KNOWN = 4096

_known: dict[str, FoldedText] = {}


def folded_titles(titles: Sequence[str]) -> list[FoldedText]:
    """Each of some titles, folded: those that no page before had, together."""
    found = {title: _known.get(title) for title in titles}
    new = [title for title, known in found.items() if known is None]
    if new:
        folded = dict(zip(new, fold_lines(new), strict=True))
        if len(_known) > _MAX_KNOWN:
            _known.clear()
        _known.update(folded)
        found |= folded
    return [known for title in titles if (known := found[title])]
