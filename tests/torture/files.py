"""Damage of any file of an index as disks and people do it: the checksums are as they were.

Whoever reads such an index gets the right answers or a ``SearchkitError``, never another answer, another exception, a
signal or a stall.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from torture._damage import damaged
from torture.victim import AFTER, Seen, Victims

FEW = 25


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    victims = Victims(folder)

    def attack(own: random.Random, index: Path) -> str:
        name, damage = own.choice(sorted(victims.files)), own.choice(_ATTACKS)
        damage(own, index / name)
        return f"{damage.__name__} on {name}"

    for what, seen in victims.attacked(attack, chance):
        found = [question for question, answer in seen.answers.items() if answer not in _right(question, victims, seen)]
        failure = seen.failure or (f"other answers to {found}" if found else "")
        yield f"{what}: {failure}" if failure else None


def _right(question: str, victims: Victims, seen: Seen) -> tuple[str, ...]:
    """The right answers: what a refused rebuild leaves is the index before it."""
    refused = seen.answers.get("rebuild") in ERRORS
    return (victims.right[question.removeprefix(AFTER) if refused else question], *ERRORS)


ERRORS = ("IndexCorrupt", "IndexNotFound", "IndexOutdated", "IndexNotWritten", "IndexFailure", "DocumentNotFound")


def _bytes(chance: random.Random, file: Path) -> None:
    """In nine of ten attempts, other bytes."""
    file.write_bytes(damaged(chance, file.read_bytes(), chance.choice((1, 1, 4, 8))))


def _length(chance: random.Random, file: Path) -> None:
    """Cut or extend at a length that some reader may trust."""
    data = file.read_bytes()
    lengths = (0, 1, 7, 8, 9, 31, 32, 33, 40, 41, len(data) // 2, len(data) - 33, len(data) - 32, len(data) - 8)
    length = chance.choice((*lengths, len(data) - 1, len(data) + 1, len(data) + 4096, chance.randint(0, len(data))))
    file.write_bytes(data[: max(length, 0)].ljust(max(length, 0), chance.choice((b"\0", b"\xff"))))


def _exchange(chance: random.Random, file: Path) -> None:
    """The content of another file, or this one's pages in another order."""
    other = chance.choice(sorted(file.parent.iterdir())).read_bytes()
    data = file.read_bytes()
    at, page = chance.randrange(0, len(data), 512), 512
    moved = data[at : at + page] + data[:at] + data[at + page :]
    file.write_bytes(chance.choice((other, moved, data[:at] + other[at : at + page] + data[at + page :])))


def _missing(chance: random.Random, file: Path) -> None:
    file.unlink()


def _link(chance: random.Random, file: Path) -> None:
    if chance.random() < 0.5:
        elsewhere = file.parent.parent / "elsewhere"
        shutil.copy(file, elsewhere)
    else:
        elsewhere = Path("/dev/zero")
    file.unlink()
    file.symlink_to(elsewhere)


def _pipe(chance: random.Random, file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _folder(chance: random.Random, file: Path) -> None:
    file.unlink()
    file.mkdir()


def _huge(chance: random.Random, file: Path) -> None:
    """A hole of terabytes, or of some 100 MB."""
    os.truncate(file, chance.choice((150_000_000, 10**12)))


_ATTACKS: tuple[Callable[[random.Random, Path], None], ...] = (
    *([_bytes] * 10),
    *([_length] * 5),
    *(_exchange, _exchange, _missing, _link, _pipe, _folder, _huge),
)
