"""What an index keeps of a document as whole values: words of its identifiers, folded tags, a hash of its text."""

from __future__ import annotations

import hashlib

from searchkit.language import fold
from searchkit.language.identifiers import identifiers
from searchkit.model import Document


class FoldedValues(dict[str, str]):
    """The folding of values that many documents share, each folded once."""

    def __missing__(self, value: str) -> str:
        folded = self[value] = fold(value)
        return folded

    def tags(self, document: Document) -> list[str]:
        """The folded tags of a document, each once."""
        return list(dict.fromkeys(self[tag] for tag in document.tags))


def identifier_parts(document: Document) -> list[str]:
    """The words of a document's identifiers, each once."""
    found = identifiers(f"{document.title}\n{document.text}")
    return list(dict.fromkeys(part for parts in found.values() for part in parts))


def as_written(document: Document, field: str, value: str) -> str:
    """A folded source or tag as a document that has it writes it."""
    written = (document.source,) if field == "source" else document.tags
    return next((text for text in written if fold(text) == value), value)


def text_hash(title: str, text: str) -> int:
    """A signed number of 64 bits: documents with the same folded title and text have the same."""
    digest = hashlib.blake2b(f"{title}\n{text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
