"""A small index with everything that an index can have, and all that can be asked of it, in a process with limits."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from archive import Archive

import searchkit

SECONDS = 10
"""CPU time of an attempt."""

BYTES = 500_000_000
"""Memory that an attempt may take beside what the process has already."""

AFTER = "after it "
"""Before the name of a question that is asked again after a rebuild."""

_LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_STALLED = 60
_ASKED, _MERGED, _AT_ONCE = 5, 0.06, 40
"""Questions of an attempt, how often it rebuilds, too, and attempts of a process: few, so that there are many."""

_WORDS = (
    "香港",
    "新闻",
    "國際新聞",
    "天气",
    "全文检索",
    "引擎",
    "通关",
    "Whoosh",
    "getUserById",
    "2021年",
    "龍",
    "C++",
    "é",
)
_QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {"limit": None}),
    ("香港 通关", {"facets": ("source", "tag", "year", "month"), "explain": True}),
    ('"國際新聞"', {"limit": None}),
    ("title:香港 -天气", {}),
    ("body:新闻", {"sort": "newest"}),
    ("body:引*", {"sort": "oldest"}),
    ("source:晨报 OR tag:旅行", {"limit": 3, "offset": 2}),
    ("path:*1*", {}),
    ("url:*x.org*", {}),
    ("全*", {"explain": True}),
    ("who~1", {}),
    ("pinyin:xianggang", {}),
    ("pinyin:xg", {}),
    ('"香港 新闻"~5', {}),
    ("date:2021", {"recency": "90d"}),
    ("added:2020.. new:", {"since": "2019", "until": "2030"}),
    ("user", {"tag": "旅行"}),
    ("小通关", {}),
    ("香冈 天汽 whosh", {}),
    ("source:晨抱 香港", {}),
    ("怎么看香港的天气和新闻？", {}),
    ("post", {}),
)
_TYPED = ("", "香", "xiangg", "xg", "天qi", "who", "全文检素", "source:晨", "tag:旅", "香港 新")


def archive(folder: Path) -> Archive:
    """Two segments, deleted documents, a lexicon, own synonyms, and posts that the next rebuild merges with both."""
    chance = random.Random(13)
    made = Archive(folder / "victim")
    lines = "\n".join(["小通关 5", "通关 0"])
    made.root.mkdir(parents=True)
    (made.root / "words.txt").write_text(lines, encoding="utf-8")
    (made.root / "synonyms.txt").write_text("天气 = 氣象\n", encoding="utf-8")
    for number in range(16):
        _write(made, chance, f"old/{number}.md")
    made.write("old/same.md", "香港 新闻\n一样")
    made.write("old/same too.md", "香港 新闻\n一样")
    _rebuild(made)
    made.delete("old/3.md")
    for number in range(5):
        _write(made, chance, f"new/{number}.md" if number else "old/5.md")
    _rebuild(made)
    for number in range(12):
        made.write(f"newest/{number}.md", f"天气 {number}")
    return made


def _write(made: Archive, chance: random.Random, name: str) -> None:
    more = [f"from: {chance.choice(['晨报', '晚报'])}", f"tags: [旅行, 旅行/香港, {chance.choice(['美食', 'Food'])}]"]
    more.append(f"link: https://x.org/{name}")
    more.append(f"description: {chance.choice(_WORDS)}")
    text = "\n".join("，".join(chance.choices(_WORDS, k=chance.randint(1, 8))) for _ in range(chance.randint(2, 9)))
    made.write(name, text, more="\n".join([*more, ""]))


def _rebuild(made: Archive) -> None:
    made.rebuild(dictionary=made.root / "words.txt", synonyms=made.root / "synonyms.txt")


def _page(results: searchkit.Results) -> object:
    hits = [(h.path, h.score, h.title_spans, h.snippets, h.also, h.missing, h.date) for h in results]
    return results.total, hits, results.facets, results.unknown, results.filtered_out, results.notes


def _questions() -> Iterator[tuple[str, Callable[[searchkit.Index], object]]]:
    """All that can be asked, each with its name; what it gives does not depend on the time."""
    for query, options in _QUERIES:
        yield f"search {query!r}", lambda index, q=query, o=options: _page(index.search(q, **o))
    for text in _TYPED:
        yield f"suggest {text!r}", lambda index, t=text: index.suggest(t)
    yield "documents", lambda index: [replace(document, added=None) for document in index.documents()]
    yield "document", lambda index: index.document("old/same too.md").body
    yield "read", lambda index: index.read("old/2.md", "香港 全*").spans
    yield "terms", lambda index: index.terms("", 20)
    yield "paths", lambda index: index.paths()
    yield "count", lambda index: index.count("香港", by=["year", "source"])
    yield "keywords", lambda index: index.keywords("香港", limit=5)
    yield "collocates", lambda index: index.collocates("香港", limit=5)
    yield "kwic", lambda index: index.kwic("香港")
    yield "similar", lambda index: index.similar("old/2.md", limit=3)
    yield "status", lambda index: replace(index.status(), bytes=0, built=_LONG_AGO)
    yield "overview", lambda index: len(repr(index.overview()))
    yield "whoosh", _whoosh


def _whoosh(index: searchkit.Index) -> object:
    from whoosh.qparser import MultifieldParser
    from whoosh.sorting import FieldFacet

    opened = index.whoosh()
    found: list[object] = []
    with opened.searcher() as searcher:
        for text in ("香港", '"國際新聞"', "新*", "date:2021", "tags:旅行 OR parts:user", "天气 NOT 香港"):
            query = MultifieldParser(["title", "body"], opened.schema).parse(text)
            found.append([(hit["path"], hit.highlights("body")) for hit in searcher.search(query, limit=5)])
        newest = searcher.search(query, sortedby=FieldFacet("date", reverse=True), groupedby="source")
        found += [[hit["title"] for hit in newest], newest.groups()]
        found += [sum(1 for _ in searcher.reader().all_terms()), searcher.reader().doc_count()]
    return found


QUESTIONS = dict(_questions())


@dataclass(frozen=True)
class Seen:
    """What came of all that was asked.

    Attributes:
        answers: a digest of each answer, or the kind of the error; in the order in which they were asked.
        failure: what should not have happened; empty if nothing did.
    """

    answers: dict[str, str]
    failure: str = ""


def ask(made: Archive, questions: Sequence[str], merges: bool) -> dict[str, str]:
    """Ask in this process; ``merges``: also rebuild, with a merge of all segments, and ask again."""
    answers: dict[str, str] = {}

    def answer(name: str, what: Callable[[], object]) -> None:
        try:
            answers[name] = hashlib.blake2b(repr(what()).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        except searchkit.SearchkitError as error:
            answers[name] = type(error).__name__

    def search(prefix: str) -> None:
        with contextlib.ExitStack() as stack:
            answer(f"{prefix}open", lambda: opened.append(stack.enter_context(searchkit.open(made.index))))
            for name in questions if opened else ():
                answer(prefix + name, lambda what=QUESTIONS[name]: what(opened[-1]))
        opened.clear()

    opened: list[searchkit.Index] = []
    search("")
    if merges:
        with contextlib.suppress(searchkit.SearchkitError):
            searchkit.check(made.index)
        answer("rebuild", lambda: _rebuild(made))
        search(AFTER)
    return answers


def _limit_memory() -> None:
    """Let this process take ``BYTES`` more than it has, and end where it stalls."""
    if _STATM.exists():
        used = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    warnings.simplefilter("error")
    for ignored in (DeprecationWarning, SyntaxWarning, ResourceWarning):
        warnings.simplefilter("ignore", ignored)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - until the process ends


def _limit_time() -> None:
    """Let this process take ``SECONDS`` more."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(spent.ru_utime + spent.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    signal.alarm(_STALLED)


