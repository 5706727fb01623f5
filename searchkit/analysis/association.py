"""Measures of association and keyness, from counts of words."""

from __future__ import annotations

import math
from itertools import product


def log_likelihood(o11: float, o12: float, o21: float, o22: float) -> float:
    """The log-likelihood ratio G² of a two-by-two table: 0 where rows and columns are independent.

    Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1), 1993,
    as 2 Σ O ln(O / E); 3.84 is significant at 5 %, 10.83 at 0.1 %, for one test.

    Args:
        o11, o12, o21, o22: what was counted, row by row.

    >>> round(log_likelihood(110, 2442, 111, 29114), 2)
    270.72
    """
    rows, columns = (o11 + o12, o21 + o22), (o11 + o21, o12 + o22)
    total = sum(rows)
    cells = [
        (observed, row * column)
        for observed, (row, column) in zip((o11, o12, o21, o22), product(rows, columns), strict=True)
    ]
    return 2 * sum(observed * math.log(observed * total / margins) for observed, margins in cells if observed > 0)


def log_dice(together: int, node: int, word: int) -> float:
    """logDice: at most 14; one more stands for twice the association, whatever the size of the corpus.

    Rychlý, "A lexicographer-friendly association score", RASLAN 2008: 14 + log2(2 f(x, y) / (f(x) + f(y))).

    Args:
        together: how often the word stands beside the node.
        node: how often the node occurs.
        word: how often the word occurs.

    >>> round(log_dice(10, 50, 30), 2)
    12.0
    """
    return 14 + math.log2(2 * together / (node + word))


def percent_difference(frequency_a: float, frequency_b: float) -> float:
    """%DIFF: by how many percent a relative frequency is higher than another; infinite where the other is 0.

    Gabrielatos and Marchi, "Keyness: appropriate metrics and practical issues", CADS International Conference 2012.

    >>> percent_difference(0.003, 0.001)
    200.0
    """
    if not frequency_b:
        return math.inf if frequency_a else 0.0
    return round((frequency_a / frequency_b - 1) * 100, 10)
