"""Renew requirements.txt: the newest of all that pyproject.toml asks for, with versions and hashes.

uv resolves everything at once, for every platform and every Python, with one version for all of them if there is one.
Each package is written once, under the first heading that needs it: ``make demo`` installs the file down to "run" only.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"

EXTRAS = ("browse", "serve", "notebook", "mcp", "watch", "opensearch", "eval", "test", "lint")

SECTIONS = {
    "build": ("--group", "pyproject.toml:build"),
    "run": ("pyproject.toml",),
    "test": (
        "pyproject.toml",
        *(f"--extra={extra}" for extra in EXTRAS),
    ),
    "bench": ("pyproject.toml", "--extra", "bench"),
}
"""What each heading needs, as uv's arguments."""

EVERYTHING = ("pyproject.toml", "--all-extras", "--group", "pyproject.toml:build")

OPTIONS = (
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"),
)

HEADER = """\
# The versions that make and CI install, on Python 3.11 to 3.14. Made from pyproject.toml by: make lock
"""

_PACKAGE = re.compile(r"^([a-z0-9.-]+)==.*\n(?:[ ].*\n)*", re.MULTILINE)


def main() -> None:
    everything = compiled(*EVERYTHING)
    text, written = HEADER, set[str]()
    for heading, needs in SECTIONS.items():
        names = compiled(*needs).keys() - written
        text += f"\n## {heading}\n" + "".join(everything[name] for name in sorted(names))
        written |= names
    if missing := everything.keys() - written:
        raise SystemExit(f"no heading needs {', '.join(sorted(missing))}")
    LOCK.write_text(text, encoding="utf-8")


def compiled(*needs: str) -> dict[str, str]:
    """uv's lines for each package, by its name; several versions where no one suits every Python."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *OPTIONS, *needs]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines: dict[str, str] = {}
    for entry in _PACKAGE.finditer(done.stdout):
        lines[entry[1]] = lines.get(entry[1], "") + entry[0]
    return lines


if __name__ == "__main__":
    main()
