"""The exceptions of searchkit.

    SearchkitError
    ├── PostError            a post cannot be read; a rebuild skips it
    ├── CorpusError          a problem with the folder of posts
    │   ├── CorpusNotFound   the folder does not exist
    │   └── CorpusEmpty      the folder contains no posts, but the index does
    ├── IndexFailure         a problem with an index
    │   ├── IndexNotFound    no index has been built in the folder, or at the address
    │   ├── IndexOutdated    the index was built by another version, or with other language data
    │   ├── IndexCorrupt     a file is missing or damaged
    │   ├── IndexUnreachable the server that keeps the index does not answer, or not to you
    │   ├── IndexBusy        another rebuild is running
    │   └── IndexNotWritten  the disk is full, or the folder is not writable
    ├── QueryError           an option of a search is invalid, such as a date
    ├── DocumentNotFound     no post has the path, or no hit the rank
    ├── SettingsError        searchkit.toml or a word list cannot be read, or a setting means nothing
    ├── CollectionError      a file of a judged collection is missing or invalid
    └── MissingDependency    an optional package is not installed

``str(error)`` is one line: what happened, to which file, and a hint, such as the command that repairs it.
"""

from __future__ import annotations

from searchkit.messages import _


class SearchkitError(Exception):
    """The base class of all exceptions of searchkit.

    Args:
        message: what happened, and to which file, without a full stop.
        hint: the command or the step that solves the problem; empty if there is none.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = _("{message}; {hint}", message=self.message, hint=self.hint) if self.hint else self.message
        return " ".join(text.split())


class PostError(SearchkitError):
    """A post cannot be read; a rebuild skips it and reports the reason."""


class CorpusError(SearchkitError):
    """A problem with the folder of posts."""


class CorpusNotFound(CorpusError):
    """The folder of posts does not exist."""


class CorpusEmpty(CorpusError):
    """The folder contains no posts, so that a rebuild would empty the index."""


class IndexFailure(SearchkitError):
    """A problem with an index."""


class IndexNotFound(IndexFailure):
    """No index has been built in the folder, or at the address."""


class IndexOutdated(IndexFailure):
    """The index was built by another version of searchkit, or with other language data."""


class IndexCorrupt(IndexFailure):
    """A file of the index is missing or damaged."""


class IndexUnreachable(IndexFailure):
    """The server that keeps the index does not answer, is too busy, or does not know who asks."""


class IndexBusy(IndexFailure):
    """Another rebuild of the index is running."""


class IndexNotWritten(IndexFailure):
    """The new index could not be written; the old one is unchanged."""


class QueryError(SearchkitError):
    """An option of a search is invalid, such as a date."""


class DocumentNotFound(SearchkitError):
    """No post of the index has the path, or no hit of the last search the rank."""


class SettingsError(SearchkitError):
    """``searchkit.toml`` or a word list that it names cannot be read, or a setting means nothing."""


class CollectionError(SearchkitError):
    """A file of a judged collection is missing, or a line of it is invalid."""


class MissingDependency(SearchkitError):
    """An optional package is not installed."""
