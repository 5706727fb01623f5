"""The lexicon that an index was built with: one zstd frame with a checksum, of a line of JSON."""

from __future__ import annotations

import json
import sys

from searchkit.engines.kept.frames import decompressed
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}

_MAX_BYTES = 1 << 28
"""Some ten million own words."""

_MIN_BYTES, _MAX_RATIO = 1 << 16, 64
"""A frame of some bytes has at most so many times as much content: no word is there twice."""

_MAX_FREQUENCY = 10**9
"""All words of jieba's dictionary together have a frequency of 60 million."""


def encode(lexicon: Lexicon) -> bytes:
    """The file of a lexicon."""
    content = {"frequencies": lexicon.frequencies, "synonyms": lexicon.synonyms}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return zstd.compress(text.encode("utf-8"), options=_OPTIONS)


def decode(data: bytes) -> Lexicon:
    """The lexicon that ``encode`` was given.

    Raises:
        ValueError: these bytes are none.
    """
    try:
        most = min(_MAX_BYTES, _MIN_BYTES + _MAX_RATIO * len(data))
        content = json.loads(decompressed(data, most))
        frequencies = {_text(word): _frequency(frequency) for word, frequency in content["frequencies"].items()}
        synonyms = {_text(word): tuple(map(_text, others)) for word, others in content["synonyms"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(_("it cannot be decoded: {error}", error=error)) from error
    return Lexicon(frequencies, synonyms)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _frequency(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_FREQUENCY:
        raise TypeError(f"{str(value)[:40]} is no frequency")
    return value
