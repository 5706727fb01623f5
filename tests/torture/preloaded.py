"""Attacks from within the C library: a process with ``preload.c`` loaded before it, and what steers that.

A kind that needs it yields from ``in_preloaded(function, chance, folder)``. The function, which goes on for ever as
``attempts`` does, runs in such a process; there it forks children with ``call_in_child``, in which calls are traced or
fail.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import pickle
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from torture import Unavailable

CALLS = (
    *("open", "read", "write", "fsync", "close", "rename", "unlink", "mkdir", "mmap", "ftruncate", "flock", "fork"),
    *("pipe", "stat", "listdir", "seek", "thread"),
)
"""As ``enum call`` of ``preload.c``."""

EFFECTS = ("once", "from now on", "half")
"""As ``enum effect``."""

STALLED = "stalled"
_SOURCE = Path(__file__).with_name("preload.c")
Attempts = Callable[[random.Random, Path], Iterator[str | None]]


def in_preloaded(attempts: Attempts, chance: random.Random, folder: Path) -> Iterator[str | None]:
    """What a function of a module yields in a process with ``preload.c``.

    Raises:
        Unavailable: there is no Linux, or no C compiler.
    """
    library = _compiled(folder)
    name, seed = f"{attempts.__module__}:{attempts.__name__}", str(chance.random())
    command = [sys.executable, "-m", "torture.preloaded", name, seed, str(folder)]
    where = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"LD_PRELOAD": str(library), "PYTHONPATH": where}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                yield json.loads(line)
        finally:
            process.kill()
    raise RuntimeError(f"{name} ended with {process.returncode}")


def _compiled(folder: Path) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        raise Unavailable("it needs Linux and a C compiler, cc")
    library = folder / "preload.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
    return library


class Preload:
    """``preload.c`` in this process and in those that it forks.

    Args:
        folder: calls on paths below it count.
    """

    def __init__(self, folder: Path) -> None:
        self._library = ctypes.CDLL(None)
        self._library.preload_watch(os.fsencode(folder))

    def arm(self, call: str, nth: int, effect: str, error: int) -> None:
        """Let the nth call of a kind fail with an ``errno``, from now on."""
        self._library.preload_arm(CALLS.index(call), ctypes.c_long(nth), EFFECTS.index(effect), error)

    def disarm(self) -> int:
        """Let nothing fail any more; how many calls did."""
        hits = int(self._library.preload_hits())
        self._library.preload_arm(-1, ctypes.c_long(0), 0, 0)
        return hits

    def counts(self) -> dict[str, int]:
        """How often each call was made since the last ``arm`` or ``disarm``."""
        return {call: int(self._library.preload_count(number)) for number, call in enumerate(CALLS)}

    @contextlib.contextmanager
    def tracing(self, file: Path) -> Iterator[None]:
        """Append every change of a file to another one."""
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._library.preload_trace(descriptor)
        try:
            yield
        finally:
            self._library.preload_trace(-1)
            os.close(descriptor)

    def mark(self, number: int) -> None:
        """Note a point of the trace."""
        self._library.preload_mark(ctypes.c_long(number))


class Outcome(NamedTuple):
    """How a child ended.

    Attributes:
        code: its exit code, or minus the signal that it died of.
        result: what the function returned, None where it raised.
        error: what it raised, with the traceback; ``STALLED`` if it was killed for that.
        kind: the names of the classes of what it raised.
        said: what it and its own children wrote to the standard error.
    """

    code: int
    result: Any
    error: str
    kind: tuple[str, ...]
    said: str


def call_in_child(function: Callable[[], Any], disarm: Callable[[], object], seconds: float = 60) -> Outcome:
    """Call a function in a forked process, and kill that if it takes longer; ``disarm`` comes before it tells."""
    told, tell = os.pipe()
    said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed with the last reference
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads, and the child needs none of them
        child = os.fork()
    if not child:
        try:
            os.setpgid(0, 0)
            os.close(told)
            os.dup2(said.fileno(), 2)
            try:
                answer: tuple[Any, str, tuple[str, ...]] = (function(), "", ())
            except BaseException as error:
                disarm()
                names = tuple(each.__name__ for each in type(error).__mro__)
                answer = (None, traceback.format_exc(), names)
            disarm()
            with os.fdopen(tell, "wb") as file:
                pickle.dump(answer, file)
        finally:
            os._exit(0)
    os.close(tell)
    data = b""
    while select.select([told], [], [], seconds)[0] and (part := os.read(told, 1 << 20)):
        data += part
    ended = _ended(child, seconds)
    os.close(told)
    if ended is None:
        disarm()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Outcome(code, None, STALLED, (), _all_of(said))
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        return Outcome(ended, *pickle.loads(data), _all_of(said))
    return Outcome(ended, None, "died", (), _all_of(said))


def _all_of(file: IO[str]) -> str:
    with file:
        file.seek(0)
        return file.read()


def _ended(child: int, seconds: float) -> int | None:
    """The exit code of a child, once it has one."""
    descriptor = os.pidfd_open(child)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            return None
    finally:
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    name, seed, folder = sys.argv[1:]
    module, _, function = name.partition(":")
    os.environ.pop("LD_PRELOAD")
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        for failure in getattr(importlib.import_module(module), function)(random.Random(seed), Path(folder)):
            print(json.dumps(failure), file=out, flush=True)


if __name__ == "__main__":
    main()
