"""The fields of an index of OpenSearch, and the tokens that it keeps.

All text is analysed by searchkit: a field gets its tokens, separated by spaces. Unigrams become **links** besides: a
unigram, the mark of the gap after it and the next unigram. So a phrase of n unigrams is n - 1 links at consecutive
positions, and matches its own punctuation and no other.

Fields without positions get each token once, with its frequency behind a bar: ``京|3``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from searchkit.language.unigrams import boundary_term

FORMAT_VERSION = 1
"""Raise it whenever an index is made otherwise: what another version made is built anew."""


@dataclass(frozen=True, slots=True)
class TextFields:
    """The names of the fields that one text is indexed as.

    Attributes:
        units: its unigrams, with frequencies.
        links: its links, with positions.
        words: its words, with frequencies.
        n_units: how many unigrams it has.
        n_pairs: how many bigrams, which are the links without a gap.
        n_words: how many words.
    """

    units: str
    links: str
    words: str
    n_units: str
    n_pairs: str
    n_words: str

    @property
    def lengths(self) -> tuple[str, str, str]:
        """The last three."""
        return self.n_units, self.n_pairs, self.n_words


CONTENT = TextFields("units", "links", "words", "n_units", "n_pairs", "n_words")
"""Title and body together; in the links, ``BODY_START`` stands between them."""

TITLE = TextFields("title_units", "title_links", "title_words", "n_title_units", "n_title_pairs", "n_title_words")
"""The title alone."""

TEXT_FIELDS = (CONTENT, TITLE)

LENGTH_FIELDS = tuple(name for text in TEXT_FIELDS for name in text.lengths)
"""Numbers of a document's terms in the fields that BM25 looks at."""

BODY_UNITS, BODY_WORDS = "body_units", "body_words"
"""Which unigrams and words the body has; neither frequencies nor positions."""

PATH = "path"
"""The path as ``keyword`` writes it, which sorts as paths do."""

PATH_FOLDED, SOURCE, TAG, URL, PART = "path_folded", "source", "tag", "url", "part"
"""Folded values as ``keyword`` writes them; ``part`` has the words of identifiers."""

DATE, CLOCK, ADDED = "date", "clock", "added"
"""Microseconds since 1970: the instant of the date, what its author's clock showed, when it came into the index."""

CLOCK_DAY = "clock_day"
"""The same as ``CLOCK`` in whole milliseconds, as a date of OpenSearch, whose histograms know weeks and months."""

TEXT_HASH = "text_hash"
"""Documents with the same folded title and text have the same."""

EXACT_FIELDS = (PATH, PATH_FOLDED, SOURCE, TAG, URL, PART, DATE, CLOCK, ADDED, TEXT_HASH, *LENGTH_FIELDS)
"""Fields whose values are a document's own, and can be read again."""

DUPLICATE = "duplicate"
"""Of documents whose text others have, too: some of the next three. A document with a text of its own has none."""

FIRST, LATER = "first", "later"
"""Whether it is the first by path of those with its text."""

MIXED = "mixed"
"""Those with its text differ in tags or parts, so that a query may match one of them and not the other."""

HEAD, BODY = "head", "body"
"""What is stored of a document, and not searched; ``analysis.stored`` reads it."""

BODY_START = "\x02"
"""Stands among the links before those of the body."""

FREQUENCY_MARK = "|"
"""Stands between a token and its frequency; no unigram and no word contains it."""

_JOINED_MARK = "_"
MARKS = tuple(boundary_term("", gap) or _JOINED_MARK for gap in range(6))
"""The marks of links by gap. Neither is a letter or a digit, so that it is seen where a unigram ends."""

LONGEST_TOKEN = 200
"""Characters; of a longer unigram the token is cut."""

_TOKEN_START = 100
_LONGEST_KEYWORD, _KEYWORD_START = 8_000, 4_000
"""Characters; Lucene refuses values of more than 32,766 bytes."""

_CUT = "\ue000\uefff"
_ESCAPE, _FIRST_ESCAPED, _FIRST_LISTED = "\ue000", 0xE000, 0xE800
_JAVA_SPACES = " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a"
_LISTED = f"{_ESCAPE}{_JAVA_SPACES}\u2028\u2029\u205f\u3000{FREQUENCY_MARK}"
_UNENCODABLE = re.compile(f"[\ud800-\udfff{_ESCAPE}]")
_UNSAFE = re.compile(f"[\ud800-\udfff{re.escape(_LISTED)}]")
_ESCAPED = re.compile(f"{_ESCAPE}(.)", re.DOTALL)


