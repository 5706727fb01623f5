"""Windows over the matches of a text: which of them to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from searchkit.snippets.matching import Match

RUN = 0
"""The weight of a text that was typed in one piece: a window that has it comes before others, whatever they weigh."""

_SHARES = (2, 4, 4)
"""If there are several windows, the first may be a half, the others a fourth each of all characters."""

_MIN_GAIN_DIVISOR = 4
"""A further window must add at least a fourth of the weight that is shown without it."""


class Window(NamedTuple):
    """Matches that fit into a given length of text.

    Attributes:
        matches: sorted by their start.
        weight: the sum of the weights of the distinct needles among them.
    """

    matches: list[Match]
    weight: int


def choose_windows(matches: Sequence[Match], weights: Sequence[int], chars: int) -> list[Window]:
    """The windows to show, the best first: one, or up to three if they show considerably more.

    Args:
        matches: the matches of all needles, in any order.
        weights: the weight of each needle; ``RUN`` for a text that was typed in one piece.
        chars: the number of characters to show in total.
    """
    remaining = _without_inner_repetitions(sorted(matches))
    if not remaining:
        return []
    single = best_window(remaining, weights, chars)
    missing = sum(weights[needle] for needle in {match[2] for match in remaining}) - single.weight
    if not missing or missing * _MIN_GAIN_DIVISOR < single.weight:
        return [single]
    several: list[Window] = []
    for share in _SHARES:
        window = best_window(remaining, weights, chars // share)
        if several and window.weight * _MIN_GAIN_DIVISOR < several[0].weight:
            break
        several.append(window)
        shown = {match[2] for match in window.matches}
        remaining = [match for match in remaining if match[2] not in shown]
        if not remaining:
            break
    gain = sum(window.weight for window in several) - single.weight
    return several if gain * _MIN_GAIN_DIVISOR >= single.weight else [single]


def best_window(matches: Sequence[Match], weights: Sequence[int], chars: int) -> Window:
    """The window with most runs, then with the highest weight of distinct needles, then the shortest, then the first.

    Args:
        matches: at least one, sorted by their start.
        weights: the weight of each needle; ``RUN`` for a text that was typed in one piece.
        chars: the maximum length of a window of several matches.
    """
    best = (0, 1)  # first match, match after the last
    best_runs = best_weight = best_length = 0
    counts = [0] * len(weights)
    first = runs = weight = 0
    start, _, leaving = matches[0]
    for last, (_, end, needle) in enumerate(matches):
        if not counts[needle]:
            weight += weights[needle]
            runs += weights[needle] == RUN
        counts[needle] += 1
        while first < last and (end - start > chars or counts[leaving] > 1):
            counts[leaving] -= 1
            if not counts[leaving]:
                weight -= weights[leaving]
                runs -= weights[leaving] == RUN
            first += 1
            start, _, leaving = matches[first]
        # compared one by one: to compare tuples of them takes twice as long
        if runs < best_runs or (runs == best_runs and weight < best_weight):
            continue
        if runs > best_runs or weight > best_weight or end - start < best_length:
            best = (first, last + 1)
            best_runs, best_weight, best_length = runs, weight, end - start
    return Window(list(matches[slice(*best)]), best_weight)


def _without_inner_repetitions(matches: list[Match]) -> list[Match]:
    """Drop each match between two matches of the same needle: no shortest window begins or ends with one."""
    needles = [match[2] for match in matches]
    neighbours = zip(matches, [-1, *needles], [*needles[1:], -1], strict=False)
    return [match for match, before, after in neighbours if not before == match[2] == after]
