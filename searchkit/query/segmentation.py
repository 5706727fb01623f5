"""Segmentation of a query's texts, cached: scoring, matching and highlighting each need it for the same texts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from searchkit.language import unigrams, words

_Others = ParamSpec("_Others")
_Found = TypeVar("_Found")

_SHORT = 32  # characters
_SHORT_TEXTS = 2048  # words that are typed come again with the next page, the next key, the next query
_LONG_TEXTS = 64  # those of one query


def cached(find: Callable[Concatenate[str, _Others], _Found]) -> Callable[Concatenate[str, _Others], _Found]:
    """A function of a text that keeps what it found: in many short texts, in few long ones."""
    short, long = lru_cache(_SHORT_TEXTS)(find), lru_cache(_LONG_TEXTS)(find)

    @wraps(find)
    def found(text: str, *others: Hashable) -> _Found:
        return (short if len(text) <= _SHORT else long)(text, *others)

    return cast(Callable[Concatenate[str, _Others], _Found], found)


unigrams_of = cached(unigrams)
words_of = cached(words)
