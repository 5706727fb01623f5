"""Another lexicon for an index: which of its posts are to be cut into words anew?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from searchkit.engines.files import Files, FileState
from searchkit.engines.protocol import Engine
from searchkit.language.lexicon import Lexicon

MANY_WORDS = 10_000
"""So many changed words are looked up, or twice as many as there are posts; for more, to index all posts is faster."""


@dataclass(frozen=True, slots=True)
class Recut:
    """What another lexicon changes in an index.

    Attributes:
        changed_words: own words that are new, gone or of another frequency.
        changed_synonyms: words that have other synonyms.
        paths: the posts with any of the changed words; no others are cut otherwise.
    """

    changed_words: int = 0
    changed_synonyms: int = 0
    paths: frozenset[str] = frozenset()

    @property
    def is_needed(self) -> bool:
        """Whether the lexicon is another."""
        return bool(self.changed_words or self.changed_synonyms)


def recut(engine: Engine, lexicon: Lexicon, files: Files) -> Recut:
    """Compare a lexicon with that of an index.

    Args:
        engine: of the index.
        lexicon: the other one.
        files: what the index knows of each post's file.
    """
    known = engine.lexicon()
    words, synonyms = lexicon.changed_words(known), lexicon.changed_synonyms(known)
    if not words:
        return Recut(0, len(synonyms))
    if len(words) > max(MANY_WORDS, 2 * len(files)):
        posts = frozenset(path for path, record in files.items() if record.state != FileState.LEFT_OUT)
        return Recut(len(words), len(synonyms), posts)
    with contextlib.closing(engine.open()) as searcher:
        return Recut(len(words), len(synonyms), frozenset(searcher.paths_with(words)))
