"""Versions of installed packages."""

from __future__ import annotations

import os
from importlib.util import find_spec


def installed_version(distribution: str, module: str) -> str:
    """The installed version of a distribution.

    The name of its metadata folder contains the version: ``jieba-0.42.1.dist-info``, or, if an old pip installed it,
    ``jieba-0.42.1-py3.11.egg-info``. ``importlib.metadata`` would parse the whole metadata file with
    the e-mail parser, which imports sockets: 20 ms for the first distribution.

    Args:
        distribution: its name on PyPI, such as ``OpenCC``.
        module: one of its top-level modules, such as ``opencc``.
    """
    spec = find_spec(module)
    folder = os.path.dirname(os.path.dirname(spec.origin)) if spec is not None and spec.origin else ""
    for entry in os.listdir(folder or "."):
        stem, suffix = os.path.splitext(entry)
        name, _, rest = stem.partition("-")
        if name.lower() == distribution.lower() and suffix in (".dist-info", ".egg-info") and rest:
            return rest.partition("-")[0]
    from importlib.metadata import version  # 20 ms; needed only where an operating system installed the package

    return version(distribution)
