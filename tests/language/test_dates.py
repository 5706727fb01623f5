"""Dates in other forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.language.dates import dates
from searchkit.language.numerals import counts

FORMS = ["2021年3月5日", "2021年03月05日", "二〇二一年三月五日", "2021/3/5", "2021/03/05", "2021-03-05", "2021.3.5"]


def forms(text: str) -> tuple[str, ...]:
    return tuple(form for date in dates(text, counts(text)) for form in date.forms)


@pytest.mark.parametrize("typed", FORMS)
def test_each_form_finds_the_forms_with_other_signs(typed: str) -> None:
    wanted = {form for form in FORMS if form != typed and not ("年" in form and "年" in typed)}
    assert wanted <= set(forms(typed))
    assert typed not in forms(typed)


@pytest.mark.parametrize(
    "text",
    ["2021/13/5", "2021/2/30", "2021-03.05", "2021.3.5.1", "v2021-03-05", "2021年3月", "3月5日", "12021/3/5"],
)
def test_what_is_no_full_date_has_no_forms(text: str) -> None:
    assert forms(text) == ()


@given(st.text("0123456789-/.年月日a ", max_size=40))
def test_dates_lie_within_the_text_and_do_not_overlap(text: str) -> None:
    found = dates(text, counts(text))
    spans = [span for date in found for span in (date.start, date.end)]
    assert spans == sorted(spans)
    assert all(date.end <= len(text) for date in found)
