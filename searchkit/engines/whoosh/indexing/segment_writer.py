"""From documents to a segment."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.codecs import create_segment
from searchkit.engines.whoosh.indexing.inverter import Inversion
from searchkit.engines.whoosh.schema import FIELD_ORDER, NUMBERS_DTYPE, RANKED_FIELDS, microseconds
from searchkit.engines.whoosh.codec.api import SegmentWriter
from searchkit.language import fold
from searchkit.language.batch import fold_batch
from searchkit.model import Document, in_parts

_PART_CHARS = 500_000  # so much text is made into arrays at once


def new_id() -> str:
    """A name that no other segment has, of whatever process."""
    return secrets.token_hex(8)


def write_segment(folder: Path, codec: str, documents: Iterable[Document]) -> SegmentInfo:
    """Write a segment of these documents, numbered as they come; nothing lists it yet."""
    segment = SegmentInfo(new_id(), codec, 0)
    writer = create_segment(folder, segment)
    try:
        count = _write(writer, documents)
    except BaseException:
        writer.abandon()
        raise
    return replace(segment, documents=count)


def _write(writer: SegmentWriter, documents: Iterable[Document]) -> int:
    inversion = Inversion()
    folded = _Folded()
    count = 0
    for part in in_parts(documents, _PART_CHARS):
        titles = fold_batch([document.title for document in part])
        bodies = fold_batch([document.body for document in part])
        lengths = inversion.add(titles, bodies)
        inversion.add_values("path", [[document.path] for document in part])
        inversion.add_values("source", [[folded[document.source]] if document.source else [] for document in part])
        inversion.add_values("url", [[fold(document.url)] if document.url else [] for document in part])
        inversion.add_values("tag", [list(dict.fromkeys(folded[tag] for tag in document.tags)) for document in part])
        numbers = np.zeros(len(part), NUMBERS_DTYPE)
        numbers["date"] = [microseconds(document.date) for document in part]
        numbers["text"] = [_text_hash(title, body) for title, body in zip(titles, bodies, strict=True)]
        for name, length in zip(RANKED_FIELDS, lengths, strict=True):
            numbers[name] = length
        writer.add_documents(part, numbers)
        count += len(part)
    writer.end_documents()
    for name in FIELD_ORDER:
        writer.add_field(name, inversion.postings(name))
    writer.close()
    return count


class _Folded(dict[str, str]):
    """The folding of values that many documents share."""

    def __missing__(self, value: str) -> str:
        folded = self[value] = fold(value)
        return folded


def _text_hash(title: str, body: str) -> int:
    digest = hashlib.blake2b(f"{title}\n{body}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
