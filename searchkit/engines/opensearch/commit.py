"""The commit point of an index of OpenSearch: the generation to which the alias points.

A generation is an index, and beside it a small one that keeps blobs: the manifest, the lexicon, the vocabulary. What
else a commit says of it is in the ``_meta`` of its mapping. Both are complete before the alias points there, and are
not written to afterwards.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.schema import FORMAT_VERSION, LENGTH_FIELDS, escaped, unescaped
from searchkit.engines.protocol import FileRecord, IndexInfo
from searchkit.errors import IndexCorrupt, IndexNotFound, IndexOutdated
from searchkit.language import fingerprint
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.messages import _

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MANIFEST, LEXICON = "manifest", "lexicon"
"""Names of blobs."""

KEPT_MAPPING: dict[str, Any] = {"dynamic": "strict", "properties": {"blob": {"type": "object", "enabled": False}}}
"""The mapping of the index that keeps blobs."""

_META = "searchkit"
_GENERATION = re.compile(r"-(\d{6,})-([0-9a-f]{8})")
_KEPT = "-kept"
_CHUNK_BYTES = 4_000_000
_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3}


@dataclass(frozen=True, slots=True, order=True)
class GenerationName:
    """The name of a generation.

    Attributes:
        number: how many commits there were, with it.
        id: 8 hexadecimal digits, so that two rebuilds never write to the same.
        alias: the name of the index.
    """

    number: int
    id: str
    alias: str

    @classmethod
    def parse(cls, alias: str, index: str) -> GenerationName | None:
        """The generation that has an index, or keeps blobs in it; None if it is no index of this alias.

        >>> GenerationName.parse("news", "news-000007-0123abcd-kept")
        GenerationName(number=7, id='0123abcd', alias='news')
        """
        found = _GENERATION.fullmatch(index.removesuffix(_KEPT), len(alias)) if index.startswith(alias) else None
        return cls(int(found[1]), found[2], alias) if found else None

    @property
    def index(self) -> str:
        """The index of its documents."""
        return f"{self.alias}-{self.number:06}-{self.id}"

    @property
    def kept(self) -> str:
        """The index of its blobs."""
        return f"{self.index}{_KEPT}"


@dataclass(frozen=True, slots=True)
class CommitPoint:
    """What one commit made the index.

    Attributes:
        generation: its name.
        info: as the outside knows it.
        totals: by the names of ``LENGTH_FIELDS``, how many terms all documents have together.
        duplicates: how many documents have a text that others have, too.
        mixed: how many of these differ from the others in tags or parts.
        newest_added: when the last of them came into the index, microseconds since 1970; None if no document says.
        committed: when, by the cluster's clock, in seconds since 1970.
    """

    generation: GenerationName
    info: IndexInfo
    totals: Mapping[str, int]
    duplicates: int
    mixed: int
    newest_added: int | None
    committed: int

    @property
    def index(self) -> str:
        """The index of its documents."""
        return self.generation.index

    @property
    def kept(self) -> str:
        """The index of its blobs."""
        return self.generation.kept

    def to_meta(self) -> dict[str, Any]:
        """The ``_meta`` of the mapping."""
        info = self.info
        content = {
            "format": FORMAT_VERSION,
            "index": self.index,
            "fingerprint": info.fingerprint,
            "corpus": escaped(info.corpus),
            "timezone": info.timezone,
            "built": info.built.isoformat(),
            "documents": info.documents,
            "bytes": info.bytes,
            "totals": dict(self.totals),
            "duplicates": self.duplicates,
            "mixed": self.mixed,
            "newest_added": self.newest_added,
            "committed": self.committed,
        }
        return {_META: content}

    @classmethod
    def from_meta(cls, generation: GenerationName, meta: Mapping[str, Any]) -> CommitPoint:
        """The inverse of ``to_meta``.

        Raises:
            ValueError: it is the meta of no complete generation with this name.
            UnknownFormat: another version of searchkit wrote it.
        """
        try:
            content = meta[_META]
            if content["format"] != FORMAT_VERSION:
                raise UnknownFormat(str(content["format"]))
            if content["index"] != generation.index:
                raise ValueError("it is that of another generation")
            info = IndexInfo(
                generation=generation.number,
                fingerprint=str(content["fingerprint"]),
                corpus=unescaped(content["corpus"]),
                timezone=str(content["timezone"]),
                built=dt.datetime.fromisoformat(content["built"]),
                documents=int(content["documents"]),
                bytes=int(content["bytes"]),
            )
            newest = content["newest_added"]
            return cls(
                generation,
                info,
                {name: int(content["totals"][name]) for name in LENGTH_FIELDS},
                int(content["duplicates"]),
                int(content["mixed"]),
                None if newest is None else int(newest),
                int(content["committed"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error


class UnknownFormat(ValueError):
    """Another version of searchkit wrote a generation; the text is its format."""


def current_index(client: Client) -> str | None:
    """The index to which the alias points; None where there is none.

    Raises:
        IndexCorrupt: it is an index itself, or points to several.
    """
    alias = client.address.index
    try:
        found = sorted(client.get(f"{alias}/_alias"))  # who asks needs no right on other indexes
    except IndexNotFound:
        return None
    if len(found) != 1:
        raise foreign(client)
    return found[0]


def read_commit_point(client: Client) -> CommitPoint:
    """The latest commit point.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: another version of searchkit or of its language data wrote it.
        IndexCorrupt: the alias points to something else.
    """
    point = read_any_commit_point(client)
    data = point.info.fingerprint
    if data != fingerprint():
        raise IndexOutdated(
            _("the index in {folder} was built with other language data ({data})", folder=client.address, data=data),
            client.address.hint_to_rebuild,
        )
    return point


def read_any_commit_point(client: Client) -> CommitPoint:
    """The latest commit point, whatever language data it was built with. Raises the same as ``read_commit_point``."""
    address = client.address
    found = client.get(f"{address.index}/_mapping", {"filter_path": "*.mappings._meta"})
    if not found:  # an index without a meta, or none: a wildcard may match nothing, which this is not
        raise foreign(client)
    [(index, content), *others] = found.items()
    generation = GenerationName.parse(address.index, index)
    if others or generation is None:
        raise foreign(client)
    try:
        return CommitPoint.from_meta(generation, content["mappings"]["_meta"])
    except UnknownFormat as error:
        raise IndexOutdated(
            _(
                "the index in {folder} has format {written}, not {current}",
                folder=address,
                written=error,
                current=FORMAT_VERSION,
            ),
            address.hint_to_rebuild,
        ) from None
    except ValueError:
        raise foreign(client) from None


def foreign(client: Client) -> IndexCorrupt:
    """The error where the alias, or an index of that name, is somebody else's."""
    return IndexCorrupt(
        _("{folder} is no index that searchkit has made", folder=client.address),
        _("use another name for the index, or delete what has this one"),
    )


def corrupt(client: Client, what: str, reason: str) -> IndexCorrupt:
    """The error for a part of an index that is not what was written."""
    return IndexCorrupt(
        _("{folder}: {what} is damaged: {reason}", folder=client.address, what=what, reason=reason),
        client.address.hint_to_rebuild + " --full",
    )


def read_files(client: Client, point: CommitPoint) -> dict[str, FileRecord]:
    """What a commit knows of each post's file, by path.

    Raises:
        IndexCorrupt: it cannot be decoded.
    """
    from searchkit.engines.kept import manifest  # a search does without

    try:
        return manifest.decode(read_blob(client, point.generation, MANIFEST))
    except ValueError as error:
        raise corrupt(client, MANIFEST, str(error)) from error


def read_lexicon(client: Client, point: CommitPoint) -> Lexicon:
    """The lexicon of a commit.

    Raises:
        IndexCorrupt: it cannot be decoded.
    """
    data = read_blob(client, point.generation, LEXICON)
    if not data:
        return NO_LEXICON
    from searchkit.engines.kept import lexicon  # most archives have none

    try:
        return lexicon.decode(data)
    except ValueError as error:
        raise corrupt(client, LEXICON, str(error)) from error


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
