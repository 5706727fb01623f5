"""Coverage-guided fuzzing by atheris: inputs that reach new lines of searchkit are changed further.

What must hold: no query string is an error, and a printed query is read alike; reading a post raises nothing but
``PostError``, whatever its suffix and its front matter. ``pip install atheris`` before: it is no dependency.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from torture import Unavailable

FEW = 1
FIRST_SECONDS, MOST_SECONDS = 1, 60
"""Of one process, for one target: the first ones are short, for ``make test``."""

LONGEST = 4_096
"""Bytes of an input."""


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    if find_spec("atheris") is None:
        raise Unavailable("atheris, run: pip install atheris")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    seconds = FIRST_SECONDS
    while True:
        seconds = min(2 * seconds, MOST_SECONDS)
        for target in ("queries", "posts", "front-matter"):
            inputs = folder / target
            inputs.mkdir(exist_ok=True)
            options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-seed={chance.randrange(1, 2**31)}"]
            command = [sys.executable, "-m", "torture.guided", target, *options, "-timeout=20", str(inputs)]
            done = subprocess.run(command, capture_output=True, env=environment, cwd=folder)
            said = (done.stdout + done.stderr).decode("utf-8", "replace")
            if done.returncode:
                yield f"{' '.join(command)}: {said[-3_000:]}"
            else:
                yield from [None] * _runs(said)


def _runs(log: str) -> int:
    """How many inputs libFuzzer tried, by its last line: Done 12345 runs in 40 second(s)."""
    words = log.rpartition("Done ")[2].split()
    return int(words[0]) if words and words[0].isdecimal() else 1


def _query(data: bytes) -> None:
    from searchkit.query import compile_query, parse, to_string

    query = data.decode("utf-8", "surrogateescape")
    read = parse(query)
    compile_query(query)
    printed = to_string(read.tree)
    assert read.notes or len(printed) > LONGEST or parse(printed).tree == read.tree, printed


def _post(data: bytes) -> None:
    from searchkit.errors import PostError
    from searchkit.posts.documents import read_document

    suffixes = (".md", ".html", ".txt", ".org", ".rst", ".ipynb", ".mdx")
    with contextlib.suppress(PostError):
        _document, warnings = read_document(f"a{suffixes[data[0] % len(suffixes)] if data else '.md'}", data[1:])
        assert not any("cannot parse markup" in warning for warning in warnings), warnings


def _front_matter(data: bytes) -> None:
    mark = (b"---", b"+++", b";;;", b"{")[data[0] % 4] if data else b"---"
    _post(b"\0" + mark + b"\n" + data[1:] + b"\n" + mark.replace(b"{", b"}") + b"\n\nbody")


_TARGETS: dict[str, Callable[[bytes], None]] = {"queries": _query, "posts": _post, "front-matter": _front_matter}


def main() -> None:
    import atheris  # no dependency, and instruments what is imported after it

    os.environ["LANGUAGE"] = "en"
    with atheris.instrument_imports(include=["searchkit"], enable_loader_override=False):
        import searchkit.posts.documents
        import searchkit.posts.formats.org
        import searchkit.posts.formats.rst
        import searchkit.query.compile  # noqa: F401
    target = _TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
