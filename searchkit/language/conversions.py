"""OpenCC's conversions and single dictionaries.

A stock conversion chains several dictionaries, and half of the chains take 100 ms to load; one dictionary takes 2 ms.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from searchkit.errors import SearchkitError
from searchkit.messages import _

Convert = Callable[[str], str]

_NO_FILES = (errno.EMFILE, errno.ENFILE)


@cache
def conversion(name: str) -> Convert:
    """A stock conversion of OpenCC, such as ``t2s``; loading a small one takes 5 ms.

    >>> conversion("t2s")("國際")
    '国际'
    """
    import opencc  # 10 ms; only Han characters need it

    convert: Convert = opencc.OpenCC(name).convert
    return convert


@cache
def dictionary(name: str) -> Convert:
    """A conversion by one dictionary alone, the longest match first; loading it takes 2 ms.

    Args:
        name: OpenCC's name of the dictionary, such as ``TWPhrases``. If the installed version of OpenCC does not have
            it, the conversion changes nothing.

    Raises:
        SearchkitError: no temporary file can be written; OpenCC reads its configuration from files only.

    >>> dictionary("TWPhrases")("軟件")
    '軟體'
    """
    import opencc  # 10 ms; only Han characters need it

    file = Path(opencc.__file__).with_name("clib") / "share" / "opencc" / f"{name}.ocd2"
    if not file.is_file():
        return str
    source = {"type": "ocd2", "file": str(file)}
    configuration = {
        "name": name,
        "segmentation": {"type": "mmseg", "dict": source},
        "conversion_chain": [{"dict": source}],
    }
    try:
        # not in a folder of its own: to remove one takes 4 ms on some file systems
        descriptor, path = tempfile.mkstemp(prefix="searchkit-", suffix=".json")
        try:
            with open(descriptor, "w", encoding="utf-8") as written:
                written.write(json.dumps(configuration))
            convert: Convert = opencc.OpenCC(path).convert
        finally:
            os.unlink(path)
    except OSError as error:
        hint = "" if error.errno in _NO_FILES else _("free some space, or set TMPDIR")
        raise SearchkitError(_("cannot write a temporary file: {error}", error=error), hint) from error
    return convert
