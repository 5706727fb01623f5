"""Does Whoosh find the same posts through its own ``open_dir`` as searchkit does?

    python -m benchmarks.whoosh_door INDEX [--words 200] [--runs 200] [--filters 50] [--seed 1]

Random words (required), random stretches of text in quotes with their punctuation, every other one in the other
script, ranges of dates and sources. Posts with the same title and body count once: Whoosh does not collapse them.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import whoosh.index
from whoosh.qparser import MultifieldParser
from whoosh.searching import Searcher

import searchkit
from benchmarks.exactness import in_other_script
from searchkit.language import fold, unigrams, words
from searchkit.model import Document
from searchkit.query.words import cut

_UNQUOTABLE = re.compile(r'[\n"\\*?~^“”„‟〝〞〟「」『』﹁﹂﹃﹄″«»＂＊？]')


@dataclass(frozen=True)
class Question:
    """The same question in both languages.

    Attributes:
        kind: of question.
        ours: asks searchkit.
        theirs: a string for Whoosh's parser.
    """

    kind: str
    ours: Callable[[searchkit.Index], searchkit.Results]
    theirs: str


def word_question(word: str) -> Question:
    return Question("word", lambda index: index.search(f"+{word}", limit=10**6, snippet_chars=0), word)


def run_question(run: str) -> Question:
    return Question("quoted run", lambda index: index.search(f'+"{run}"', limit=10**6, snippet_chars=0), f'"{run}"')


def date_question(first: str, last: str) -> Question:
    theirs = f"date:[{first.replace('-', '')} to {last.replace('-', '')}]"
    return Question(
        "filter", lambda index: index.search("", since=first, until=last, limit=10**6, snippet_chars=0), theirs
    )


def source_question(source: str) -> Question:
    return Question(
        "filter", lambda index: index.search("", source=source, limit=10**6, snippet_chars=0), f'source:"{source}"'
    )


def is_one_word(word: str) -> bool:
    """Whether a word of a text, typed alone, is read as one word: not cut again, and no operator."""
    return len(cut(word)) == 1 and word != "或"


def random_run(text: str, chance: random.Random) -> str | None:
    """A stretch of text with at least one unigram and nothing that either language reads as a sign."""
    start = chance.randrange(max(len(text), 1))
    run = text[start : start + chance.randint(1, 12)].strip()
    return run if run and unigrams(fold(run)).texts and not _UNQUOTABLE.search(run) else None


def questions(documents: Sequence[Document], counts: tuple[int, int, int], seed: int) -> Iterator[Question]:
    """So many words, quoted runs and filters."""
    chance = random.Random(seed)
    made = 0
    while made < counts[0]:
        found = [word for word in words(fold(chance.choice(documents).body)) if is_one_word(word)]
        if found:
            yield word_question(chance.choice(found))
            made += 1
    made = 0
    while made < counts[1]:
        document = chance.choice(documents)
        run = random_run(chance.choice([document.title, document.body, document.body]), chance)
        if run:
            yield run_question(in_other_script(run) if made % 2 else run)
            made += 1
    dates = sorted({document.date.date().isoformat() for document in documents if document.date})
    sources = sorted({document.source for document in documents if document.source and '"' not in document.source})
    for number in range(counts[2]):
        first, last = sorted(chance.choices(dates, k=2))
        yield source_question(chance.choice(sources)) if number % 2 and sources else date_question(first, last)


def differences(
    index: searchkit.Index, searcher: Searcher, asked: Iterator[Question]
) -> Iterator[tuple[Question, int, int]]:
    """Each question with how many posts it finds, and how many of those one side alone finds."""
    group = {path: document.path for document in index.documents() for path in document.paths or (document.path,)}
    parser = MultifieldParser(["title", "body"], searcher.schema)
    for question in asked:
        ours = {group[hit.path] for hit in question.ours(index)}
        theirs = {group[hit["path"]] for hit in searcher.search(parser.parse(question.theirs), limit=None)}
        yield question, len(ours), len(ours ^ theirs)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.whoosh_door",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("index")
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--filters", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    asked: dict[str, list[tuple[int, int]]] = {}
    with searchkit.open(options.index) as index, whoosh.index.open_dir(options.index).searcher() as searcher:
        documents = list(index.documents())
        chosen = questions(documents, (options.words, options.runs, options.filters), options.seed)
        for question, found, different in differences(index, searcher, chosen):
            asked.setdefault(question.kind, []).append((found, different))
            if different:
                print(f"{question.kind} {question.theirs}: {different} of {found} posts differ")
    for kind, rows in asked.items():
        wrong = sum(different > 0 for _, different in rows)
        print(f"{kind}: {len(rows)} asked, {sum(found for found, _ in rows)} posts found, {wrong} with a difference")
    print(f"{time.perf_counter() - began:.1f} s")
    return any(different for rows in asked.values() for _, different in rows)


if __name__ == "__main__":
    sys.exit(main())
