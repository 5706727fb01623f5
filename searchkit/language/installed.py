"""Which version of a package is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec


def installed_version(distribution: str, module: str) -> str:
    """The version of a distribution, one of whose modules is ``module``.

    Its folder's name tells; ``importlib.metadata`` reads all of it with the parser of e-mail, 20 ms for the first.
    """
    spec = find_spec(module)
    folder = os.path.dirname(os.path.dirname(spec.origin)) if spec is not None and spec.origin else ""
    for name in os.listdir(folder or "."):
        found, _, rest = name.partition("-")
        if found.lower() == distribution.lower() and rest.endswith(".dist-info"):
            return rest.removesuffix(".dist-info")
    from importlib.metadata import version  # where a system's own packager put the package

    return version(distribution)
