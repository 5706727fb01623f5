"""Documents that are analysed and wait to be sent, in files of this computer.

So who reads posts never waits for a cluster, what a process that died has written is nowhere, and all texts are known
before the first document is sent: each is sent once, with what its text has in common with others.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.analysis.requests import PART_CHARS, requests_of
from searchkit.engines.opensearch.client.ndjson import as_json
from searchkit.engines.opensearch.indexing.duplicates import TextKey
from searchkit.engines.opensearch.indexing.vocabulary import Vocabulary
from searchkit.engines.opensearch.schema import LENGTH_FIELDS
from searchkit.engines.protocol import Batch
from searchkit.errors import IndexNotWritten
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _
from searchkit.model import Document, in_parts

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a batch.

    Attributes:
        keys: what decides which of its documents are duplicates, in their order.
        totals: by the names of ``LENGTH_FIELDS``, how many terms they have together.
    """

    keys: list[TextKey]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder of batches.

    Attributes:
        folder: exists, and has nothing else.
    """

    folder: Path

    def write(self, documents: Iterable[Document], lexicon: Lexicon) -> Batch:
        """Analyse documents, cut with a lexicon, and keep them as a batch.

        Raises:
            IndexNotWritten: the disk is full, say.
        """
        batch = secrets.token_hex(6)
        keys: list[TextKey] = []
        totals: Counter[str] = Counter()
        vocabularies: list[Vocabulary] = []
        with self._writing():
            with zstd.open(self._documents(batch), "wb", level=_LEVEL) as file:
                for part in in_parts(documents, PART_CHARS):
                    analysed = Analysed(part, lexicon)
                    for fields in requests_of(part, analysed):
                        keys.append(TextKey.of(fields))
                        totals.update({name: fields[name] for name in LENGTH_FIELDS})
                        file.write(as_json(fields) + b"\n")
                    vocabularies.append(Vocabulary.of(part, analysed, lexicon))
            vocabulary = Vocabulary()
            vocabulary.add(vocabularies)
            self._vocabulary(batch).write_bytes(zstd.compress(vocabulary.to_bytes(), _LEVEL))
            self._summary(batch).write_text(json.dumps([keys, totals], ensure_ascii=False), encoding="utf-8")
        return Batch(batch, len(keys))

    def summary(self, batch: str) -> Summary:
        """What must be known of a batch before it is sent."""
        keys, totals = json.loads(self._summary(batch).read_text(encoding="utf-8"))
        return Summary([TextKey(*key) for key in keys], totals)

    def vocabulary(self, batch: str) -> Vocabulary:
        """The vocabulary of the documents of a batch."""
        return Vocabulary.from_bytes(zstd.decompress(self._vocabulary(batch).read_bytes()))

    def documents(self, batch: str) -> Iterator[bytes]:
        """The documents of a batch as JSON, in their order."""
        with zstd.open(self._documents(batch), "rb") as file:
            yield from (line.removesuffix(b"\n") for line in file)

    def _documents(self, batch: str) -> Path:
        return self.folder / f"{batch}.documents.zst"

    def _vocabulary(self, batch: str) -> Path:
        return self.folder / f"{batch}.vocabulary.zst"

    def _summary(self, batch: str) -> Path:
        return self.folder / f"{batch}.json"

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexNotWritten(
                _("cannot write to {folder}: {reason}", folder=self.folder, reason=error.strerror or error),
                _("free some space, or set TMPDIR to a folder with more"),
            ) from error
