"""Measure the imports of a one-shot search.

    python -m benchmarks.imports INDEX [--word 香港] [--top 20]

Runs ``python -X importtime -m searchkit search`` and prints two Markdown tables: the time of each package for its own
modules, and the slowest imports, including what they import. Each figure is the minimum of five runs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from benchmarks.measured import compile_checkout

_RUNS = 5
_APART = {"whoosh", "searchkit"}  # packages that are listed by subpackage


class Import(NamedTuple):
    """A line of ``-X importtime``.

    Attributes:
        module: its full name.
        own: milliseconds without the modules that it imports.
        cumulative: milliseconds including them.
        depth: the number of imports in progress.
    """

    module: str
    own: float
    cumulative: float
    depth: int


def parse(report: str) -> Iterator[Import]:
    """The imports in a report of Python, in its order: each module follows those that it imports."""
    for line in report.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        cumulative, _, name = rest.partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            depth = (len(name) - len(name.lstrip()) - 1) // 2
            yield Import(name.strip(), int(own) / 1000, int(cumulative) / 1000, depth)


def package(module: str) -> str:
    """The package of a module; the standard library counts as one package."""
    first, *rest = module.split(".")
    if first in sys.stdlib_module_names or first.startswith("_"):
        return "the standard library"
    return f"{first}.{rest[0]}" if first in _APART and rest else first


def by_package(imports: Iterable[Import]) -> Counter[str]:
    """Milliseconds of each package for its own modules."""
    totals: Counter[str] = Counter()
    for entry in imports:
        totals[package(entry.module)] += entry.own  # type: ignore[assignment]
    return totals


def _minimum(runs: list[list[Import]]) -> dict[str, Import]:
    minimum: dict[str, Import] = {}
    for run in runs:
        for entry in run:
            previous = minimum.get(entry.module, entry)
            own, cumulative = min(entry.own, previous.own), min(entry.cumulative, previous.cumulative)
            minimum[entry.module] = entry._replace(own=own, cumulative=cumulative)
    return minimum


def _run(index: str, word: str) -> list[Import]:
    command = ["-m", "searchkit", "search", word, "--index", index, "--format", "json"]
    done = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.splitlines()[-1])
    return list(parse(done.stderr))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--word", default="香港")
    parser.add_argument("--top", type=int, default=20)
    options = parser.parse_args()
    compile_checkout()
    minimum = _minimum([_run(options.index, options.word) for _ in range(_RUNS)])
    packages = by_package(minimum.values())
    print("| package | ms of its own modules |\n|---|---|")
    for name, own in packages.most_common(options.top):
        print(f"| {name} | {own:.1f} |")
    print(f"| total, {len(minimum)} modules | {sum(packages.values()):.1f} |\n")
    print("| import | ms with all that it imports |\n|---|---|")
    for entry in sorted(minimum.values(), key=lambda entry: -entry.cumulative)[: options.top]:
        print(f"| {entry.module} | {entry.cumulative:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
