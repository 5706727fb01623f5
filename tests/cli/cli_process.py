"""searchkit in a subprocess, with an environment that does not depend on the developer's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(folder: Path, **variables: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    defaults = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    return inherited | defaults | variables


def searchkit(folder: Path, *arguments: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run one command in a folder, with its output in pipes."""
    command = [sys.executable, "-m", "searchkit", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(folder, **env), capture_output=True, check=False, timeout=60
    )
