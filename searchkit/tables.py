"""Tables: sequences of rows that are data frames and HTML, too."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

if TYPE_CHECKING:
    from typing import Self

    import altair
    import pandas
    import polars
    import pyarrow

    from searchkit.frames import Column

Row = TypeVar("Row", covariant=True)


def faces() -> Any:
    """The package ``searchkit``, which hands on what draws data or reads more of it: no data needs a renderer.

    Python has loaded it before any of its modules.
    """
    return sys.modules["searchkit"]


class Displayed:
    """What a notebook shows as HTML."""

    def _repr_html_(self) -> str | None:
        html: str | None = faces().notebook_html(self)
        return html


class Table(Displayed, Sequence[Row], Generic[Row]):
    """The base of frozen dataclasses of which one field has the rows; a slice is a table of the same class.

    Attributes:
        rows_field: the name of that field.

    >>> table.to_pandas().head(); table[:3].to_dicts()  # doctest: +SKIP
    """

    rows_field: ClassVar[str]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Row | Self:
        rows = self._rows()
        if isinstance(index, slice):
            return replace(self, **{self.rows_field: rows[index]})  # type: ignore[type-var]
        return rows[index]

    def __len__(self) -> int:
        return len(self._rows())

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows())

    def _rows(self) -> tuple[Row, ...]:
        rows: tuple[Row, ...] = getattr(self, self.rows_field)
        return rows

    def to_dict(self) -> dict[str, Any]:
        """The whole table as JSON types."""
        raise NotImplementedError

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as JSON types, with the same keys each."""
        rows: Any = self._rows()  # tables whose rows are tuples have a method of their own
        return [row.to_dict() for row in rows]

    def columns(self) -> tuple[Column, ...]:
        """The columns of its data frames, also where there are no rows."""
        raise NotImplementedError

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with a line per row; an empty table keeps its columns and their types.

        Raises:
            MissingDependency: pandas is not installed.
        """
        from searchkit.frames import pandas_frame  # a search does without

        return pandas_frame(self.columns())

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame with a line per row; an empty table keeps its columns and their types.

        Raises:
            MissingDependency: polars is not installed.
        """
        from searchkit.frames import polars_frame  # a search does without

        return polars_frame(self.columns())

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table with a line per row; an empty table keeps its columns and their types.

        Raises:
            MissingDependency: pyarrow is not installed.
        """
        from searchkit.frames import arrow_table  # a search does without

        return arrow_table(self.columns())


class Chartable(Table[Row]):
    """A table that has a chart."""

    def plot(self) -> altair.Chart | altair.LayerChart:
        """An Altair chart, which a notebook shows and ``chart.properties(width=…)`` adapts.

        Raises:
            MissingDependency: altair is not installed.

        >>> posts.trend(["高铁", "磁悬浮"]).plot()  # doctest: +SKIP
        """
        chart: altair.Chart | altair.LayerChart = faces().chart_of(self)
        return chart
