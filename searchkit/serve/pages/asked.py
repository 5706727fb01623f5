"""What an address of the page asks for, and the addresses of what a reader may ask for next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Protocol, cast, get_args
from urllib.parse import urlencode

from searchkit.model import SortOrder

_MAX_QUERY = 10_000  # characters, as for any query
_MAX_VALUE = 500
_MAX_VALUES = 32  # sources, tags
MAX_PAGE = 1_000


class Parameters(Protocol):
    """The parameters of an address, each with one value or several."""

    def get(self, key: str, /) -> Any: ...
    def getlist(self, key: Any, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its filters, as an address has them.

    Attributes:
        q: the query as it was typed.
        source: of these sources, any.
        tag: with all of these tags.
        since: the first day or period, as it was typed.
        until: the last one.
        sort: the order of the results.
        page: the page of the results, from 1.

    >>> Asked("通关", source=("联合早报",), page=2).address(page=3)
    '/?q=%E9%80%9A%E5%85%B3&source=%E8%81%94%E5%90%88%E6%97%A9%E6%8A%A5&page=3'
    """

    q: str = ""
    source: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    sort: SortOrder | Literal[""] = ""
    page: int = 1

    @classmethod
    def of(cls, parameters: Parameters) -> Asked:
        """What an address asks for; what means nothing is left out."""
        sort = parameters.get("sort") or ""
        page = parameters.get("page") or ""
        return cls(
            q=(parameters.get("q") or "").strip()[:_MAX_QUERY],
            source=_values(parameters, "source"),
            tag=_values(parameters, "tag"),
            since=(parameters.get("since") or "").strip()[:_MAX_VALUE],
            until=(parameters.get("until") or "").strip()[:_MAX_VALUE],
            sort=cast(SortOrder, sort) if sort in get_args(SortOrder) else "",
            page=min(int(page), MAX_PAGE) if page.isascii() and page.isdigit() and len(page) < 9 and int(page) else 1,
        )

    @property
    def order(self) -> SortOrder:
        """The order of the results: without a query, the newest come first."""
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def narrowed(self) -> bool:
        """Whether there is any filter."""
        return bool(self.source or self.tag or self.since or self.until)

    def options(self) -> Mapping[str, Any]:
        """The filters as ``Index.search``, ``count``, ``trend`` and ``kwic`` take them."""
        return {
            "source": self.source,
            "tag": self.tag,
            "since": self.since or None,
            "until": self.until or None,
        }

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Name and value of each parameter of its address, without those that are as by default."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                yield from ((field.name, one) for one in value)
            elif value != field.default:
                yield field.name, str(value)

    def filters(self) -> list[tuple[str, str]]:
        """The parameters that stay when another query is typed."""
        return [(name, value) for name, value in self.parameters() if name not in ("q", "page")]

    def address(self, path: str = "/", /, **changes: Any) -> str:
        """The address of a page for this, or for this with some changes."""
        return address(path, replace(self, **changes).parameters())

    def unfiltered(self) -> Asked:
        """The query alone."""
        return Asked(self.q, sort=self.sort)


def address(path: str, parameters: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    """A path with parameters; bytes of file names that are no UTF-8 stay what they are."""
    query = urlencode([(name, value.encode("utf-8", "surrogateescape")) for name, value in map(_encodable, parameters)])
    return f"{path}?{query}" if query else path


def _encodable(parameter: tuple[str, str]) -> tuple[str, str]:
    """The parameter, with a question mark for what is no character at all."""
    name, value = parameter
    try:
        value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        value = value.encode("utf-8", "replace").decode()
    return name, value


def _values(parameters: Parameters, name: str) -> tuple[str, ...]:
    values = (value.strip()[:_MAX_VALUE] for value in parameters.getlist(name))
    return tuple(dict.fromkeys(value for value in values if value))[:_MAX_VALUES]
