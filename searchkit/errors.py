"""Every error that searchkit raises on purpose.

    SearchkitError
    ├── PostError            one post cannot be read at all: it is skipped
    ├── CorpusError          the folder of posts
    │   ├── CorpusNotFound   there is no such folder
    │   └── CorpusEmpty      it holds no post, and the index does
    ├── IndexFailure         the index folder
    │   ├── IndexNotFound    nothing was built there yet
    │   ├── IndexOutdated    built by another version, or with other language data
    │   ├── IndexCorrupt     a file is missing or damaged
    │   ├── IndexBusy        another rebuild is at it
    │   └── IndexNotWritten  a full disk, a folder without write permission
    ├── QueryError           an option of a search that means nothing, such as a bad date
    ├── DocumentNotFound     no post has this path or rank
    ├── CollectionError      a judged collection cannot be used
    └── MissingDependency    an optional package is not installed

``str(error)`` is one line that says what happened, to which file, and the command that mends it.
"""

from __future__ import annotations


class SearchkitError(Exception):
    """The root of the tree.

    Args:
        message: what happened and to which file, without a full stop.
        mend: the command or the step that mends it; empty where there is none.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message, mend)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        text = f"{self.message}; {self.mend}" if self.mend else self.message
        return " ".join(text.split())


class PostError(SearchkitError):
    """One post cannot be read at all: a rebuild skips it and says why."""


class CorpusError(SearchkitError):
    """Something is wrong with the folder of posts."""


class CorpusNotFound(CorpusError):
    """There is no such folder."""


class CorpusEmpty(CorpusError):
    """The folder holds no post, and an index that has some would be emptied."""


class IndexFailure(SearchkitError):
    """Something is wrong with the index folder."""


class IndexNotFound(IndexFailure):
    """Nothing was built in this folder yet."""


class IndexOutdated(IndexFailure):
    """The index was built by another version of searchkit, or with other language data."""


class IndexCorrupt(IndexFailure):
    """A file of the index is missing or damaged."""


class IndexBusy(IndexFailure):
    """Another rebuild is at work on this index."""


class IndexNotWritten(IndexFailure):
    """The new state could not be written; the old one stands."""


class QueryError(SearchkitError):
    """An option of a search means nothing, such as a date that is none."""


class DocumentNotFound(SearchkitError):
    """No post of the index has this path, or no hit this rank."""


class CollectionError(SearchkitError):
    """A file of a judged collection is missing, or a line of it means nothing."""


class MissingDependency(SearchkitError):
    """An optional package is not installed."""
