"""What a one-shot search imports, and how long that takes.

    python -m benchmarks.imports INDEX [--word 香港] [--top 20]

Runs ``python -X importtime -m searchkit search`` and prints two tables of Markdown: what each package takes for
modules of its own, and the largest imports together with what they import in turn. Every figure is the least of five
runs.
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
_APART = {"whoosh", "searchkit"}  # packages whose parts are worth a line each


class Import(NamedTuple):
    """A line of ``-X importtime``.

    Attributes:
        module: its full name.
        own: ms of itself.
        cumulative: ms with what it imports.
        depth: how many imports it is within.
    """

    module: str
    own: float
    cumulative: float
    depth: int


def parse(report: str) -> Iterator[Import]:
    """The imports that Python reported, in its order: what is imported comes before what imports it."""
    for line in report.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        cumulative, _, name = rest.partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            depth = (len(name) - len(name.lstrip()) - 1) // 2
            yield Import(name.strip(), int(own) / 1000, int(cumulative) / 1000, depth)


def package(module: str) -> str:
    """What a module is counted with; the standard library is one package."""
    first, *rest = module.split(".")
    if first in sys.stdlib_module_names or first.startswith("_"):
        return "the standard library"
    return f"{first}.{rest[0]}" if first in _APART and rest else first


def by_package(imports: Iterable[Import]) -> Counter[str]:
    """ms that each package takes for modules of its own."""
    totals: Counter[str] = Counter()
    for found in imports:
        totals[package(found.module)] += found.own  # type: ignore[assignment]
    return totals


def _least(runs: list[list[Import]]) -> dict[str, Import]:
    least: dict[str, Import] = {}
    for run in runs:
        for found in run:
            known = least.get(found.module, found)
            own, cumulative = min(found.own, known.own), min(found.cumulative, known.cumulative)
            least[found.module] = found._replace(own=own, cumulative=cumulative)
    return least


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
    least = _least([_run(options.index, options.word) for _ in range(_RUNS)])
    packages = by_package(least.values())
    print("| package | ms of its own modules |\n|---|---|")
    for name, own in packages.most_common(options.top):
        print(f"| {name} | {own:.1f} |")
    print(f"| together, {len(least)} modules | {sum(packages.values()):.1f} |\n")
    print("| import | ms with all that it imports |\n|---|---|")
    for found in sorted(least.values(), key=lambda found: -found.cumulative)[: options.top]:
        print(f"| {found.module} | {found.cumulative:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
