"""Blobs beside a generation, by name, each in chunks with a checksum."""

from __future__ import annotations

import base64
import binascii
import sys
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.errors import IndexCorrupt
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MANIFEST, LEXICON = "manifest", "lexicon"
"""Names of blobs."""

KEPT_MAPPING: dict[str, Any] = {"dynamic": "strict", "properties": {"blob": {"type": "object", "enabled": False}}}
"""The mapping of the index that keeps blobs."""

_CHUNK_BYTES = 4_000_000
_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3}


def corrupt(client: Client, what: str, reason: str) -> IndexCorrupt:
    """The error for a part of an index that is not what was written."""
    return IndexCorrupt(
        _("{folder}: {what} is damaged: {reason}", folder=client.address, what=what, reason=reason),
        client.address.hint_to_rebuild + " --full",
    )


def read_blob(client: Client, generation: GenerationName, name: str) -> bytes:
    """A blob of a generation.

    Raises:
        IndexCorrupt: it is missing or damaged.
        IndexNotFound: the generation was removed.
    """
    first = _chunk(client, generation, name, 0)
    try:
        parts = [first["data"]]
        parts += (_chunk(client, generation, name, number)["data"] for number in range(1, first["chunks"]))
        data = zstd.decompress(base64.b64decode("".join(parts), validate=True))
        if zlib.crc32(data) != first["crc"]:
            raise ValueError("its checksum differs")
    except (KeyError, TypeError, ValueError, binascii.Error, zstd.ZstdError) as error:
        raise corrupt(client, name, str(error)) from error
    return data


def _chunk(client: Client, generation: GenerationName, name: str, number: int) -> Mapping[str, Any]:
    answer = client.get(f"{generation.kept}/_doc/{name}.{number}")
    chunk = answer.get("_source", {}).get("blob")
    if not isinstance(chunk, Mapping):
        raise corrupt(client, name, _("it is missing"))
    return chunk


def write_blobs(client: Client, generation: GenerationName, blobs: Mapping[str, bytes]) -> None:
    """Keep blobs beside a generation, by name.

    Raises:
        IndexNotWritten: the disks are full.
    """
    actions = (
        ({"index": {"_id": f"{name}.{number}"}}, {"blob": chunk})
        for name, data in blobs.items()
        for number, chunk in enumerate(_chunks(data))
    )
    client.bulk(generation.kept, actions)


def _chunks(data: bytes) -> Iterator[dict[str, Any]]:
    text = base64.b64encode(zstd.compress(data, options=_OPTIONS)).decode()
    parts = [text[start : start + _CHUNK_BYTES] for start in range(0, len(text), _CHUNK_BYTES)]
    yield {"data": parts[0], "chunks": len(parts), "crc": zlib.crc32(data)}
    yield from ({"data": part} for part in parts[1:])
