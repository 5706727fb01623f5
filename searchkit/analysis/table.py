"""A table: a sequence of rows whose slices are tables, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self, TypeVar, overload

Row = TypeVar("Row", covariant=True)


class Table(Sequence[Row]):
    """The base of frozen dataclasses of which one field has the rows.

    Attributes:
        rows_field: the name of that field.
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
        raise NotImplementedError
