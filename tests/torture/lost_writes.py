"""A crash of the computer: what was written and not synced is lost, torn or zeros; names come and go in any order.

Some rebuilds, the first of an index, incremental ones with merges and full ones, in one process or several, are traced:
every write, truncation, fsync, creation, rename and removal. Some fail at the switch, and are repeated. After each
prefix of the trace, ``disk`` says what a crash may leave. From that, searchkit and Whoosh open the index of the last
rebuild that returned, or of the one that was at work, whole; and the next rebuild brings the latest and leaves nothing
else.
"""

from __future__ import annotations

import contextlib
import errno
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import whoosh.index
from archive import Archive, Seen
from whoosh.index import EmptyIndexError

import searchkit
from torture.building import change, rebuild, start
from torture.disk import Change, Crash, Disk, certain_crashes, changes, random_crash, write_out
from torture.preloaded import Outcome, Preload, call_in_child, in_preloaded

FEW = 16
REBUILDS = 3
RANDOM_CRASHES = 2
REPAIRED = 0.3

Titles = frozenset[tuple[str, str]]


class State(NamedTuple):
    """What is seen of an index, by searchkit and by Whoosh; None where there is none."""

    seen: Seen | None
    titles: Titles | None


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    return in_preloaded(crashes, chance, folder)


def crashes(chance: random.Random, folder: Path) -> Iterator[str | None]:
    """Crashes of one history of rebuilds after the other."""
    for number in range(10**9):
        place = folder / str(number)
        place.mkdir()
        yield from _of_history(History.traced(chance, place), chance)
        shutil.rmtree(place)


class History(NamedTuple):
    """Rebuilds with their trace.

    Attributes:
        archive: as it is now.
        states: before the first rebuild and after each.
        trace: their changes, with a mark after each rebuild.
        how: the options of each.
    """

    archive: Archive
    states: list[State]
    trace: list[Change]
    how: list[dict[str, object]]

    @classmethod
    def traced(cls, chance: random.Random, place: Path) -> History:
        archive = Archive(place / "archive")
        preload = Preload(archive.root)
        states, how = [State(None, None)], []
        start(chance, archive)
        for number in range(1, REBUILDS + 1):
            options: dict[str, object] = {"jobs": chance.choice((1, 2)), "full": number > 1 and chance.random() < 0.2}

            fails = number > 1 and chance.random() < 0.5

            def traced(number: int = number, options: dict[str, object] = options, fails: bool = fails) -> None:
                with preload.tracing(place / "trace"):
                    if fails:  # at the switch: it leaves what Whoosh sees as the new index, and removes that
                        preload.arm("rename", 2, "once", errno.EIO)
                        with contextlib.suppress(searchkit.IndexNotWritten):
                            rebuild(archive, **options)
                    rebuild(archive, **options)
                    preload.mark(number)

            outcome = call_in_child(traced, preload.disarm)
            assert outcome == Outcome(0, None, "", (), ""), outcome
            states.append(state(archive.index))
            how.append(options | {"fails first": fails})
            if number < REBUILDS:
                change(chance, archive)
        return cls(archive, states, list(changes(place / "trace")), how)


def state(index: Path) -> State:
    """What is seen of an index. Raises SearchkitError for one that is damaged."""
    try:
        with whoosh.index.open_dir(index).searcher() as searcher:
            titles = frozenset((each["path"], each["title"]) for each in searcher.reader().all_stored_fields())
    except (EmptyIndexError, FileNotFoundError) as error:
        if isinstance(error, FileNotFoundError) and index.exists():
            raise
        titles = None
    try:
        return State(Archive(index.parent).seen(), titles)
    except searchkit.IndexNotFound:
        return State(None, titles)


def _of_history(history: History, chance: random.Random) -> Iterator[str | None]:
    """After each prefix the certain crashes and some random ones: those beside a switch first."""
    known: set[int] = set()
    beside = [n + more for n, each in enumerate(history.trace) if each.kind in "RM" for more in (0, 1)]
    for lengths in (beside, range(len(history.trace) + 1)):
        pairs = [(length, crash) for length in lengths for crash in [*certain_crashes(), *_some(chance)]]
        for length, crash in chance.sample(pairs, len(pairs)):
            disk = Disk(history.archive.root)
            for each in history.trace[:length]:
                disk.apply(each)
            left = disk.left(crash)
            done = sum(each.kind == "M" for each in history.trace[:length])
            returned = length > 0 and history.trace[length - 1].kind == "M"
            key = hash((tuple(left.items()), done, returned))
            if key in known:
                continue
            known.add(key)
            allowed = history.states[done : done + (1 if returned else 2)]
            what = _wrong(history, left, allowed, repaired=chance.random() < REPAIRED)
            yield what and f"after {length} of {len(history.trace)} changes, {crash.name}: {what}; {history.how}"


def _some(chance: random.Random) -> list[Crash]:
    return [random_crash(chance) for _ in range(RANDOM_CRASHES)]


def _wrong(history: History, left: dict[str, bytes | None], allowed: list[State], *, repaired: bool) -> str | None:
    """What does not hold of what a crash left."""
    place = history.archive.root.parent / "crashed"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    write_out(left, place)
    archive = Archive(place)
    try:
        found = state(archive.index)
    except Exception as error:
        return f"it does not open: {error!r}"
    if found.seen not in [each.seen for each in allowed]:
        return "searchkit sees neither the old nor the new index"
    if found.titles not in [each.titles for each in allowed]:
        return "Whoosh sees neither the old nor the new index"
    if found.seen and archive.missing():
        return f"{archive.missing()} is missing"
    if not repaired:
        return None
    if found.seen and (problems := searchkit.check(archive.index).problems):
        return f"check finds {problems}"
    shutil.copytree(history.archive.corpus, archive.corpus)
    rebuild(archive)
    latest = history.states[-1]
    if state(archive.index) != latest:
        return "the next rebuild does not bring the latest index"
    return f"the next rebuild leaves {archive.strays()}" if archive.strays() else None
