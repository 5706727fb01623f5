"""Attribute the CPU seconds of a full rebuild to its steps, and say when each process was at work.

    python -m benchmarks.attribution CORPUS INDEX [--jobs N]

The functions of each step are wrapped; the seconds of a step exclude those of the steps that it calls. The wrapping
itself costs some percent, most of it in steps that run once a post.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_REBUILD = "searchkit.rebuilding.rebuild:"
_READING = "searchkit.rebuilding.reading:"
_DOCUMENTS = "searchkit.posts.documents:"
_CODEC = "searchkit.engines.whoosh.codec."
_INDEXING = "searchkit.engines.whoosh.indexing."
_MERGER = f"{_INDEXING}merger:"
_READ, _MERGED, _ELSE = "batches: the rest", "merge: the rest", "start and imports; waiting"

STEPS = {
    "list the folder": [f"{_REBUILD}compared"],
    "tables of the rebuild": [f"{_REBUILD}rebuild"],
    "read files": [f"{_READING}read_bytes"],
    "digests": [f"{_READING}digest_of"],
    "decode": [f"{_DOCUMENTS}decode"],
    "front matter": ["searchkit.posts.formats:parse"],
    "markup to text": [f"{_DOCUMENTS}plain_text"],
    "fields of a document": [f"{_DOCUMENTS}document"],
    "fold": [f"{_INDEXING}segment_writer:fold_batch"],
    "unigrams": [f"{_INDEXING}inverter:unigram_arrays", f"{_INDEXING}inverter:FoldedBatch.of"],
    "words: rjieba": ["searchkit.language.batch.segmenter:_cut_by_jieba"],
    "words: the rest": [f"{_INDEXING}inverter:word_arrays"],
    "titles for suggestions": [f"{_INDEXING}segment_writer:Titles.of"],
    "keyword fields, hashes": [
        f"{_INDEXING}inverter:Inverter.add_values",
        f"{_INDEXING}segment_writer:identifier_parts",
        f"{_INDEXING}segment_writer:text_hash",
    ],
    "inversion": [f"{_INDEXING}inverter:Inverter.postings"],
    "write runs": [f"{_CODEC}run:RunWriter.add_documents", f"{_CODEC}run:RunWriter.add_field"],
    _READ: [f"{_REBUILD}read_and_write"],
    "results to the other process": ["multiprocessing.connection:Connection.send"],
    "train dictionaries": [f"{_CODEC}compression:CompressionDictionary.train"],
    "compress documents": [f"{_CODEC}stored:CompressedWriter.add"],
    "copy documents": [f"{_MERGER}_Merger._write_stored"],
    "read runs": [f"{_CODEC}run:RunField.lists"],
    "merge terms": [
        f"{_MERGER}merged_texts",
        f"{_MERGER}merged_bigrams",
        f"{_INDEXING}merge_fields:FieldMerge._keys",
    ],
    "merge lists": [f"{_INDEXING}merge_fields:FieldMerge._lists"],
    "encode doc ids": [f"{_CODEC}writer:encode_lists"],
    "encode positions": [f"{_CODEC}writer:encode_positions"],
    "write terms": [f"{_CODEC}writer:FieldsWriter.add_terms"],
    "suggestions": [f"{_MERGER}_Merger._write_completions"],
    _MERGED: [f"{_MERGER}_call", f"{_MERGER}append_blocks"],
    "commit, fsync": ["searchkit.engines.whoosh.engine:write_commit_point"],
}
"""The functions of each step, where they are called."""


class _Meter:
    """The CPU seconds of each step in this process.

    Args:
        folder: where each process leaves its seconds.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._began = time.perf_counter()
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._periods: list[tuple[float, float]] = []
        self._within = [_ELSE]
        self._last = time.thread_time()

    def _turn(self) -> None:
        now = time.thread_time()
        self._seconds[self._within[-1]] += now - self._last
        self._last = now

    def wrapped(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def measured(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._within.append(step)
            began = time.perf_counter()
            try:
                return work(*args, **kwargs)
            finally:
                self._turn()
                self._within.pop()
                if step in (_READ, _MERGED):
                    self._periods.append((began - self._began, time.perf_counter() - self._began))
                    self.save()

        return measured

    def save(self) -> None:
        """Leave what this process has spent so far: a worker is ended without notice."""
        self._turn()
        row = {"seconds": self._seconds, "periods": self._periods}
        (self._folder / f"{os.getpid()}.json").write_text(json.dumps(row))

    def install(self) -> None:
        """Wrap the functions of all steps."""
        for step, names in STEPS.items():
            for name in names:
                holder, attribute = holder_of(name)
                found = vars(holder).get(attribute)
                if isinstance(found, classmethod):
                    setattr(holder, attribute, classmethod(self.wrapped(step, found.__func__)))
                else:
                    setattr(holder, attribute, self.wrapped(step, getattr(holder, attribute)))


def holder_of(name: str) -> tuple[Any, str]:
    """The module or class that has a function, and its name there."""
    module, _, path = name.partition(":")
    holder: Any = importlib.import_module(module)
    *owners, attribute = path.split(".")
    for owner in owners:
        holder = getattr(holder, owner)
    return holder, attribute


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.iterdir(), key=lambda file: int(file.stem)):
        yield json.loads(file.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        meter = _Meter(Path(folder))
        import searchkit

        meter.install()
        searchkit.rebuild(options.corpus, options.index, full=True, jobs=options.jobs, progress=False)
        meter.save()
        rows = list(_rows(Path(folder)))
    total = sum(sum(row["seconds"].values()) for row in rows)
    print(f"| step | CPU s | % | {' | '.join(f'process {number}' for number in range(1, len(rows) + 1))} |")
    print("|---" * (3 + len(rows)) + "|")
    for step in (*STEPS, _ELSE):
        parts = [row["seconds"].get(step, 0.0) for row in rows]
        print(f"| {step} | {sum(parts):.2f} | {sum(parts) / total:.1%} | {' | '.join(f'{s:.2f}' for s in parts)} |")
    for number, row in enumerate(rows, 1):
        periods = ", ".join(f"{began:.1f}-{ended:.1f}" for began, ended in row["periods"])
        print(f"process {number}: {sum(row['seconds'].values()):.2f} s; at work {periods or 'throughout'}")


if __name__ == "__main__":
    main()
