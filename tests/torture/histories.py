"""Histories of an index: the same posts give the same answers, whatever rebuilds led to them.

An archive changes at random: posts are added, edited, deleted, renamed, made drafts; word lists and the time zone
change; rebuilds have one to three processes, start anew or not, and make small segments. What must hold: every kind of
question has the answer that one full rebuild gives. When a post came is its history, and excepted.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from archive import Archive

import searchkit
from torture.building import small_segments

FEW = 6

_WORDS = (
    *("香港", "香巷", "通关", "通關", "事实", "实施", "时事", "師", "师", "石", "恩", "嗯", "相关", "的", "儿女"),
    *("軟體", "南京市长江大桥", "３５人", "三十五人", "C++", "getUserById", "user", "AI", "ai", "python", "pythons"),
    *("Python3", "pythno", "软件"),
)
_SIGNS = (" ", " ", "", "，", "。", "\n", "\n\n", "-")
_TITLES = ("香港通关", "香港通關", "通关", "周报", "AI 通讯", "ai 通讯", "無題", "时事")
_SOURCES = ("BBC", "bbc", "ＢＢＣ", "聯合早報", "联合早报", "财经", "")
_TAGS = ("AI", "ai", "Ai", "新聞", "新闻", "史", "史/近代", "美食")
_DATES = ("2021-11-08", "2021-11-08T23:30:00", "2021-12-31T20:00:00Z", "2020-02-29T01:00:00+08:00", "", "很久")
_OWN_WORDS = ("港通", "京市", "时事 5", "python3 100")
_SYNONYMS = ("软件 = 程序", "香港 = 港岛", "师 = 石")
_ZONES = (None, "UTC", "Asia/Shanghai", "-05:00")

_QUERIES = (
    *("", "香港", "香港 通关", '"香港通关"', "香 港", "-香港", "title:香港", "(香港 OR 通关) -python", '"香港 通关"~3'),
    *("香*", "*港", "pyth*", "python~1", "pyton", "香巷岛", "事实上", "PYTHON", "python3", "user", "fox", "的是了"),
    *("pinyin:shi", "pinyin:xianggang", "pinyin:xg", "pinyin:en", "pinyin:shishi", "香港 pinyin:shi", "软件", "35人"),
    *("source:bbc", "source:bb", "tag:ai", "tag:a", "tag:史", "source:b*", "path:a", "path:=A.md", "date:*", "港岛"),
    *("date:2021", "before:2022", "通讯 -tag:ai", "港通", "python fox", "source:bbcc 香港", "tag:新问", "香港 很久"),
    "香港 通关 师 石 的 嗯",
)
"""Of each kind, found and not found."""

_TYPED = ("", "x", "xg", "香", "香g", "py", "a", "tag:a", "source:", "tag:", "香港 t", "shi", "通xun")
_KEYS = ("source", "tag", "year", "month", "week", "day")


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    for number in range(10**9):
        history = History(chance, Archive(folder / str(number)))
        yield history.difference()
        shutil.rmtree(history.archive.root)


@dataclass
class History:
    """An archive, what its owner settled, and what was done so far."""

    chance: random.Random
    archive: Archive
    options: dict[str, Any] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def difference(self) -> str | None:
        """Live through some rebuilds; what is answered otherwise than by one full rebuild, and what was done."""
        for number in range(12):
            self._write(f"always/{number}.md")
        for _ in range(self.chance.randint(1, 4)):
            for _ in range(self.chance.randint(0, 5)):
                self._change()
            self._rebuild()
        afresh = self.archive.root / "afresh"
        searchkit.rebuild(self.archive.corpus, afresh, jobs=1, progress=False, **self.options)
        with searchkit.open(self.archive.index) as grown, searchkit.open(afresh) as built:
            queries = self.chance.sample(_QUERIES, 12)
            for (question, answer), (_, wanted) in zip(answers(grown, queries), answers(built, queries), strict=True):
                if answer != wanted:
                    return f"{question}: {_first_difference(answer, wanted)}; {self.done}"
        return None

    def _rebuild(self) -> None:
        how = {"jobs": self.chance.choice((1, 1, 1, 2, 3)), "full": self.chance.random() < 0.15}
        self.done.append(f"rebuild {how}")
        with small_segments():
            self.archive.rebuild(**self.options, **how)

    def _change(self) -> None:
        changes = (self._add, self._add, self._edit, self._edit, self._delete, self._delete, self._rename, self._settle)
        self.chance.choice(changes)()

    def _names(self) -> list[str]:
        files = self.archive.corpus.rglob("*.md")
        return sorted(str(file.relative_to(self.archive.corpus)) for file in files)

    def _add(self) -> None:
        self._write(self.chance.choice(("a.md", "A.md", "b.md", "deep/c.md", "筆記.md", "z/d.md", "0.md")))

    def _edit(self) -> None:
        self._write(self.chance.choice(self._names()))

    def _delete(self) -> None:
        name = self.chance.choice(self._names())
        self.done.append(f"delete {name}")
        self.archive.delete(name)

    def _rename(self) -> None:
        old, new = self.chance.choice(self._names()), self.chance.choice(("moved.md", "0/moved.md", "~.md"))
        self.done.append(f"rename {old} {new}")
        target = self.archive.corpus / new
        target.parent.mkdir(exist_ok=True)
        (self.archive.corpus / old).rename(target)

    def _settle(self) -> None:
        """Change the word lists, the time zone, or whether drafts are posts."""
        chance = self.chance
        name = chance.choice(("dictionary", "synonyms", "timezone", "selection"))
        if name == "timezone":
            self.options[name] = chance.choice(_ZONES)
        elif name == "selection":
            self.options[name] = searchkit.Selection(drafts=chance.random() < 0.5)
        else:
            lines = chance.sample(_OWN_WORDS if name == "dictionary" else _SYNONYMS, 2)
            file = self.archive.root / f"{name}.txt"
            file.write_text("\n".join(lines), "utf-8")
            self.options[name] = chance.choice((file, None))
        self.done.append(f"{name} {self.options[name]}")

    def _write(self, name: str) -> None:
        chance = self.chance
        words = (chance.choice(_WORDS) + chance.choice(_SIGNS) for _ in range(chance.choice((1, 3, 30))))
        text = chance.choice(("香港通关。", "香港通關。", "".join(words)))
        fields = {
            "title": chance.choice((*_TITLES, *_WORDS)),
            "author": chance.choice(_SOURCES),
            "date": chance.choice(_DATES),
            "tags": f"[{', '.join(chance.sample(_TAGS, chance.randint(0, 3)))}]",
            "draft": "true" if chance.random() < 0.1 else "",
        }
        front = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        self.done.append(f"write {name} {front!r} {text!r}")
        file = self.archive.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front}---\n{text}\n", "utf-8")


def answers(index: searchkit.Index, queries: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Questions of every kind, each with its answer as plain data."""
    for query in queries:
        for sort in ("relevance", "newest", "oldest"):
            found = index.search(query, facets=("source", "tag", "year", "month"), explain=True, sort=sort)
            yield f"search {query} {sort}", _timeless(found)
        yield f"count {query}", index.count(query, by=_KEYS[:2]).to_dict()
        yield f"kwic {query}", index.kwic(query, progress=False).to_dict()
        yield f"collocates {query}", index.collocates(query, limit=None, progress=False).to_dict()
        yield f"sample {query}", _timeless(index.sample(query, 3))
        yield f"pages {query}", _timeless(index.search(query, offset=2, limit=3, recency="90d", tag="ai"))
    for key in _KEYS:
        yield f"count by {key}", index.count(by=key).to_dict()
    yield "trend", index.trend(["香港", "python"], share=True).to_dict()
    yield "keywords", index.keywords("香港", limit=None).to_dict()
    for typed in _TYPED:
        yield f"suggest {typed}", [each.to_dict() for each in index.suggest(typed, limit=20)]
        yield f"terms {typed}", index.terms(typed, 50)
    documents = [replace(document, added=None) for document in index.documents()]
    yield "documents", documents
    for document in documents:
        yield f"similar {document.path}", index.similar(document.path).to_dict()
        reading = index.read(document.path, "香港 pinyin:shi python~1 user")
        yield f"read {document.path}", (reading.title_spans, reading.spans)
    yield "overview", str(index.overview()).split(", built")[0].split(":", 1)[1]


def _timeless(results: searchkit.Results) -> dict[str, Any]:
    """Without what depends on the clock."""
    page = results.to_dict() | {"seconds": 0}
    page["hits"] = [hit | {"added": None} for hit in page["hits"]]
    return page


def _first_difference(answer: Any, wanted: Any) -> str:
    """Where two answers differ first."""
    if isinstance(answer, dict) and isinstance(wanted, dict) and answer.keys() == wanted.keys():
        name = next(name for name in answer if answer[name] != wanted[name])
        return f".{name}{_first_difference(answer[name], wanted[name])}"
    if isinstance(answer, list | tuple) and isinstance(wanted, list | tuple) and len(answer) == len(wanted):
        at = next(at for at in range(len(answer)) if answer[at] != wanted[at])
        return f"[{at}]{_first_difference(answer[at], wanted[at])}"
    return f" is {answer!r:.500}, afresh {wanted!r:.500}"
