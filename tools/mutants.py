"""Break each promise of docs/reliability.md by a changed line, and see its test fail.

    python tools/mutants.py [part of a name …]

Works on a copy of the checkout. Exits with 1 if a test passes in spite of the change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHOOSH = "searchkit/engines/whoosh"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "index", "build", "dist", "*.svg", "*.png", "*.egg-info")


@dataclass(frozen=True)
class Mutant:
    """A changed line, and the test that is to fail.

    Attributes:
        promise: what is broken.
        file: of the checkout.
        line: what stands in it once.
        changed: what replaces it.
        test: as pytest takes it.
    """

    promise: str
    file: str
    line: str
    changed: str
    test: str


MUTANTS = (
    Mutant(
        "killed: old or new",
        f"{WHOOSH}/commit/meta.py",
        "_write_synced(folder / NEW_META, encode(content))",
        "_write_synced(folder / META, encode(content)); _write_synced(folder / NEW_META, encode(content))",
        "tests/reliability/test_killed.py",
    ),
    Mutant(
        "killed: nothing is left",
        f"{WHOOSH}/commit/garbage.py",
        "if name not in listed and _is_ours(name)]",
        "if name not in listed and _is_ours(name) and not name.endswith('run')]",
        "tests/reliability/test_killed.py",
    ),
    Mutant(
        "one rebuild at a time",
        f"{WHOOSH}/commit/lock.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        "tests/reliability/test_meanwhile.py",
    ),
    Mutant(
        "a full disk",
        f"{WHOOSH}/commit/meta.py",
        '        raise IndexNotWritten(\n            _("cannot write {folder}',
        '        raise\n        raise IndexNotWritten(\n            _("cannot write {folder}',
        "tests/reliability/test_disk_full.py",
    ),
    Mutant(
        "incremental is full",
        "searchkit/rebuilding/changes.py",
        "if record is None or mtime != record.mtime_ns or file.size != record.size:",
        "if record is None or mtime != record.mtime_ns:",
        "tests/test_rebuilding.py",
    ),
    Mutant(
        "an empty corpus",
        "searchkit/rebuilding/rebuild.py",
        "if not (found.to_read or found.unchanged or allow_empty):",
        "if not (found.to_read or found.unchanged or before or allow_empty):",
        "tests/test_rebuilding.py",
    ),
    Mutant(
        "a file that was cut",
        f"{WHOOSH}/commit/meta.py",
        "    if found != point.files[path.name]:",
        "    if not found:",
        "tests/reliability/test_damage.py",
    ),
    Mutant(
        "a file of another build",
        f"{WHOOSH}/commit/meta.py",
        "if len(data) != size or zlib.crc32(data) != checksum:",
        "if not size:",
        "tests/reliability/test_damage.py",
    ),
    Mutant(
        "changed bytes",
        f"{WHOOSH}/codec/container.py",
        "            if zlib.crc32(data) != block.checksums[chunk]:",
        "            if not chunk and zlib.crc32(data) != block.checksums[chunk]:",
        "tests/engines/test_container.py",
    ),
    Mutant(
        "links, pipes, devices",
        f"{WHOOSH}/codec/opening.py",
        "    if path.is_symlink():\n        raise Damaged(path",
        "    if path.is_symlink():\n        return path.open('rb')\n        raise Damaged(path",
        "tests/reliability/test_malice.py",
    ),
    Mutant(
        "any history",
        f"{WHOOSH}/search/match/live_terms.py",
        "    if reader.live.all() or not len(counts):",
        "    if len(counts) >= 0:",
        "tests/reliability/test_histories.py",
    ),
    Mutant(
        "check: fields agree",
        f"{WHOOSH}/checking/segment.py",
        "digests.begun[text] != digests.unigrams[text]",
        "digests.begun[text] != digests.begun[text]",
        "tests/reliability/test_check.py",
    ),
    Mutant(
        "check: terms of the text",
        f"{WHOOSH}/checking/derived.py",
        "        differ = reader.doc_values[name][doc_ids] != run.doc_values[name]",
        "        differ = reader.doc_values[name][doc_ids] != reader.doc_values[name][doc_ids]",
        "tests/reliability/test_check.py",
    ),
    Mutant(
        "no post stops a rebuild",
        "searchkit/rebuilding/tasks.py",
        "        if count > 1:",
        "        if count > 2:",
        "tests/test_isolation.py",
    ),
    Mutant(
        "what a post may cost",
        "searchkit/rebuilding/budget.py",
        "        _limit(resource.RLIMIT_CPU,",
        "        _limit(resource.RLIMIT_CORE,",
        "tests/test_isolation.py",
    ),
    Mutant(
        "a crash of the computer",
        f"{WHOOSH}/commit/meta.py",
        "            _sync(folder / name)",
        "            pass",
        "tests/torture/test_torture.py",
    ),
    Mutant(
        "what came instead is seen",
        "searchkit/searching/latest.py",
        "if self._engine.version() != opened.version or not opened.searcher.is_unchanged():",
        "if self._engine.version() != opened.version:",
        "tests/reliability/test_replaced.py",
    ),
    Mutant(
        "made-up tables",
        f"{WHOOSH}/codec/terms/infos.py",
        "        if np.count_nonzero(too_large):",
        "        if np.count_nonzero(too_large) < 0:",
        "tests/reliability/test_hostile_tables.py",
    ),
    Mutant(
        "a frame is bounded",
        f"{WHOOSH}/codec/frames.py",
        "if length is None or length > most:",
        "if length is None:",
        "tests/reliability/test_malice.py",
    ),
    Mutant(
        "Ctrl-C, too little memory",
        "searchkit/cli/shell.py",
        "    _require_memory()\n",
        "\n",
        "tests/cli/test_cli_refused.py",
    ),
    Mutant(
        "no formula in CSV",
        "searchkit/render/data.py",
        """_FORMULA = r\"\"\"(^|[;,|])""",
        """_FORMULA = r\"\"\"(^|[,])""",
        "tests/render/test_render_data.py",
    ),
    Mutant(
        "nothing misleads a reader",
        "searchkit/render/safe.py",
        "\\u200b-\\u200f",
        "\\u200c-\\u200f",
        "tests/render/test_render_safe.py",
    ),
)


def main() -> int:
    """Break what was asked for, or all; how many changes no test noticed."""
    wanted = sys.argv[1:]
    unnoticed = 0
    for mutant in MUTANTS:
        if wanted and not any(part in mutant.promise for part in wanted):
            continue
        began = time.perf_counter()
        noticed = failing_test(mutant)
        unnoticed += noticed is None
        print(f"{mutant.promise:<28} {noticed or 'NOT NOTICED'}  ({time.perf_counter() - began:.0f} s)", flush=True)
    return min(unnoticed, 1)


def failing_test(mutant: Mutant) -> str | None:
    """The first test that fails after the change; None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checkout"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        file = copy / mutant.file
        source = file.read_text(encoding="utf-8")
        assert source.count(mutant.line) == 1, f"{mutant.promise}: the line stands {source.count(mutant.line)} times"
        file.write_text(source.replace(mutant.line, mutant.changed), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", mutant.test]
        env = os.environ | {"PYTHONPATH": str(copy)}  # for processes that tests start elsewhere
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return failed[0].split()[1] if failed else None


if __name__ == "__main__":
    sys.exit(main())
