"""OpenCC's dictionaries, one at a time: a stock conversion chains several, and half of those take 100 ms to load."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from searchkit.errors import SearchkitError

Convert = Callable[[str], str]


@cache
def conversion(name: str) -> Convert:
    """One of OpenCC's stock conversions, such as ``t2s``; the light ones take 5 ms to load.

    >>> conversion("t2s")("國際")
    '国际'
    """
    import opencc  # 10 ms, and only Han characters need it

    convert: Convert = opencc.OpenCC(name).convert
    return convert


@cache
def dictionary(name: str) -> Convert:
    """A conversion by one dictionary alone, the longest match first; 2 ms to load.

    Args:
        name: as OpenCC names it, such as ``TWPhrases``. One that the installed version does not have converts nothing.

    Raises:
        SearchkitError: no temporary file can be written, and OpenCC reads its configurations from files only.

    >>> dictionary("TWPhrases")("軟件")
    '軟體'
    """
    import opencc  # 10 ms, and only Han characters need it

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
        with tempfile.TemporaryDirectory(prefix="searchkit-") as folder:
            path = Path(folder, f"{name}.json")
            path.write_text(json.dumps(configuration), encoding="utf-8")
            convert: Convert = opencc.OpenCC(str(path)).convert
    except OSError as error:
        raise SearchkitError(f"no temporary file can be written: {error}", "make room, or set TMPDIR") from error
    return convert
