"""The commit point of an index of OpenSearch: the generation to which the alias points.

A generation is an index, and beside it a small one that keeps blobs: the manifest, the lexicon, the vocabulary. What
else a commit says of it is in the ``_meta`` of its mapping. Both are complete before the alias points there, and are
not written to afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.schema import FORMAT_VERSION, LENGTH_FIELDS, escaped, unescaped
from searchkit.engines.protocol import IndexInfo

_META = "searchkit"


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
