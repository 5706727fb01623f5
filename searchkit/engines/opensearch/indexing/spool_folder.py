"""The folder where a rebuild keeps what it will send; those of rebuilds that were killed are removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from searchkit.engines.opensearch.indexing.processes import has_ended, machine
from searchkit.errors import IndexNotWritten
from searchkit.messages import _


@contextlib.contextmanager
def spool_folder() -> Iterator[Path]:
    """A new folder among the temporary files, until the block ends.

    Raises:
        IndexNotWritten: there can be none.
    """
    prefix = f"searchkit-{hashlib.blake2b(machine().encode(), digest_size=4).hexdigest()}-"
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
    except OSError as error:
        raise IndexNotWritten(
            _("cannot make a temporary folder: {reason}", reason=error.strerror or error), _("set TMPDIR to another")
        ) from error
    try:
        _remove_those_of_the_dead(folder.parent, prefix)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_those_of_the_dead(parent: Path, prefix: str) -> None:
    pattern = re.compile(re.escape(prefix) + r"([0-9]{1,9})-[a-z0-9_]+")
    with contextlib.suppress(OSError):
        for name in os.listdir(parent):
            found = pattern.fullmatch(name)
            if found and has_ended(int(found[1])):
                shutil.rmtree(parent / name, ignore_errors=True)