def escaped(text: str) -> str:
    """A text without unpaired surrogates, which UTF-8 has none of; texts sort as before.

    >>> escaped("a\\udcff") < escaped("a\\ue000"), unescaped(escaped("a\\udcff")) == "a\\udcff"
    (True, True)
    """
    return _UNENCODABLE.sub(_escape, text)


def unescaped(text: str) -> str:
    """The inverse of ``escaped``."""
    return _ESCAPED.sub(_unescape, text) if _ESCAPE in text else text


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    place = _LISTED.find(match[0])
    return _ESCAPE + chr(_FIRST_ESCAPED + code - 0xD800 if place < 0 else _FIRST_LISTED + place)


def _unescape(match: re.Match[str]) -> str:
    code = ord(match[1])
    if code < _FIRST_LISTED:
        return chr(code - _FIRST_ESCAPED + 0xD800)
    return _LISTED[code - _FIRST_LISTED : code - _FIRST_LISTED + 1] or match[0]  # where a keyword is cut


def token(text: str) -> str:
    """The token of a unigram or a word; of other texts one that nothing was indexed under.

    >>> token("京"), len(token("a" * 100_000))
    ('京', 134)
    """
    safe = _UNSAFE.sub(_escape, text)
    return _cut(safe, _TOKEN_START) if len(text) > LONGEST_TOKEN else safe


def keyword(text: str) -> str:
    """What a keyword field has of a value.

    >>> keyword("香港"), len(keyword("a" * 100_000))
    ('香港', 4034)
    """
    safe = escaped(text)
    return _cut(safe, _KEYWORD_START) if len(text) > _LONGEST_KEYWORD else safe


def _cut(text: str, length: int) -> str:
    """The beginning of a long text, and a hash of all of it."""
    return f"{text[:length]}{_CUT}{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"


def link(unit: str, gap: int, following: str = "") -> str:
    """The link of a unigram, the gap after it and the next one; none follows the end of a text.

    >>> link("香", 0, "港"), link("港", 2, "新"), link("闻", 3)
    ('香_港', '港"新', '闻#')
    """
    return f"{token(unit)}{MARKS[gap]}{token(following)}"


def settings(shards: int) -> dict[str, Any]:
    """The settings of a new index of documents; it is written without replicas, which it gets when it is complete."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_result_window": 1_000_000,
            "codec": "best_compression",
            "routing": {"rebalance": {"enable": "none"}},  # a shard that moves is copied from what is stored of it
            "translog": {"flush_threshold_size": "2gb"},
        },
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 1000}},
            "filter": {"frequencies": {"type": "delimited_term_freq", "delimiter": FREQUENCY_MARK}},
            "analyzer": {
                "tokens": {"type": "custom", "tokenizer": "spaces"},
                "counted": {"type": "custom", "tokenizer": "spaces", "filter": ["frequencies"]},
            },
        },
        "similarity": {"frequency": {"type": "scripted", "script": {"source": "return query.boost * doc.freq"}}},
    }


def _text(index_options: str, analyzer: str = "tokens") -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": analyzer,
        "search_analyzer": "tokens",
        "index_options": index_options,
        "norms": False,
        "similarity": "frequency",
    }


def mapping() -> dict[str, Any]:
    """The mapping of an index of documents, without its ``_meta``."""
    properties: dict[str, Any] = {}
    for text in TEXT_FIELDS:
        properties |= {text.units: _text("freqs", "counted"), text.words: _text("freqs", "counted")}
        properties[text.links] = _text("positions")
        properties |= {name: {"type": "integer", "index": False} for name in text.lengths}
    properties |= {name: _text("docs") for name in (BODY_UNITS, BODY_WORDS)}
    properties |= {name: {"type": "keyword"} for name in (PATH, PATH_FOLDED, SOURCE, TAG, URL, PART, DUPLICATE)}
    properties |= {name: {"type": "long"} for name in (DATE, CLOCK, ADDED, TEXT_HASH)}
    properties[CLOCK_DAY] = {"type": "date", "format": "epoch_millis"}
    properties |= {name: {"type": "object", "enabled": False} for name in (HEAD, BODY)}
    return {
        "dynamic": "strict",
        "_source": {"includes": [HEAD, BODY], "recovery_source_enabled": False},
        "properties": properties,
    }
