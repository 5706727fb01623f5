"""Which generation is the index, and what did its commit keep of files and lexicon?"""

from __future__ import annotations

from searchkit.engines.files import Files
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.blobs import LEXICON, MANIFEST, corrupt, read_blob
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.commit.point import CommitPoint, UnknownFormat
from searchkit.engines.opensearch.schema import FORMAT_VERSION
from searchkit.errors import IndexCorrupt, IndexNotFound, IndexOutdated
from searchkit.language import fingerprint
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.messages import _


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


def read_files(client: Client, point: CommitPoint) -> Files:
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
