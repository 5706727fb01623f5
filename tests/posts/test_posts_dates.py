"""Dates: as people write them in front matter, in file names and in folders, each in its author's time zone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.model import Post
from searchkit.posts.documents import document
from searchkit.posts.frontmatter.dates import date_in_folders, read_date, split_name
from searchkit.posts.frontmatter.zones import zone_named

CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(
            (value, "2021-11-08T00:00:00+08:00")
            for value in (
                *(
                    "2021-11-08",
                    "2021/11/8",
                    "2021.11.08",
                    "2021.11.8",
                    "2021年11月8日",
                    "20211108",
                    "公元2021年11月8日",
                ),
                *("November 8, 2021", "Nov 8, 2021", "Nov. 8th, 2021", "8 November 2021", "8 Nov 2021"),
                *("民國110年11月8日", "民国110年11月8日", "中華民國一百一十年十一月八日", "二〇二一年十一月八日"),
                *(
                    "2021年11月8日 星期一",
                    "2021-11-08 Mon",
                    "2021年11月8日（周一）",
                    "2021-11-08 Monday",
                    "2021-11-08~11-10",
                ),
                dt.date(2021, 11, 8),
            )
        ),
        *(
            (value, "2021-11-08T00:30:00+08:00")
            for value in (
                *("2021-11-08 00:30:00 +0800", "2021-11-08T00:30:00+08:00", "2021-11-08 00:30 +8", "2021-11-08 00:30"),
                *("2021-11-08T00:30:00+0800", "2021-11-08 00:30 Asia/Shanghai", "2021-11-08 00:30:00 CST"),
                *("2021-11-08T00:30:00+08:00[Asia/Shanghai]", "Mon, 08 Nov 2021 00:30:00 +0800", "2021-11-08 0时30分"),
                *(
                    "Mon Nov  8 00:30:00 CST 2021",
                    "Mon Nov 08 2021 00:30:00 GMT+0800 (中国标准时间)",
                    "2021-11-08 12:30 AM",
                ),
                *("1636302600", 1636302600, 1636302600000, "2021年11月8日 星期一 00:30"),
                dt.datetime(2021, 11, 8, 0, 30, tzinfo=CHINA),
            )
        ),
        ("2021-11-07 11:30:00 -0500", "2021-11-07T11:30:00-05:00"),
        ("2021-11-07T16:30:00.573Z", "2021-11-07T16:30:00.573000+00:00"),
        ("Sun, 07 Nov 2021 16:30:00 GMT", "2021-11-07T16:30:00+00:00"),
        ("2021年11月8日 下午3:39", "2021-11-08T15:39:00+08:00"),
        ("Nov 8, 2021 3:39:04 pm", "2021-11-08T15:39:04+08:00"),
        ("20211108033904", "2021-11-08T03:39:04+08:00"),
    ],
)
def test_a_date_is_its_authors_and_one_without_zone_is_the_corpus(value: object, expected: str) -> None:
    date = read_date(value, CHINA)
    assert date is not None
    assert date.isoformat() == expected


@pytest.mark.parametrize(
    "value",
    [
        *("2021-02-30", "0000-01-01", "9999-12-31 23:00 -0800", "2021-11-08 25:00", "昨天", "", "x" * 500, "9" * 40),
        *("2021-11", "11/8/2021", "Smarch 8, 2021", "8 8 Nov 2021", "民國年11月8日", "十百年十月十日"),
        *(None, True, [], {}, b"", 1e300, float("nan")),
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    ],
)
def test_invalid_dates_are_none(value: object) -> None:
    assert read_date(value) is None


@given(st.text("0123456789-/.年月日号民國二〇十百 :+ZTGMamp,Nov([)]", max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = read_date(text, CHINA)
    assert date is None or date.tzinfo is not None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        *((path, "2021-11-08") for path in ("2021-11-08-x.md", "2021-11-08.md", "2021-11-08 x.md", "2021-11-08_x.md")),
        *((path, "2021-11-08") for path in ("20211108-x.md", "20211108.md", "2021_11_08_x.md", "2021.11.8（上）.md")),
        *((path, "2021-11-08") for path in ("2021-11-8通关.md", "2021年11月8日 通关.md", "2021-11-08-x/index.md")),
        *(
            (path, "2021-11-08")
            for path in ("2021/11/08/x.md", "a/2021/11/08-x.md", "2021/11/08.md", "a/2021-11-08/x.md")
        ),
        *((path, "") for path in ("2021/11/x.md", "2021-11.md", "2021-13-45-x.md", "20211399-x.md", "202111081234.md")),
        *((path, "") for path in ("x-2021-11-08.md", "2021-1108-x.md", "12021-11-08.md")),
    ],
)
def test_the_day_of_a_file_name_or_its_folders(path: str, day: str) -> None:
    date = document(Post(path, {}, ""))[0].date
    assert (date.date().isoformat() if date else "") == day


def test_what_is_left_of_a_file_name() -> None:
    assert split_name("2021-11-08-my-post") == ("2021-11-08", "my-post")
    assert split_name("20211108") == ("2021-11-08", "")
    assert date_in_folders("2020/01/01/2021/11/08/x.md") == "2021-11-08", "the nearest folders count"


@pytest.mark.parametrize(
    ("metadata", "day"),
    [
        ({"date": "2021-11-01", "updated": "2021-11-02"}, "2021-11-01"),
        ({"pubDate": "2021-11-01"}, "2021-11-01"),
        ({"publishDate": "2021-11-01", "lastmod": "2021-11-02"}, "2021-11-01"),
        ({"published": "2021-11-01"}, "2021-11-01"),
        ({"created_at": "2021-11-01", "date": "2021-11-02"}, "2021-11-02"),
        ({"日期": "2021年11月1日"}, "2021-11-01"),
        ({"published": "false"}, "2021-11-08"),
        ({"date": [["2021-11-01"]]}, "2021-11-01"),
        ({"date": "[[2021-11-01]]"}, "2021-11-01"),
        ({"updated": "2021-11-01", "lastmod": "2021-11-02"}, "2021-11-08"),
    ],
)
def test_the_day_of_publication_comes_before_that_of_the_last_change(metadata: dict[str, str], day: str) -> None:
    found, warnings = document(Post("2021-11-08-x.md", metadata, ""))
    assert (found.date and found.date.date().isoformat(), warnings) == (day, ())


def test_the_last_change_is_better_than_no_day() -> None:
    found = document(Post("x.md", {"lastmod": "2021-11-02", "updated": "2021-11-01"}, ""))[0]
    assert found.date == dt.datetime(2021, 11, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("path", ["2021-11-08-x.md", "x.md"])
def test_an_invalid_date_has_a_warning_and_another_place_is_asked(path: str) -> None:
    found, warnings = document(Post(path, {"date": "2021-02-30"}, ""), CHINA)
    assert warnings == ("invalid date '2021-02-30'",)
    assert found.date == (dt.datetime(2021, 11, 8, tzinfo=CHINA) if path != "x.md" else None)


@pytest.mark.parametrize("name", ["Z", "utc", "UTC+8", "+0800", "+08:00", "CST", "Asia/Shanghai", "Etc/GMT-8"])
def test_time_zones(name: str) -> None:
    zone = zone_named(name)
    assert zone is not None
    assert zone.utcoffset(dt.datetime(2021, 11, 8)) in (dt.timedelta(hours=8), dt.timedelta(0))


@pytest.mark.parametrize(
    "name", ["", "Asia/Atlantis", "Asia", "../../etc/passwd", "/etc/passwd", "+2500", "昨天", "A" * 300]
)
def test_what_is_no_time_zone(name: str) -> None:
    assert zone_named(name) is None
