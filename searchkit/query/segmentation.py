"""Segmentation of a query's texts, cached: scoring, matching and highlighting each need it for the same texts."""

from __future__ import annotations

from functools import lru_cache

from searchkit.language import unigrams, words

_TEXTS = 64  # those of one query

unigrams_of = lru_cache(maxsize=_TEXTS)(unigrams)
words_of = lru_cache(maxsize=_TEXTS)(words)
