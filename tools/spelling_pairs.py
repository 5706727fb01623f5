"""Candidates for the pairs of ``searchkit/language/spellings.py``, best first: two spellings of one word.

Of two words of jieba's dictionary that read alike and differ in one of two characters, posts in traditional script
prefer one, those in simplified script the other, and both stand beside the same characters. Which candidates have one
meaning, a person decides.

    python tools/spelling_pairs.py FOLDER > candidates.tsv

Columns: cosine of the contexts, the two words, their counts in traditional and in simplified posts, and "known" where
the table has the pair.
"""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import jieba
from pypinyin import Style, pinyin

from searchkit.language.batch.folding import fold_batch
from searchkit.language.conversions import conversion
from searchkit.language.spellings import other_spellings

MIN_COUNT = 4
MIN_COSINE = 0.1
MIN_PREFERENCE = 1.0  # the logarithm of how much more often one word stands in traditional posts than the other

_HAN = re.compile("[\u4e00-\u9fff]{2,}")


def main(folder: Path) -> None:
    posts = [path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.md"))]
    by_script = {traditional: [post for post in posts if is_script(post, traditional)] for traditional in (True, False)}
    counts: dict[bool, Counter[str]] = {}
    contexts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for traditional, texts in by_script.items():
        places = [place for text in fold_batch(texts) for place in words_in_context(text)]
        counts[traditional] = Counter(word for word, _, _ in places)
        for word, before, after in places:
            contexts[word].update((f"<{before}", f">{after}"))
    jieba.initialize()
    known = {word for word, frequency in jieba.dt.FREQ.items() if frequency and len(word) == 2}
    frequent = {word for word, count in (counts[True] + counts[False]).items() if count >= MIN_COUNT} & known
    spread = Counter(context for word in frequent for context in contexts[word])
    rows = []
    for one, other in read_alike(frequent):
        preference = preferred(counts, one) - preferred(counts, other)
        cosine = similarity(contexts[one], contexts[other], spread, len(frequent))
        if cosine >= MIN_COSINE and abs(preference) >= MIN_PREFERENCE:
            rows.append((cosine, *((one, other) if preference > 0 else (other, one))))
    for cosine, one, other in sorted(rows, reverse=True):
        shown = [str(counts[traditional][word]) for word in (one, other) for traditional in (True, False)]
        print(f"{cosine:.2f}", one, other, *shown, "known" if other in other_spellings(one) else "", sep="\t")


def is_script(post: str, traditional: bool) -> bool:
    """Whether at least two of three characters that differ by script are of this script."""
    sample = "".join(_HAN.findall(post[:2000]))
    foreign, own = ("s2t", "t2s") if traditional else ("t2s", "s2t")
    changed = {name: sum(map(str.__ne__, sample, conversion(name)(sample))) for name in (own, foreign)}
    return changed[own] > 2 * changed[foreign]


def words_in_context(text: str) -> Iterator[tuple[str, str, str]]:
    """Every two adjacent Han characters of a text, with the characters before and after."""
    for run in _HAN.findall(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2], run[max(at - 1, 0) : at], run[at + 2 : at + 3]


def read_alike(words: set[str]) -> Iterator[tuple[str, str]]:
    """The pairs of words that read alike and differ in one character."""
    groups: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
    for word in sorted(words):
        for place, char in enumerate(word):
            for reading in pinyin(char, style=Style.TONE, heteronym=True)[0]:
                groups[place, word[1 - place], reading].append(word)
    pairs = (pair for group in groups.values() for pair in itertools.combinations(group, 2))
    yield from sorted(set(pairs))


def preferred(counts: dict[bool, Counter[str]], word: str) -> float:
    """The logarithm of how much more often a word stands in traditional posts than in simplified ones."""
    return math.log((counts[True][word] + 0.5) / counts[True].total()) - math.log(
        (counts[False][word] + 0.5) / counts[False].total()
    )


def similarity(one: Counter[str], other: Counter[str], spread: Counter[str], words: int) -> float:
    """The cosine of two words' contexts; those that few words have weigh more."""

    def vector(contexts: Counter[str]) -> dict[str, float]:
        return {context: math.sqrt(n) * math.log(words / spread[context]) for context, n in contexts.items()}

    left, right = vector(one), vector(other)
    norms = math.hypot(*left.values()) * math.hypot(*right.values())
    return sum(value * right.get(context, 0) for context, value in left.items()) / norms if norms else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
