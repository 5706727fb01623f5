"""Which version of a package is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec


def installed_version(distribution: str, module: str) -> str:
    """The version of a distribution, one of whose modules is ``module``.

    Its folder's name tells: ``jieba-0.42.1.dist-info``, or ``jieba-0.42.1-py3.11.egg-info`` where an old pip made it.
    ``importlib.metadata`` reads all of it with the parser of e-mail, which brings in sockets, 20 ms for the first.
    """
    spec = find_spec(module)
    folder = os.path.dirname(os.path.dirname(spec.origin)) if spec is not None and spec.origin else ""
    for name in os.listdir(folder or "."):
        stem, suffix = os.path.splitext(name)
        found, _, rest = stem.partition("-")
        if found.lower() == distribution.lower() and suffix in (".dist-info", ".egg-info") and rest:
            return rest.partition("-")[0]
    from importlib.metadata import version  # where a system's own packager put the package

    return version(distribution)
