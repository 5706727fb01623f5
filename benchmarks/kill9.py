"""Kill rebuilds with SIGKILL at random instants, and search after each.

    python -m benchmarks.kill9 FOLDER [--posts 2000] [--kills 50] [--seed 1]

Copies posts of FOLDER. Before each rebuild, every post gets a new last line, its edition (第1版, 第2版 …); the rebuild,
a process of the command line, is killed at a random instant. The next search must see a whole index: all posts of the
last committed edition or all of the new one, and the same number of hits as ever. The exit code is 1 if one does not.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import searchkit
from searchkit.posts.selection.files import scan

QUERY = "香港"
_EDITION = re.compile(r"第(\d+)版$")


@dataclass(frozen=True)
class Trial:
    """A corpus whose posts get new editions, and its index."""

    corpus: Path
    index: Path
    originals: dict[str, bytes]

    def publish(self, edition: int) -> None:
        for path, data in self.originals.items():
            (self.corpus / path).write_bytes(data + f"\n\n第{edition}版\n".encode())

    def start(self) -> subprocess.Popen[bytes]:
        command = ["rebuild-index", "--corpus", str(self.corpus), "--index", str(self.index), "--quiet"]
        return subprocess.Popen([sys.executable, "-m", "searchkit", *command])

    def state(self) -> tuple[Counter[int], int, int]:
        """The number of texts of each edition, the number of posts, and the number of hits of ``QUERY``."""
        with searchkit.open(self.index) as index:
            hits = index.search(QUERY).total
            editions = [_EDITION.search(document.body) for document in index.documents()]
            return Counter(int(edition[1]) for edition in editions if edition), len(index), hits


def copy(folder: Path, posts: int, seed: int, to: Path) -> Trial:
    files = scan(folder).posts
    chosen = random.Random(seed).sample(files, min(posts, len(files)))
    trial = Trial(to / "corpus", to / "index", {file.path: (folder / file.path).read_bytes() for file in chosen})
    for path in trial.originals:
        (trial.corpus / path).parent.mkdir(parents=True, exist_ok=True)
    return trial


def run(trial: Trial, kills: int, seed: int) -> int:
    trial.publish(0)
    began = time.perf_counter()
    trial.start().wait()
    usual = time.perf_counter() - began
    (count, posts, hits), committed = trial.state(), 0
    texts = count[0]
    print(f"{posts} posts, a rebuild of all of them takes {usual:.1f} s; {QUERY}: {hits} hits", flush=True)
    instants = random.Random(seed)
    outcomes: Counter[str] = Counter()
    done = edition = 0
    while done < kills:  # a rebuild that ends before it is killed does not count
        edition += 1
        trial.publish(edition)
        after = instants.uniform(0, usual)
        process = trial.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
        process.send_signal(signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        state = trial.state()
        complete = {name: (Counter({of: texts}), posts, hits) for name, of in (("old", committed), ("new", edition))}
        outcome = next((name for name, expected in complete.items() if state == expected), "BROKEN")
        outcomes[outcome] += killed or outcome == "BROKEN"
        done += killed
        committed = edition if outcome == "new" else committed
        how = "killed" if killed else "had ended"
        tail = f"the {outcome} index, {state[1]} posts, {state[2]} hits"
        print(f"{edition:3} {how} after {after:5.2f} s: {tail}", flush=True)
    trial.start().wait()
    left = sum(file.is_file() for file in trial.index.iterdir())
    summary = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("old", "new", "BROKEN"))
    print(f"{kills} kills: {summary}; {left} files after a last rebuild")
    return 1 if outcomes["BROKEN"] or trial.state()[1:] != (posts, hits) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = copy(options.folder, options.posts, options.seed, Path(folder))
        return run(trial, options.kills, options.seed)


if __name__ == "__main__":
    sys.exit(main())
