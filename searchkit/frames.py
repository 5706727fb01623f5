"""Columns as data frames: pandas, polars, Arrow. Each is imported when it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from searchkit.errors import MissingDependency
from searchkit.messages import _

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Kind = Literal["text", "texts", "integer", "number", "flag", "day", "instant", "spans"]
"""What the values of a column are: ``str``, ``tuple[str, ...]``, ``int``, ``float``, ``bool``, ``datetime.date``,
an aware ``datetime.datetime``, ``tuple[Span, ...]``. A text, a day or an instant may be None."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: of the column, in English.
        kind: what its values are, also where there are none.
        values: one per row.
    """

    name: str
    kind: Kind
    values: Sequence[Any]


def pandas_frame(columns: Sequence[Column]) -> pandas.DataFrame:
    """A pandas data frame.

    Days are ``datetime64[s]``, instants ``datetime64[us, UTC]``, which hold every date of Python; lists are objects.

    Raises:
        MissingDependency: pandas is not installed.
    """
    made = _package("pandas", "searchkit[notebook]")
    import numpy  # only data frames need it here

    types: dict[Kind, Any] = {
        "text": "str",
        "texts": object,
        "integer": "int64",
        "number": "float64",
        "flag": "bool",
        "day": "datetime64[s]",
        "instant": "datetime64[us]",
        "spans": object,
    }

    def series(column: Column) -> Any:
        values: Any = _plain(column)
        if column.kind in ("day", "instant"):
            values = numpy.array(values, dtype=types[column.kind])
        filled = made.Series(values, dtype=types[column.kind])
        return filled.dt.tz_localize("UTC") if column.kind == "instant" else filled

    frame: pandas.DataFrame = made.DataFrame({column.name: series(column) for column in columns})
    return frame


def polars_frame(columns: Sequence[Column]) -> polars.DataFrame:
    """A polars data frame.

    Raises:
        MissingDependency: polars is not installed.
    """
    made = _package("polars", "polars")
    types: dict[Kind, Any] = {
        "text": made.String,
        "texts": made.List(made.String),
        "integer": made.Int64,
        "number": made.Float64,
        "flag": made.Boolean,
        "day": made.Date,
        "instant": made.Datetime("us", "UTC"),
        "spans": made.List(made.List(made.Int64)),
    }
    instants = [column.name for column in columns if column.kind == "instant"]
    frame: polars.DataFrame = made.DataFrame(
        {column.name: _plain(column) for column in columns},
        schema={
            column.name: made.Datetime("us") if column.kind == "instant" else types[column.kind] for column in columns
        },
    )
    return frame.with_columns(made.col(name).dt.replace_time_zone("UTC") for name in instants)


def arrow_table(columns: Sequence[Column]) -> pyarrow.Table:
    """An Arrow table.

    Raises:
        MissingDependency: pyarrow is not installed.
    """
    pyarrow = _package("pyarrow", "pyarrow")
    types: dict[Kind, Any] = {
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "day": pyarrow.date32(),
        "instant": pyarrow.timestamp("us", "UTC"),
        "spans": pyarrow.list_(pyarrow.list_(pyarrow.int64())),
    }
    return pyarrow.table({column.name: pyarrow.array(_plain(column), types[column.kind]) for column in columns})


def _package(name: str, requirement: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingDependency(
            _("{package} is not installed", package=name),
            _("run: pip install '{requirement}'", requirement=requirement),
        ) from None


def _plain(column: Column) -> list[Any]:
    plain = _PLAIN.get(column.kind)
    if plain is None:
        return list(column.values)
    return [None if value is None else plain(value) for value in column.values]


def _text(text: str) -> str:
    """A text in Unicode: a byte of a file's name that is not UTF-8 is written as ``\\udc80``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _utc(instant: dt.datetime) -> dt.datetime:
    """An instant as UTC, without its time zone. The first and the last day of the calendar may have none in UTC."""
    try:
        return instant.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        return instant.replace(tzinfo=None)


_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    "text": _text,
    "texts": lambda texts: [_text(text) for text in texts],
    "instant": _utc,
    "spans": lambda spans: [list(span) for span in spans],
}
