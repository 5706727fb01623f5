"""A text of a query is looked at for its words, for what ranks and for what is highlighted: it is segmented once."""

from __future__ import annotations

from functools import lru_cache

from searchkit.language import unigrams, words

_TEXTS = 64  # those of one query

unigrams_of = lru_cache(maxsize=_TEXTS)(unigrams)
words_of = lru_cache(maxsize=_TEXTS)(words)