_STATM = Path("/proc/self/statm")
Attack = Callable[[random.Random, Path], str]
"""Does something to the files of an index folder, and says what."""


class Victims:
    """The same index again and again, each time for another attack.

    Args:
        folder: empty.

    Attributes:
        right: what an index that nobody touched answers.
    """

    def __init__(self, folder: Path) -> None:
        with patch("os.urandom", random.Random(13).randbytes):  # segments have the same names with each seed
            self.archive = archive(folder)
        self._whole = {file.name: file.read_bytes() for file in sorted(self.archive.index.iterdir())}
        with patch("os.fsync"):
            self.right = ask(self.archive, list(QUESTIONS), merges=True)  # what it loads, forks have
        self._restore()
        assert not [name for name, what in self.right.items() if what.isalpha()], self.right

    @property
    def files(self) -> dict[str, bytes]:
        """The content of each file of the index, by name."""
        return self._whole

    def attacked(self, attack: Attack, chance: random.Random) -> Iterator[tuple[str, Seen]]:
        """What new copies of the index answer to some questions, each after its own attack; and how that was made."""
        while True:
            seeds = [chance.getrandbits(64) for _ in range(_AT_ONCE)]
            while seeds:
                for line, seed in zip(self._forked(attack, seeds), [*seeds], strict=False):
                    seeds.remove(seed)
                    what, answers, failure = json.loads(line)
                    yield f"seed {seed} of an attempt: {what}", Seen(answers, failure)

    def _forked(self, attack: Attack, seeds: Sequence[int]) -> Iterator[str]:
        """A line of JSON for each attempt in a forked process with limits; one more for the one at which it ended."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads; the child needs none of them
            reading, writing = os.pipe()
            child = os.fork()
        if not child:
            try:
                os.close(reading)
                _limit_memory()
                with os.fdopen(writing, "w") as pipe, patch("os.fsync"):
                    for seed in seeds:
                        _limit_time()
                        print(json.dumps(self._attempt(attack, random.Random(seed))), file=pipe, flush=True)
            finally:
                os._exit(0)
        os.close(writing)
        told = 0
        with os.fdopen(reading) as pipe:
            for told, line in enumerate(pipe, 1):  # noqa: B007 - it is how many there were
                yield line
        status = os.waitpid(child, 0)[1]
        self._restore()
        if told < len(seeds):
            ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "nothing"
            yield json.dumps(["", {}, f"ended by {ended}"])

    def _attempt(self, attack: Attack, chance: random.Random) -> tuple[str, dict[str, str], str]:
        what = ""
        try:
            what = attack(chance, self.archive.index)
            asked = chance.sample(list(QUESTIONS), _ASKED)
            return what, ask(self.archive, asked, merges=chance.random() < _MERGED), ""
        except BaseException as error:
            return what, {}, "".join(traceback.format_exception(error)[-5:])[-2000:]
        finally:
            self._restore()

    def _restore(self) -> None:
        folder = self.archive.index
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.is_symlink() or path.name not in self._whole:
                path.unlink()
        for name, data in self._whole.items():
            path = folder / name
            if not path.is_file():
                path.unlink(missing_ok=True)
                path.write_bytes(data)
            elif path.stat().st_size != len(data) or path.read_bytes() != data:
                path.write_bytes(data)
