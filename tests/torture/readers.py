"""Eight readers beside a hundred rebuilds.

Each post tells the generation that it was written in. What a search finds, and what is read of an index, is of one
generation alone, whole, and not of an older one than was committed before the call began. No call fails. Half of the
readers are threads that share an open index, half are processes of their own, some of which open it anew each time.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import random
import shutil
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive import Archive

import searchkit
from torture.building import rebuild

FEW = 1
REBUILDS = 100
REBUILDS_OF_A_TEST = 5
READERS = 8
POSTS = 9
SHOWN = 3


class Told(ctypes.Structure):
    """What all processes see: the generation whose rebuild has begun, the one that was committed, and the end."""

    _fields_ = (("begun", ctypes.c_int64), ("committed", ctypes.c_int64), ("is_over", ctypes.c_int64))


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    rebuilds = REBUILDS_OF_A_TEST
    for number in range(10**9):
        place = folder / str(number)
        yield from beside(chance, Archive(place), rebuilds)
        shutil.rmtree(place)
        rebuilds = REBUILDS


def publish(archive: Archive, generation: int) -> None:
    """All posts of a generation; in some there are fewer."""
    for number in range(POSTS):
        if number < generation % 3:
            (archive.corpus / f"{number}.md").unlink(missing_ok=True)
        else:
            archive.write(f"{number}.md", f"第{generation}版 香港 {number}")


def beside(chance: random.Random, archive: Archive, rebuilds: int) -> Iterator[str | None]:
    """An item for each answer that readers got beside some rebuilds."""
    publish(archive, 0)
    rebuild(archive)
    told = Told.from_buffer(mmap.mmap(-1, ctypes.sizeof(Told)))
    seeds = [chance.random() for _ in range(READERS)]
    jobs = [chance.choice((1, 1, 1, 2)) for _ in range(rebuilds)]
    children = [_begin(archive, told, seeds[at : at + 2]) for at in range(READERS // 2, READERS, 2)]
    with searchkit.open(archive.index) as shared, ThreadPoolExecutor() as threads:
        reading = [threads.submit(read_on, archive, told, seed, shared) for seed in seeds[: READERS // 2]]
        try:
            for generation in range(1, rebuilds + 1):
                told.begun = generation
                publish(archive, generation)
                rebuild(archive, jobs=jobs[generation - 1])
                told.committed = generation
        finally:
            told.is_over = 1
        answers = [answer for child in children for answer in _end(*child)]
        answers += [reader.result() for reader in reading]
    for count, failures in answers:
        yield from failures[:SHOWN]
        yield from (None for _ in range(count - len(failures[:SHOWN])))


Answers = tuple[int, list[str]]
"""How many answers a reader got, and what was wrong with some."""


def read_on(archive: Archive, told: Told, seed: float, shared: searchkit.Index | None) -> Answers:
    """Ask until it is over; a reader without a shared index opens it each time."""
    chance = random.Random(seed)
    failures: list[str] = []
    count = 0
    while not told.is_over or not count:
        count += 1
        ask = chance.choice(QUESTIONS)
        oldest = told.committed
        try:
            if shared is not None:
                found = ask(shared)
            else:
                with searchkit.open(archive.index) as index:
                    found = ask(index)
        except Exception as error:
            failures.append(f"{ask.__name__}: {error!r}")
            continue
        if len(found) != 1 or not oldest <= min(found) <= told.begun:
            failures.append(
                f"{ask.__name__}: generations {found}, {oldest} was committed before, {told.begun} has begun"
            )
    return count, failures


def _generation(title: str) -> int:
    return int(title[1 : title.index("版")])


def _of_all(titles: list[str], total: int) -> set[int]:
    """The generation of titles that are all that there are; with -1 if there are more or fewer."""
    generations = set(map(_generation, titles))
    whole = len(titles) == total and all(total == POSTS - generation % 3 for generation in generations)
    return generations if whole else generations | {-1}


def a_search(index: searchkit.Index) -> set[int]:
    page = index.search("香港", limit=2 * POSTS)
    return _of_all([hit.title for hit in page], page.total)


def a_search_of_all(index: searchkit.Index) -> set[int]:
    page = index.search("", limit=None, facets=("year",))
    assert page.facets["year"] == (("2021", page.total),)
    return _of_all([hit.title for hit in page], page.total)


def all_documents(index: searchkit.Index) -> set[int]:
    titles = [document.title for document in index.documents()]
    return _of_all(titles, len(titles))


def a_document(index: searchkit.Index) -> set[int]:
    document = index.document("5.md")
    assert document.title in document.body
    return {_generation(document.title)}


def a_reading(index: searchkit.Index) -> set[int]:
    reading = index.read("5.md", "香港")
    text = reading.document.text
    assert {text[start:end] for start, end in reading.spans} == {"香港"}
    return {_generation(reading.document.title)}


QUESTIONS: tuple[Callable[[searchkit.Index], set[int]], ...] = (
    a_search,
    a_search_of_all,
    all_documents,
    a_document,
    a_reading,
)


def _begin(archive: Archive, told: Told, seeds: list[float]) -> tuple[int, int]:
    """A process with a reader that keeps its index open and one that does not; its id, and where it answers."""
    ours, its = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # as in torture.building
        child = os.fork()
    if child:
        os.close(its)
        return child, ours
    try:
        with searchkit.open(archive.index) as index, ThreadPoolExecutor() as threads:
            answers = list(threads.map(read_on, [archive] * 2, [told] * 2, seeds, [index, None]))
        with os.fdopen(its, "wb") as file:
            pickle.dump(answers, file)
    finally:
        os._exit(0)


def _end(child: int, ours: int) -> list[Answers]:
    with os.fdopen(ours, "rb") as file:
        data = file.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else [(1, ["a reading process died"])]
