"""Dates as people type them: a year, a month, a day or an instant, and the whole of it."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import QueryError
from searchkit.query.times import first_instant, last_instant
from searchkit.query.times.periods import earliest, latest, period

TICK = dt.timedelta(microseconds=1)


def clock(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "first", "after"),
    [
        ("2021", "2021-01-01", "2022-01-01"),
        ("2020", "2020-01-01", "2021-01-01"),
        ("2021-11", "2021-11-01", "2021-12-01"),
        ("2021-12", "2021-12-01", "2022-01-01"),
        ("2021-02", "2021-02-01", "2021-03-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("1900-02", "1900-02-01", "1900-03-01"),
        ("2000-02", "2000-02-01", "2000-03-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2021-11-08", "2021-11-08", "2021-11-09"),
        ("2021-1-8", "2021-01-08", "2021-01-09"),
        ("2021/11/08", "2021-11-08", "2021-11-09"),
        ("2021.11.8", "2021-11-08", "2021-11-09"),
        ("2021年", "2021-01-01", "2022-01-01"),
        ("2021年11月", "2021-11-01", "2021-12-01"),
        ("2021年11月8日", "2021-11-08", "2021-11-09"),
        ("２０２１-１１", "2021-11-01", "2021-12-01"),
        (" 2021 ", "2021-01-01", "2022-01-01"),
        ("20211108", "2021-11-08", "2021-11-09"),
        (dt.date(2021, 11, 8), "2021-11-08", "2021-11-09"),
    ],
)
def test_the_whole_of_it(date: str | dt.date, first: str, after: str) -> None:
    assert first_instant(date) == clock(first)
    assert last_instant(date) == clock(after) - TICK


@pytest.mark.parametrize(
    ("instant", "meant"),
    [
        ("2021-11-08T03:39:04", "2021-11-08T03:39:04"),
        ("2021-11-08 03:39", "2021-11-08T03:39:00"),
        ("2021-11-08T03:39:04.573Z", "2021-11-08T03:39:04.573+00:00"),
        ("2021-11-08T11:39:04+08:00", "2021-11-08T03:39:04+00:00"),
        (dt.datetime(2021, 11, 8, 3), "2021-11-08T03:00:00"),
        (dt.datetime(2021, 11, 8, 11, tzinfo=dt.timezone(dt.timedelta(hours=8))), "2021-11-08T03:00:00+00:00"),
    ],
)
def test_an_instant_has_a_time_zone_if_one_is_written(instant: str | dt.datetime, meant: str) -> None:
    assert first_instant(instant) == clock(meant)


def test_an_instant_ends_with_its_second_unless_it_is_written_to_the_microsecond() -> None:
    assert last_instant("2021-11-08T03:39:04Z") == clock("2021-11-08T03:39:04.999999Z")
    assert last_instant("2021-11-08T03:39:04.000000z") == clock("2021-11-08T03:39:04Z")


@pytest.mark.parametrize(("date", "last"), [("9999", "9999-12-31"), ("9999-12", "9999-12-31"), ("9999-12-31",) * 2])
def test_the_end_of_time(date: str, last: str) -> None:
    assert last_instant(date) == clock(last).replace(hour=23, minute=59, second=59, microsecond=999_999)


@pytest.mark.parametrize(
    "date",
    ["", "昨天", "2021-13", "2021-02-29", "0000", "21", "2021-", "2021-11-08T25:00", "2021-11-31", "\ud800", "²⁰²¹"],
)
def test_a_bad_date_says_how_to_write_one(date: str) -> None:
    for meaning in (first_instant, last_instant):
        with pytest.raises(QueryError, match="is no date; write it as 2021, 2021-11 or 2021-11-08"):
            meaning(date)


@given(st.one_of(st.text(max_size=12), st.text("0123456789-/.年月日TZ:+", max_size=12)))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert first_instant(text) <= last_instant(text)


@given(st.dates())
def test_any_day(day: dt.date) -> None:
    first, last = first_instant(day.isoformat()), last_instant(day.isoformat())
    assert (first.date(), last.date(), last - first) == (day, day, dt.timedelta(days=1) - TICK)


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2021-10", "2021-10-01", "2021-11-01"),
        ("去年", "2020-01-01", "2021-01-01"),
        ("上個月", "2021-10-01", "2021-11-01"),
        ("昨天", "2021-11-07", "2021-11-08"),
        ("yesterday", "2021-11-07", "2021-11-08"),
        ("7d", "2021-11-02", "2021-11-02"),  # until then: what is older
        ("２W", "2021-10-26", "2021-10-26"),
        ("1y", "2020-11-08", "2020-11-08"),
        ("最近三个月", "2021-08-08", "2021-08-08"),
        ("三个月前", "2021-08-08", "2021-08-09"),
        ("7天前", "2021-11-01", "2021-11-02"),
        ("半年以前", "2021-05-08", "2021-05-09"),
    ],
)
def test_since_and_until_take_words_for_a_time(typed: str, since: str, until: str) -> None:
    today = dt.date(2021, 11, 8)
    assert (earliest(typed, today), latest(typed, today)) == (clock(since), clock(until) - TICK)


@pytest.mark.parametrize("typed", ["gestern", "", "d", "7x", "9999y", "前", "半天前", ">2021", "2021..2022", "*"])
def test_what_is_no_time_says_how_to_write_one(typed: str) -> None:
    for meaning in (earliest, latest):
        with pytest.raises(QueryError, match="is no date; write it as 2021, 2021-11, 2021-11-08, 去年 or 7d"):
            meaning(typed, dt.date(2021, 11, 8))


def test_a_field_takes_the_same_words() -> None:
    today = dt.date(2021, 11, 8)
    for typed in ("7d", "2w", "7天前", "today"):
        assert period(typed, today).first == earliest(typed, today)
