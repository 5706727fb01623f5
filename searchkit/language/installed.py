"""Versions of installed packages."""

from __future__ import annotations

import os
from importlib.util import find_spec


def installed_version(distribution: str, module: str) -> str:
    """The installed version of a distribution.

    The name of its ``.dist-info`` folder contains the version. ``importlib.metadata`` would parse the whole metadata
    file with the e-mail parser: 20 ms for the first distribution.

    Args:
        distribution: its name on PyPI, such as ``OpenCC``.
        module: one of its top-level modules, such as ``opencc``.
    """
    spec = find_spec(module)
    folder = os.path.dirname(os.path.dirname(spec.origin)) if spec is not None and spec.origin else ""
    for entry in os.listdir(folder or "."):
        name, _, rest = entry.partition("-")
        if name.lower() == distribution.lower() and rest.endswith(".dist-info"):
            return rest.removesuffix(".dist-info")
    from importlib.metadata import version  # 20 ms; needed only where an operating system installed the package

    return version(distribution)
