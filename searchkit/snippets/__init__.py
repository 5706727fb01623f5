"""Here is a hit: which lines show why? Fragments of the original text with spans; no markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from searchkit.language.folding import fold_with_offsets
from searchkit.model import Snippet, Span
from searchkit.query.compiled import Needle
from searchkit.snippets.borders import Fragment, lead, outside_clusters, trimmed, widened
from searchkit.snippets.folded import FoldedStretches, with_variation
from searchkit.snippets.matching import Finder, Match, finder_of, may_be_in
from searchkit.snippets.windows import best_window, windows

MAX_MATCHES = 300
"""Places of one needle that are looked at to choose fragments: more make no better ones."""

_COMMON = 8  # places of a single character; one that is everywhere tells nothing of where to look
_TITLE_WITHIN = 200  # characters of a text before its title stands there once more


class Highlighter:
    """Shows where needles are, in any number of texts.

    Args:
        needles: what to show.

    >>> Highlighter([Needle(("论", "坛"), (0,))]).spans("國際論壇")
    ((2, 4),)
    """

    def __init__(self, needles: Sequence[Needle]) -> None:
        self._needles = tuple(needles)
        self._known: dict[int, Finder] = {}  # by the needle's place: to hash it takes longer than to look for it

    def spans(self, text: str) -> tuple[Span, ...]:
        """Every match in a short text, in characters of it; adjacent and overlapping ones are joined."""
        folded = _folded_title(text)
        whole = folded.text
        found = [span for finder in self._finders(whole) for span in finder.places(whole, 0, len(whole))]
        return _joined([with_variation(text, *folded.original_span(start, end)) for start, end in found])

    def snippets(self, text: str, chars: int, title: str = "") -> tuple[Snippet, ...]:
        """One to three fragments that best show the needles; the lead where none is in the text.

        Args:
            text: the original, as it is stored; needles that are for the title only are not shown in it.
            chars: the most characters of all fragments together, unless a match alone is longer; 0 asks for none.
            title: shown above the fragments; a line of the text that repeats it is shown only if nothing else can be.

        Returns:
            Fragments in the order of the text, cut at the border of a sentence or clause where one is near, never
            inside a character as a reader sees it; none for a blank text.

        >>> Highlighter([Needle(("论", "坛"), (0,))]).snippets("昨天下雨。國際論壇在北京召開。", 10)
        (Snippet(text='國際論壇在北京召開。', spans=((2, 4),)),)
        """
        if not chars or not text.strip():
            return ()
        folded = FoldedStretches(text)
        finders = [finder for finder in self._finders(folded.text) if not finder.needle.title_only]
        first = _repeated_title(text, title)
        fragments = _fragments(folded, finders, chars, first) or [lead(text, first, chars)]
        return tuple(_snippet(folded, finders, fragment) for fragment in fragments)


    def _finders(self, folded: str) -> list[Finder]:
        """Those that may find something; a needle that is in no text needs none."""
        here = [at for at, needle in enumerate(self._needles) if may_be_in(needle, folded)]
        return [self._known.get(at) or self._known.setdefault(at, finder_of(self._needles[at])) for at in here]


_folded_title = lru_cache(maxsize=4096)(fold_with_offsets)


def _repeated_title(text: str, title: str) -> int:
    """Where the text goes on after its title, that it begins with once more as a line of its own; else 0."""
    at = f"\n{text[: _TITLE_WITHIN + len(title)]}".rfind(f"\n{title}\n") if title else -1
    end = at + len(title)
    return end if at >= 0 and text[end:].strip() else 0


def _fragments(folded: FoldedStretches, finders: Sequence[Finder], chars: int, first: int) -> list[Fragment]:
    matches = _telling_matches(folded.text, finders)
    if first:
        place = folded.folded_place(first)
        matches = [match for match in matches if match[0] >= place] or matches
    cores = _cores(folded, matches, [finder.weight for finder in finders], chars)
    spare = max(chars - _length(cores), 0)
    fragments: list[Fragment] = []
    for number, core in enumerate(cores):
        floor = fragments[-1].end if fragments else first if core[0] >= first else 0
        ceiling = cores[number + 1][0] if number + 1 < len(cores) else len(folded.original)
        fragment = widened(folded.original, core, spare // (len(cores) - number), floor, ceiling)
        spare -= fragment.end - fragment.start - _length([core])
        fragments.append(fragment)
    return fragments


def _cores(folded: FoldedStretches, matches: Sequence[Match], weights: Sequence[int], chars: int) -> list[Span]:
    """What the fragments must show, in the order of the text; together no longer than ``chars``, or a single match."""
    cores: list[Span] = []
    for window in windows(matches, weights, chars):
        core = _core(folded, window.matches, weights, chars)
        if not cores or _length([*cores, core]) <= chars:
            cores.append(core)
    return _near_ones_joined(sorted(cores), chars)


def _telling_matches(folded: str, finders: Sequence[Finder]) -> list[Match]:
    """What fragments are chosen by: not 的, wherever there is anything longer."""
    telling: list[Match] = []
    common: list[tuple[int, Finder]] = []
    for number, finder in enumerate(finders):
        places = finder.places(folded, 0, len(folded), _COMMON + 1 if finder.single else MAX_MATCHES)
        if finder.single and len(places) > _COMMON:
            common.append((number, finder))
        else:
            telling += [(*place, number) for place in places]
    if not telling:
        for number, finder in common:
            telling += [(*place, number) for place in finder.places(folded, 0, len(folded), MAX_MATCHES)]
    return telling


def _core(folded: FoldedStretches, matches: Sequence[Match], weights: Sequence[int], chars: int) -> Span:
    """The stretch of the original that a window's matches are in; only the best of them if that is too long."""
    start, end = folded.original_span(matches[0][0], max(match[1] for match in matches))
    core = outside_clusters(folded.original, start, end)
    if _length([core]) <= chars or len(matches) == 1:
        return core
    there = [(*folded.original_span(start, end), number) for start, end, number in matches]
    best = best_window(there, weights, chars).matches
    core = outside_clusters(folded.original, best[0][0], max(match[1] for match in best))
    return core if _length([core]) <= chars else outside_clusters(folded.original, *best[0][:2])


def _near_ones_joined(cores: list[Span], chars: int) -> list[Span]:
    """Cores so near that what is shown around them would meet become one."""
    for at in range(len(cores) - 1):
        share = (chars - _length(cores)) // len(cores)
        if cores[at + 1][0] - cores[at][1] <= 2 * share:
            one = (cores[at][0], max(cores[at][1], cores[at + 1][1]))
            return _near_ones_joined([*cores[:at], one, *cores[at + 2 :]], chars)
    return cores


def _length(stretches: Sequence[Span]) -> int:
    return sum(end - start for start, end in stretches)


def _snippet(folded: FoldedStretches, finders: Sequence[Finder], fragment: Fragment) -> Snippet:
    """The fragment as one line, and the matches inside it."""
    start, end = folded.around(fragment.start, fragment.end)
    piece = folded.text[start:end]
    there = [
        folded.original_span(*place)
        for finder in finders
        if may_be_in(finder.needle, piece)
        for place in finder.places(folded.text, start, end)
    ]
    fragment = trimmed(folded.original, fragment.without_halves(folded.original, there))
    inside = [span for span in there if span[0] >= fragment.start and span[1] <= fragment.end]
    line = re.sub(r"\s", " ", folded.original[fragment.start : fragment.end])
    return Snippet(line, tuple((a - fragment.start, b - fragment.start) for a, b in _joined(inside)))


def _joined(found: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
