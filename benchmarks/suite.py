"""Run each task of each system on one set of posts, in a process of its own, one after the other."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpora import generate, read_sample, unpack, write_posts
from benchmarks.figures import Figures, add_searches, put
from benchmarks.measured import Measured, measure, python
from benchmarks.peers import RIPGREP, SEARCHKIT, SNIPPETS, TUTORIAL, peer_class
from benchmarks.peers.protocol import COMMON, RARE

JOBS = 2
SHOTS = 21
_SHOT_SECONDS = 20.0  # after so long, a system gets no further one-shot search
NEW_POSTS = 100
_ADDITIONS = 3
_UNCHANGED = 5
_FIRST_NEW = 10_000_000  # number of the first of the added posts; larger than any set


@dataclass(frozen=True)
class PostSet:
    """A set of posts in a folder of its own.

    Attributes:
        folder: contains everything below.
        corpus: the folder of posts.
        extracted: the file with their text.
        queries: the file with the queries.
        new: folders of posts that are not in the corpus, each with a file of their text.
    """

    folder: Path

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def extracted(self) -> Path:
        return self.folder / "extracted.jsonl"

    @property
    def queries(self) -> Path:
        return self.folder / "queries.json"

    def new(self, number: int) -> Path:
        return self.folder / f"new-{number}"


def prepare(sample: Path, posts: int | None, folder: Path) -> PostSet:
    """Return the set in a folder; if there is none, make one of the sample, or of posts generated from it."""
    post_set = PostSet(folder)
    if post_set.queries.exists():
        return post_set
    real = unpack(sample, folder / "sample")
    parts = read_sample(real)
    if posts is None:
        shutil.copytree(real, post_set.corpus)
    else:
        write_posts(generate(parts, posts), post_set.corpus)
    for number in range(_ADDITIONS):
        write_posts(generate(parts, NEW_POSTS, first=_FIRST_NEW + number * NEW_POSTS), post_set.new(number))
    _extract(post_set)
    return post_set


def _extract(post_set: PostSet) -> None:
    from benchmarks.extracted import extract

    extract(post_set.corpus, post_set.extracted)
    for number in range(_ADDITIONS):
        extract(post_set.new(number), post_set.new(number).with_suffix(".jsonl"))
    measure(*python("benchmarks.queries", str(post_set.extracted), str(post_set.queries)))


@dataclass
class Suite:
    """A run of all systems on one set of posts.

    Attributes:
        posts: the set.
        tutorial_posts: the number of posts for the Whoosh tutorial, whose costs are scaled by the bytes of text.
        repeat: how often each index is built; the fastest counts.
        progress: called with a description of each task.
        figures: the results so far.
    """

    posts: PostSet
    tutorial_posts: int
    repeat: int
    progress: Callable[[str], object]
    figures: Figures = field(default_factory=dict)

    def run(self, peers: Sequence[str]) -> Iterator[Figures]:
        """Measure the systems; yields the figures so far after each of them."""
        for name in peers:
            self.progress(name)
            if name == SEARCHKIT:
                self._searchkit()
            elif name == SNIPPETS:
                self._warm(name, self._folder(SEARCHKIT))
            elif name == RIPGREP:
                self._search(name, self.posts.corpus)
            else:
                self._peer(name)
            yield self.figures
        if SEARCHKIT in peers:  # last: it changes the index that was searched
            self._grow_searchkit()
        yield self.figures

    def _folder(self, name: str) -> Path:
        return self.posts.folder / "indexes" / name.replace(" ", "-")

    def _put(self, measured: str, name: str, value: float) -> None:
        put(self.figures, measured, name, value)

    def _task(self, task: str, name: str, folder: Path, input_: Path, *options: str) -> dict[str, Any]:
        self.progress(f"{name}: {task}")
        done = measure(*python("benchmarks.task", task, name, str(folder), str(input_), *options))
        return dict(json.loads(done.output.splitlines()[-1]))

    def _index(self, name: str, folder: Path, *options: str) -> dict[str, float]:
        """Of several times, the least of each cost."""
        runs = []
        for _ in range(self.repeat):
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(exist_ok=True)
            runs.append(self._task("index", name, folder, self.posts.extracted, *options))
        return {**runs[0], "cpu": min(run["cpu"] for run in runs), "wall": min(run["wall"] for run in runs)}

    def _peer(self, name: str) -> None:
        folder = self._folder(name)
        tutorial = name == TUTORIAL
        built = self._index(name, folder, *(["--posts", str(self.tutorial_posts)] if tutorial else []))
        scale = self._text() / built["text"] if tutorial else 1
        self._put("index cpu", name, built["cpu"] * scale)
        self._put("index wall", name, built["wall"] * scale)
        self._put("bytes", name, built["bytes"] / built["text"])
        if tutorial:
            self._tutorial_from_files(name)
        self._search(name, folder)
        if peer_class(name).grows:
            adding = [
                measure(*python("benchmarks.task", "add", name, str(folder), str(new.with_suffix(".jsonl")))).wall
                for new in map(self.posts.new, range(_ADDITIONS))
            ]
            self._put("add", name, statistics.median(adding))

    def _text(self) -> float:
        """The size of the text of all posts, in bytes."""
        from benchmarks.extracted import read_extracted

        return sum(post.bytes for post in read_extracted(self.posts.extracted))

    def _tutorial_from_files(self, name: str) -> None:
        folder = self._folder(f"{name} from files")
        shutil.rmtree(folder, ignore_errors=True)
        done = self._task("files", name, folder, self.posts.corpus, "--posts", str(self.tutorial_posts))
        raw = sum(file.stat().st_size for file in self.posts.corpus.rglob("*") if file.is_file())
        self._put("pipeline", name, done["wall"] * raw / done["bytes"])

    def _searchkit(self) -> None:
        from_text = self._folder("searchkit from text")
        self._put("index cpu", SEARCHKIT, self._index(SEARCHKIT, from_text)["cpu"])
        built = self._index(SEARCHKIT, from_text, "--jobs", str(JOBS))
        self._put("index wall", SEARCHKIT, built["wall"])
        rebuilds = [self._rebuild("--full", "--jobs", str(JOBS)) for _ in range(self.repeat)]
        self._put("pipeline", SEARCHKIT, min(rebuild.wall for rebuild in rebuilds))
        self._put("rebuild cpu", SEARCHKIT, min(rebuild.cpu for rebuild in rebuilds))
        self._put("rebuild largest", SEARCHKIT, max(rebuild.largest for rebuild in rebuilds))
        self._put("rebuild together", SEARCHKIT, max(rebuild.together for rebuild in rebuilds))
        on_disk = sum(file.stat().st_size for file in self._folder(SEARCHKIT).iterdir())
        self._put("bytes", SEARCHKIT, on_disk / built["text"])
        self._search(SEARCHKIT, self._folder(SEARCHKIT))

    def _rebuild(self, *options: str) -> Measured:
        self.progress(f"searchkit: rebuild-index {' '.join(options)}")
        places = ("--corpus", str(self.posts.corpus), "--index", str(self._folder(SEARCHKIT)))
        command = python("searchkit", "rebuild-index", *places, "--format", "json", *options)
        return measure(*command, together="--full" in options)

    def _grow_searchkit(self) -> None:
        self._rebuild()
        unchanged = [self._rebuild().wall for _ in range(_UNCHANGED)]
        self._put("unchanged", SEARCHKIT, statistics.median(unchanged))
        added = [self.posts.corpus / self.posts.new(number).name for number in range(_ADDITIONS)]
        walls = []
        for number, folder in enumerate(added):
            shutil.copytree(self.posts.new(number), folder)
            walls.append(self._rebuild().wall)
        self._put("add", SEARCHKIT, statistics.median(walls))
        for folder in added:
            shutil.rmtree(folder)

    def _search(self, name: str, folder: Path) -> None:
        self._warm(name, folder)
        self.progress(f"{name}: one-shot searches")
        shots: list[Measured] = []
        for word in self._words():
            shots.append(measure(*_one_shot(name, folder, word)))
            if sum(shot.wall for shot in shots) > _SHOT_SECONDS:
                break
        self._put("cold", name, statistics.median(shot.wall for shot in shots))
        self._put("cold memory", name, max(shot.largest for shot in shots))

    def _warm(self, name: str, folder: Path) -> None:
        add_searches(self.figures, name, self._task("warm", name, folder, self.posts.queries))

    def _words(self) -> list[str]:
        """Random common and rare words."""
        from benchmarks.queries import read_queries

        queries = read_queries(self.posts.queries)
        pairs = zip(queries[COMMON], queries[RARE], strict=True)
        words = [query.words[0] for pair in pairs for query in pair]
        return random.Random(1).sample(words, min(SHOTS, len(words)))


def _one_shot(name: str, folder: Path, word: str) -> tuple[str, ...]:
    if name == SEARCHKIT:
        return python("searchkit", "search", word, "--index", str(folder), "--format", "json")
    return python("benchmarks.oneshot", name, str(folder), word)


def progress(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
