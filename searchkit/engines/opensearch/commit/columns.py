"""What a generation keeps of the vocabulary of its posts: which blobs, and how texts and arrays lie in one.

| blob | columns |
|---|---|
| ``vocabulary.FIELD`` | ``terms``, ascending, and ``doc_freqs``: of ``COUNTED_FIELDS`` |
| ``vocabulary.posts`` | ``paths``, ascending; ``dates``, microseconds or ``NO_DATE``; ``titles`` as written |
| ``vocabulary.titles`` | ``codes`` and ``boundaries`` in the order of the paths: ``suggesting.blocks.Titles`` |
| ``vocabulary.completions`` | ``syllables``, ``readings``, ``TABLE.rows``, ``TABLE.buckets``: ``CompletionBlocks`` |
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Columns = Mapping[str, npt.NDArray[Any]]

COUNTED_FIELDS = ("words", "title_words", "source", "tag")
"""Fields of which it is known how many posts have each term."""

POSTS, TITLES, COMPLETIONS = "vocabulary.posts", "vocabulary.titles", "vocabulary.completions"


def doc_freqs_blob(field: str) -> str:
    """The blob with the terms of one of ``COUNTED_FIELDS``."""
    return f"vocabulary.{field}"


def packed(columns: Columns) -> bytes:
    """Arrays by name as a blob, not compressed.

    >>> unpacked(packed({"n": np.arange(3)}))["n"].tolist()
    [0, 1, 2]
    """
    blob = io.BytesIO()
    np.savez(blob, **columns)  # type: ignore[arg-type]  # it takes the columns for its options
    return blob.getvalue()


def unpacked(blob: bytes) -> Columns:
    """The inverse of ``packed``.

    Raises:
        ValueError: ``packed`` did not make it.
    """
    with np.load(io.BytesIO(blob), allow_pickle=False) as columns:
        return dict(columns)


def packed_texts(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Texts as a column.

    >>> unpacked_texts(packed_texts(["香港", "\\udcff"])) == ["香港", "\\udcff"]
    True
    """
    return np.frombuffer(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8)


def unpacked_texts(column: npt.NDArray[Any]) -> list[str]:
    """The inverse of ``packed_texts``."""
    texts: list[str] = json.loads(column.tobytes().decode("utf-8", "surrogatepass"))
    return texts
