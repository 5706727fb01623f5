"""Compare what searchkit reads of whole archives with their raw files, which are read by rules of their own.

    python -m benchmarks.archives FOLDER... [--archive NAME] [--list KIND | --sample N --seed S] [--write FOLDER]

Each folder below a FOLDER is an archive. Prints a Markdown table. ``--list`` prints each failure instead; ``--sample``
prints raw posts beside what was read, to be read by eye.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.archives.compare import KINDS, Archive, check, read_raw

_HEAD = (
    "archive",
    "posts",
    "left out",
    "wrongly in or out",
    "warnings",
    "titles wrong",
    "days wrong",
    "tags wrong",
    "Han runs lost",
    "per 10,000",
    "Latin words lost",
    "prose lines with marks",
    "per 2,000",
    "code and formulas changed",
    "lines of code without their white space",
    "found less often",
    "Han runs that are not in the file",
    "descriptions not found",
)


def table(archives: Sequence[Archive]) -> list[str]:
    """The lines of a Markdown table with one row for each archive, and one for all of them."""
    total = Archive("all")
    for archive in archives:
        total.counts += archive.counts
        total.failures += archive.failures
    rows = [_row(archive) for archive in (*archives, total)]
    return [_line(_HEAD), "|" + "---|" * len(_HEAD), *map(_line, rows)]


def _row(archive: Archive) -> list[str]:
    wrong = {kind: sum(failure.kind == kind for failure in archive.failures) for kind in KINDS}
    counts = archive.counts
    return [
        archive.name,
        str(counts["posts"]),
        str(counts["left out"]),
        str(wrong["posts"]),
        str(counts["warnings"]),
        f"{wrong['title']} of {counts['titles']}",
        f"{wrong['day']} of {counts['days']}",
        f"{wrong['tags']} of {counts['tags']}",
        f"{wrong['han']} of {counts['runs']}",
        f"{wrong['han'] * 10_000 / max(1, counts['runs']):.2f}",
        f"{wrong['latin']} of {counts['words']}",
        f"{wrong['marks']} of {counts['lines']}",
        f"{wrong['marks'] * 2_000 / max(1, counts['lines']):.2f}",
        f"{wrong['code']} of {counts['code']}",
        f"{wrong['space']} of {counts['spaced']}",
        str(wrong["fewer"]),
        str(wrong["unseen"]),
        f"{wrong['description']} of {counts['descriptions']}",
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _listed(archives: Iterable[Archive], kind: str) -> list[str]:
    return [
        f"{archive.name}/{failure.path}\n    expected {failure.expected}\n    got      {failure.got}"
        for archive in archives
        for failure in archive.failures
        if failure.kind == kind
    ]


def _write(archives: Sequence[Archive], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text("\n".join([*table(archives), ""]), "utf-8")
    for kind in KINDS:
        (folder / f"{kind}.txt").write_text("\n".join([*_listed(archives, kind), ""]), "utf-8")


def _sample(folders: Sequence[Path], archives: Sequence[Archive], number: int, seed: int) -> None:
    for folder, archive in zip(folders, archives, strict=True):
        paths = sorted(archive.documents)
        for path in random.Random(seed).sample(paths, min(number, len(paths))):
            document = archive.documents[path]
            raw, _ = read_raw(folder / path)
            print(f"{'=' * 100}\n{archive.name}/{path}\n{'-' * 40} raw\n{raw}\n{'-' * 40} read")
            print(f"title {document.title}\ndate  {document.date}\ntags  {document.tags}\n{document.body}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.archives", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--archive", help="only the archive with this name")
    parser.add_argument("--list", choices=KINDS, help="print each failure of this kind")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the table and all failures to files there")
    parser.add_argument("--sample", type=int, help="print N posts of each archive, raw and as read")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folders = [archive for folder in options.folders for archive in sorted(folder.iterdir()) if archive.is_dir()]
    folders = [folder for folder in folders if options.archive in (None, folder.name)]
    archives = [check(folder) for folder in folders]
    if options.write:
        _write(archives, options.write)
    if options.sample:
        _sample(folders, archives, options.sample, options.seed)
    elif options.list:
        print(*_listed(archives, options.list), sep="\n")
    else:
        print(*table(archives), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
