"""A commit: a new generation with what changed, checked, and switched to in one step."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from searchkit.engines.files import Files
from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.analysis.requests import requests
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.client.bulk import Action
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.blobs import LEXICON, MANIFEST, corrupt, read_blob, write_blobs
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import read_lexicon
from searchkit.engines.opensearch.indexing.duplicates import Flags, IndexedKey, TextKey, flags_of, indexed_keys
from searchkit.engines.opensearch.indexing.generation import NewGeneration, data_nodes
from searchkit.engines.opensearch.indexing.lock import Lock, cluster_time
from searchkit.engines.opensearch.indexing.scanning import PAGE, Measures, measure, scan
from searchkit.engines.opensearch.indexing.spool import Spool
from searchkit.engines.opensearch.indexing.vocabulary import Vocabulary
from searchkit.engines.opensearch.schema import BODY, DUPLICATE, HEAD, LENGTH_FIELDS, PATH, TEXT_HASH, keyword
from searchkit.engines.protocol import Batch, Executor, IndexInfo
from searchkit.errors import IndexNotWritten
from searchkit.language import fingerprint
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _
from searchkit.model import Document


class BatchFlags(NamedTuple):
    """A batch to send.

    Attributes:
        batch: its id.
        flags: of each of its documents, in order.
    """

    batch: str
    flags: list[Flags]


def send(client: Client, index: str, spool: Spool, task: BatchFlags) -> None:
    """Send a batch to a generation; what was sent before, and its answer lost, is sent to the same ids."""
    batch, flags = task
    documents = zip(spool.documents(batch), flags, strict=True)
    actions: Iterator[Action] = (
        ({"create": {"_id": f"{batch}.{number}"}}, _flagged(document, flag))
        for number, (document, flag) in enumerate(documents)
    )
    client.bulk(index, actions)


def _flagged(document: bytes, flags: Flags) -> bytes:
    """A document as JSON, with its flags.

    >>> _flagged(b'{"path":"a"}', ("first", "mixed"))
    b'{"path":"a","duplicate":["first","mixed"]}'
    """
    if not flags:
        return document
    listed = ",".join(f'"{flag}"' for flag in flags)
    return b'%s,"%s":[%s]}' % (document[:-1], DUPLICATE.encode(), listed.encode())


@dataclass(slots=True)
class _Removed:
    """What is deleted of the generation before.

    Attributes:
        ids: of the documents.
        texts: the hashes of their texts.
        totals: by the names of ``LENGTH_FIELDS``, how many terms they have together.
        vocabularies: theirs.
    """

    ids: set[str] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    totals: Counter[str] = field(default_factory=Counter)
    vocabularies: list[Vocabulary] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Commit:
    """What goes into a new generation; see ``searchkit.engines.protocol.Writer.commit``.

    Attributes:
        client: asks.
        lock: the right to commit.
        generation: the new one.
        spool: has the batches.
        lexicon: with which documents are cut into words.
        before: the index to which the alias points.
    """

    client: Client
    lock: Lock
    generation: NewGeneration
    spool: Spool
    lexicon: Lexicon
    before: str | None

    def write(
        self,
        batches: Sequence[Batch],
        removed: Collection[str],
        files: Files,
        corpus: str,
        timezone: str,
        built: dt.datetime,
        executor: Executor,
    ) -> CommitPoint:
        """Make the generation, and have the alias point to it.

        Raises:
            IndexNotWritten: the disks are full, say, or documents were lost; the alias points where it did.
            IndexBusy: another writer has taken the lock.
        """
        ids = [batch.id for batch in batches if batch.documents]
        self.generation.make(self.client)
        gone = self._removed(removed)
        self._delete(gone.ids)
        summaries = [self.spool.summary(batch) for batch in ids]
        self._send(ids, [summary.keys for summary in summaries], gone, executor)
        self._keep(ids, gone, files)
        self.client.post(f"{self.generation.name.index}/_refresh")
        self.generation.seal(self.client)
        old = self.generation.old
        documents = (old.info.documents if old else 0) - len(gone.ids) + sum(batch.documents for batch in batches)
        totals = Counter(dict.fromkeys(LENGTH_FIELDS, 0))
        for part in (old.totals if old else {}, *(summary.totals for summary in summaries)):
            totals.update(part)
        totals.subtract(gone.totals)
        measures = self._measured(documents, totals)
        point = self._point(measures, corpus, timezone, built)
        self.generation.put_meta(self.client, point)
        self.lock.renew()
        self.generation.switch(self.client, self.before)
        return point

    def _removed(self, paths: Collection[str]) -> _Removed:
        """The documents of earlier commits with some paths."""
        gone = _Removed()
        old = self.generation.old
        if old is None or not paths:
            return gone
        lexicon = read_lexicon(self.client, old)  # they were cut with it
        for part in _parts(sorted(map(keyword, paths)), PAGE):
            wanted = (TEXT_HASH, *LENGTH_FIELDS)
            hits = list(scan(self.client, old.index, {"terms": {PATH: part}}, (HEAD, BODY), wanted))
            documents = [self._document(hit) for hit in hits]
            gone.ids.update(hit["_id"] for hit in hits)
            gone.texts.update(hit["fields"][TEXT_HASH][0] for hit in hits)
            for hit in hits:
                gone.totals.update({name: hit["fields"][name][0] for name in LENGTH_FIELDS})
            gone.vocabularies.append(Vocabulary.of(documents, Analysed(documents, lexicon), lexicon))
        return gone

    def _document(self, hit: Mapping[str, object]) -> Document:
        source = hit.get("_source")
        try:
            return read_document(source if isinstance(source, Mapping) else {})
        except ValueError as error:
            raise corrupt(self.client, str(hit.get("_id")), str(error)) from error

    def _delete(self, ids: Collection[str]) -> None:
        actions: Iterator[Action] = (({"delete": {"_id": id_}}, None) for id_ in sorted(ids))
        self.client.bulk(self.generation.name.index, actions)

    def _send(
        self, batches: Sequence[str], keys: Sequence[list[TextKey]], gone: _Removed, executor: Executor
    ) -> None:
        """Send the new documents, and those of before that have another first of their text now."""
        new = list(itertools.chain.from_iterable(keys))
        known = self._known(new, gone)
        flags = flags_of([*new, *(one.key for one in known)])
        begin = 0
        tasks = []
        for batch, part in zip(batches, keys, strict=True):
            end = begin + len(part)
            tasks.append(BatchFlags(batch, flags[begin:end]))
            begin = end
        executor.run(partial(send, self.client, self.generation.name.index, self.spool), tasks)
        self._flag_again({one.id: flag for one, flag in zip(known, flags[begin:], strict=True) if one.flags != flag})

    def _known(self, new: Sequence[TextKey], gone: _Removed) -> list[IndexedKey]:
        """The documents that stay, and have a text that a new one has, or one that is gone."""
        old = self.generation.old
        if old is None:
            return []
        texts = gone.texts.union(key.text for key in new)
        return [one for one in indexed_keys(self.client, old.index, texts) if one.id not in gone.ids]

    def _flag_again(self, flags: Mapping[str, Flags]) -> None:
        """Index documents of before again, from what is stored of them, with other flags."""
        old = self.generation.old
        if old is None or not flags:
            return
        for part in _parts(sorted(flags), PAGE):
            hits = list(scan(self.client, old.index, {"ids": {"values": part}}, (HEAD, BODY)))
            again = requests(map(self._document, hits), self.lexicon)
            actions: Iterator[Action] = (
                (
                    {"index": {"_id": hit["_id"]}},
                    {**fields, **({DUPLICATE: list(flags[hit["_id"]])} if flags[hit["_id"]] else {})},
                )
                for hit, fields in zip(hits, again, strict=True)
            )
            self.client.bulk(self.generation.name.index, actions)

    def _keep(self, batches: Sequence[str], gone: _Removed, files: Files) -> None:
        """Write the blobs."""
        from searchkit.engines.kept import lexicon, manifest  # a rebuild that changes nothing does without

        old = self.generation.old
        vocabulary = Vocabulary()
        if old is not None:
            vocabulary = Vocabulary.from_blobs(partial(read_blob, self.client, old.generation))
            vocabulary.remove(gone.vocabularies)
        vocabulary.add(map(self.spool.vocabulary, batches))
        blobs = vocabulary.to_blobs()
        blobs[MANIFEST] = manifest.encode(files)
        blobs[LEXICON] = lexicon.encode(self.lexicon) if self.lexicon else b""
        write_blobs(self.client, self.generation.name, blobs)

    def _measured(self, documents: int, totals: Mapping[str, int]) -> Measures:
        """What the generation has, if each of its copies has all that it should have."""
        index = self.generation.name.index
        first = measure(self.client, index)
        for found in (first, *(measure(self.client, index, node) for node in data_nodes(self.client))):
            if (found.documents, found.totals) != (documents, totals):
                raise IndexNotWritten(
                    _(
                        "a copy of the new index in {folder} lacks something: {found:,} of {expected:,} posts, "
                        "{found_terms:,} of {terms:,} terms; the old one stands",
                        folder=self.client.address,
                        found=found.documents,
                        expected=documents,
                        found_terms=sum(found.totals.values()),
                        terms=sum(totals.values()),
                    ),
                    _("run it again"),
                )
        return first

    def _point(self, measures: Measures, corpus: str, timezone: str, built: dt.datetime) -> CommitPoint:
        name = self.generation.name
        stats = self.client.get(f"{name.index},{name.kept}/_stats/store")
        info = IndexInfo(
            generation=name.number,
            fingerprint=fingerprint(),
            corpus=corpus,
            timezone=timezone,
            built=built,
            documents=measures.documents,
            bytes=stats["_all"]["primaries"]["store"]["size_in_bytes"],
        )
        return CommitPoint(
            name,
            info,
            measures.totals,
            measures.duplicates,
            measures.mixed,
            measures.newest_added,
            cluster_time(self.client),
        )


def _parts(values: Sequence[str], size: int) -> Iterator[list[str]]:
    return (list(values[start : start + size]) for start in range(0, len(values), size))
