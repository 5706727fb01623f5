"""Which stretches show most? Windows over the matches of one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.snippets.matching import Match

_SHARES = (2, 4, 4)
"""Of several windows, what part of all characters the matches of each may take."""

_LEAST_GAIN = 4
"""A further window must show a fourth of what is shown without."""


@dataclass(frozen=True, slots=True)
class Window:
    """Matches that are near together.

    Attributes:
        matches: by their start.
        weight: of the different needles among them.
    """

    matches: list[Match]
    weight: int


def windows(matches: Sequence[Match], weights: Sequence[int], chars: int) -> list[Window]:
    """One to three windows, the best first: one where it shows about as much as several would.

    Args:
        matches: of all needles, in any order.
        weights: by the needle's number.
        chars: how much text there is to show.
    """
    left = _thinned(sorted(matches))
    if not left:
        return []
    whole = best_window(left, weights, chars)
    missing = sum(weights[number] for number in {match[2] for match in left}) - whole.weight
    if not missing or missing * _LEAST_GAIN < whole.weight:
        return [whole]
    several: list[Window] = []
    for share in _SHARES:
        window = best_window(left, weights, chars // share)
        if several and window.weight * _LEAST_GAIN < several[0].weight:
            break
        several.append(window)
        shown = {match[2] for match in window.matches}
        left = [match for match in left if match[2] not in shown]
        if not left:
            break
    gain = sum(window.weight for window in several) - whole.weight
    return several if gain * _LEAST_GAIN >= whole.weight else [whole]


def best_window(matches: Sequence[Match], weights: Sequence[int], chars: int) -> Window:
    """The window that shows most different needles by weight, then the tightest, then the first.

    Args:
        matches: at least one, by their start.
        weights: by the needle's number.
        chars: how long a window of more than one match may be.
    """
    best = (0, 0, 0, 0)  # weight, width as a negative number, first match, last match
    counts = [0] * len(weights)
    first = weight = 0
    for last, (_, end, number) in enumerate(matches):
        if not counts[number]:
            weight += weights[number]
        counts[number] += 1
        start, _, leaving = matches[first]
        while first < last and (end - start > chars or counts[leaving] > 1):
            counts[leaving] -= 1
            if not counts[leaving]:
                weight -= weights[leaving]
            first += 1
            start, _, leaving = matches[first]
        if weight > best[0] or (weight == best[0] and start - end > best[1]):
            best = (weight, start - end, first, last)
    weight, _, first, last = best
    return Window(list(matches[first : last + 1]), weight)


def _thinned(matches: list[Match]) -> list[Match]:
    """Without matches between two of the same needle: no tightest window of several needles has one of them."""
    numbers = [match[2] for match in matches]
    neighbours = zip(matches, [-1, *numbers], [*numbers[1:], -1], strict=False)
    return [match for match, before, after in neighbours if not before == match[2] == after]
