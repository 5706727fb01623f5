"""The measures against published figures and those computed by hand."""

from __future__ import annotations

import math

import pytest

from searchkit.analysis.association import log_dice, log_likelihood, percent_difference


@pytest.mark.parametrize(
    ("table", "published"),
    [
        ((110, 2442, 111, 29114), 270.72),  # the swiss
        ((29, 13, 123, 31612), 263.90),  # can be
        ((31, 23, 139, 31584), 256.84),  # previous year
    ],
)
def test_log_likelihood_is_that_of_dunning_1993(table: tuple[int, int, int, int], published: float) -> None:
    """Table 1 of the paper."""
    assert log_likelihood(*table) == pytest.approx(published, abs=0.005)


def test_log_likelihood_of_independence_is_0_and_empty_cells_add_nothing() -> None:
    assert log_likelihood(10, 20, 30, 60) == pytest.approx(0, abs=1e-9)
    assert log_likelihood(10, 0, 0, 10) == pytest.approx(2 * 20 * math.log(2))


def test_log_dice_is_14_for_words_that_never_stand_alone_and_falls_by_one_with_half_of_it() -> None:
    assert log_dice(10, 10, 10) == 14
    assert log_dice(5, 10, 10) == 13


@pytest.mark.parametrize(("a", "b", "percent"), [(2, 1, 100), (1, 2, -50), (0, 1, -100), (1, 0, math.inf), (0, 0, 0)])
def test_percent_difference(a: float, b: float, percent: float) -> None:
    assert percent_difference(a, b) == percent
