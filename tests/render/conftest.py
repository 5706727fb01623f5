"""Results made by hand: ordinary news posts, and hostile ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from searchkit.model import Hit, Results, Snippet, Span


def spans_of(text: str, *words: str) -> tuple[Span, ...]:
    return tuple(
        sorted((start, start + len(w)) for w in words for start in range(len(text)) if text.startswith(w, start))
    )


def hit(title: str = "港府力争年底前通关", *snippets: str, words: tuple[str, ...] = ("通关",), **fields: Any) -> Hit:
    defaults: dict[str, Any] = {
        "rank": 1,
        "score": 12.5,
        "path": "2021/a.md",
        "date": dt.datetime(2021, 11, 8, 3, 39, 4, tzinfo=dt.UTC),
        "source": "联合早报",
        "url": "https://www.example.com/story1",
        "tags": ("新闻",),
        "also": (),
    }
    fragments = tuple(Snippet(text, spans_of(text, *words)) for text in snippets)
    return Hit(title=title, title_spans=spans_of(title, *words), snippets=fragments, **defaults | fields)


def page(*hits: Hit, total: int | None = None, **fields: Any) -> Results:
    return Results("通关", len(hits) if total is None else total, 0.0031, hits, **fields)


@pytest.fixture(name="hit")
def hit_fixture() -> Any:
    """A function that makes a hit of a title, snippets and other fields."""
    return hit


@pytest.fixture(name="page")
def page_fixture() -> Any:
    """A function that makes results of hits."""
    return page
