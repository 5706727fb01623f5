"""Documents with the same text are one hit: each knows whether it is the first of them by path."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.indexing.scanning import scan
from searchkit.engines.opensearch.schema import DUPLICATE, FIRST, LATER, MIXED, PART, PATH, TAG, TEXT_HASH

_TERMS_AT_ONCE = 10_000
"""Values that a query asks for; OpenSearch takes 65,536."""

Flags = tuple[str, ...]
"""What ``DUPLICATE`` says of a document."""


class TextKey(NamedTuple):
    """What decides which documents are duplicates of one.

    Attributes:
        path: as ``PATH`` has it.
        text: the hash of its folded text.
        values: a hash of its tags and parts.
    """

    path: str
    text: int
    values: str

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> TextKey:
        """The key of a document that is to be indexed."""
        return cls(fields[PATH], fields[TEXT_HASH], _digest(fields.get(TAG, ()), fields.get(PART, ())))


def _digest(*values: Iterable[str]) -> str:
    text = json.dumps([sorted(set(some)) for some in values], ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class IndexedKey:
    """The key of a document that is indexed already.

    Attributes:
        id: of the document.
        key: its key.
        flags: what ``DUPLICATE`` says.
    """

    id: str
    key: TextKey
    flags: Flags


def flags_of(keys: Sequence[TextKey]) -> list[Flags]:
    """Of each document whose text others have, too: whether it is their first, and whether they differ.

    >>> flags_of([TextKey("b", 7, ""), TextKey("a", 7, ""), TextKey("c", 8, "")])
    [('later',), ('first',), ()]
    """
    of_text: dict[int, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        of_text[key.text].append(number)
    flags: list[Flags] = [()] * len(keys)
    for numbers in of_text.values():
        if len(numbers) > 1:
            mixed = (MIXED,) if len({keys[number].values for number in numbers}) > 1 else ()
            first = min(numbers, key=lambda number: keys[number].path)
            for number in numbers:
                flags[number] = (FIRST if number == first else LATER, *mixed)
    return flags


def indexed_keys(client: Client, index: str, texts: Collection[int]) -> list[IndexedKey]:
    """The documents of an index that have one of some texts."""
    hashes = sorted(texts)
    found: list[IndexedKey] = []
    for start in range(0, len(hashes), _TERMS_AT_ONCE):
        found += keys_matching(client, index, {"terms": {TEXT_HASH: hashes[start : start + _TERMS_AT_ONCE]}})
    return found


def keys_matching(client: Client, index: str, query: Mapping[str, Any]) -> Iterator[IndexedKey]:
    """The keys of the documents that match a query of OpenSearch, by path."""
    for hit in scan(client, index, query, docvalues=(TEXT_HASH, TAG, PART, DUPLICATE)):
        values = hit.get("fields", {})
        digest = _digest(values.get(TAG, ()), values.get(PART, ()))
        key = TextKey(hit["sort"][0], values[TEXT_HASH][0], digest)
        yield IndexedKey(hit["_id"], key, _in_order(values.get(DUPLICATE, ())))


def _in_order(flags: Iterable[str]) -> Flags:
    return tuple(flag for flag in (FIRST, LATER, MIXED) if flag in set(flags))
