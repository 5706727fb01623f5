"""Check that quoted phrases find exactly the posts that contain them, and that nothing else is highlighted.

    python -m benchmarks.exactness INDEX [--runs 1000] [--lengths 1-8] [--seed 1]

The phrases are random runs of Han characters, equally many of each length, every other one converted to the other
script. The expected posts are those of a scan of the folded texts; the folded text of every span must be the phrase.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

import searchkit
from benchmarks.snippets import matches_needles
from searchkit.language import fold, unigrams
from searchkit.language.conversions import conversion, dictionary

_HAN_RUN = re.compile("[㐀-鿿\U00020000-\U000323af]+")
_JOINERS = re.compile(r"[ \-·_]+")
_DOT = re.compile(r"(?<=\w)\.(?=\w)")


def without_joiners(text: str) -> str:
    """The folded text without joiners, which take no position in the index."""
    return _JOINERS.sub("", _DOT.sub("", fold(text)))


def run_of(text: str, length: int, chance: random.Random) -> str | None:
    """A random run of Han characters of this length from a text; None if there is none."""
    starts = [
        start
        for run in _HAN_RUN.finditer(text)
        for start in range(run.start(), run.end() - length + 1)
    ]
    if not starts:
        return None
    start = chance.choice(starts)
    return text[start : start + length]


def in_other_script(run: str) -> str:
    """The run in simplified script if it is traditional, else in traditional script."""
    simple = conversion("t2s")(run)
    return simple if simple != run else dictionary("STCharacters")(run)


def wrong_spans(results: Iterable[searchkit.Hit], phrase: tuple[str, ...]) -> Iterator[str]:
    """The highlighted texts that are not the phrase; a hit without highlighted text is wrong, too."""
    for hit in results:
        shown = [(hit.title, hit.title_spans), *((snippet.text, snippet.spans) for snippet in hit.snippets)]
        highlighted = [text[start:end] for text, spans in shown for start, end in spans]
        yield from (text for text in highlighted if not matches_needles(text, [phrase]))
        if not highlighted:
            yield f"nothing in {hit.path}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.exactness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--lengths", default="1-8")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    shortest, longest = map(int, options.lengths.split("-"))
    chance = random.Random(options.seed)
    with searchkit.open(options.index) as index:
        documents = list(index.documents())
        texts = {post.path: (without_joiners(post.title), without_joiners(post.text)) for post in documents}
        wrong = checked = hits = spans = bad = 0
        began = time.perf_counter()
        while checked < options.runs:
            length = shortest + checked // 2 % (longest - shortest + 1)
            run = run_of(chance.choice(documents).body, length, chance)
            if run is None:
                continue
            checked += 1
            phrase = in_other_script(run) if checked % 2 else run
            folded = fold(phrase)
            expected = {path for path, (title, body) in texts.items() if folded in title or folded in body}
            results = index.search(f'"{phrase}"', limit=len(documents))
            paths = {hit.path for hit in results}
            if paths != expected:
                wrong += 1
                print(f"{phrase}: {len(paths - expected)} too many, {len(expected - paths)} missing", file=sys.stderr)
            for text in wrong_spans(results, tuple(unigrams(folded).texts)):
                bad += 1
                print(f"{phrase}: highlighted {text}", file=sys.stderr)
            hits += len(paths)
            spans += sum(len(hit.title_spans) + sum(len(part.spans) for part in hit.snippets) for hit in results)
        print(f"{checked:,} runs of {options.lengths} Han characters over {len(documents):,} texts: {wrong} wrong")
        print(f"{spans:,} spans in {hits:,} hits: {bad} wrong")
        print(f"{(time.perf_counter() - began) / checked * 1000:.1f} ms per run, with the scan and the snippets")
    return 1 if wrong or bad else 0


if __name__ == "__main__":
    sys.exit(main())
