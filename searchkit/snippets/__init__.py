"""Snippets: fragments of the original text that show why a post matched, with the spans of the matches."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

from searchkit.model import Snippet, Span
from searchkit.query.compiled import Needle
from searchkit.snippets.captions import end_of_captions, prose_first
from searchkit.snippets.clusters import whole_clusters
from searchkit.snippets.folded import LazyFoldedText, folded_text, in_groups
from searchkit.snippets.fragments import Fragment, expand_core, goes_on, lead_fragment, trim
from searchkit.snippets.known import KnownFoldings
from searchkit.snippets.matching import Finder, Match, finder_of, may_occur
from searchkit.snippets.occurrences import MAX_MATCHES, JoinedTexts, Occurrences
from searchkit.snippets.windows import RUN, best_window, choose_windows

MAX_SPANS = 10_000
"""Occurrences of each needle that are highlighted in a whole body."""

_WHITE_SPACE = re.compile(r"\s")
_MAX_TITLE_OFFSET = 200  # characters of the body before a line that repeats the title
_TITLES = KnownFoldings(1 << 17)
_BODIES = KnownFoldings(1 << 21)


class Highlighter:
    """Highlights the needles of one query in any number of texts.

    Args:
        needles: the texts to highlight.
        runs: texts that were typed in one piece: a fragment that has one is shown before others.

    >>> Highlighter([Needle(("论", "坛"), (0,))]).spans("國際論壇")
    ((2, 4),)
    """

    def __init__(self, needles: Sequence[Needle], runs: Sequence[Needle] = ()) -> None:
        self._needles = tuple(needles)
        self._runs = tuple(run for run in runs if run not in self._needles)
        self._finder_at: dict[int, Finder] = {}  # by index of the needle: hashing a needle takes longer than finding it

    def spans(self, text: str) -> tuple[Span, ...]:
        """The spans of all matches in a short text, such as a title; adjacent and overlapping spans are merged."""
        return self.spans_of_each([text])[0]

    def spans_of_each(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans of all matches in each of some short texts, which are searched as one."""
        folded = _TITLES.of(texts)
        joined = JoinedTexts([part.text for part in folded])
        whole, begins = joined.whole, joined.begins
        found: list[list[Span]] = [[] for _ in texts]
        for finder in self._finders(whole):
            for start, end in finder.find_all(whole, 0, len(whole)):
                at = bisect_right(begins, start) - 1
                span = folded[at].original_span(start - begins[at], end - begins[at])
                found[at].append(span)
        return list(map(_merge_spans, found))

    def spans_within(self, text: str) -> tuple[Span, ...]:
        """The spans of all matches in a whole body, of any length; adjacent and overlapping spans are merged.

        Needles of the title field are not highlighted in it. Of each needle, ``MAX_SPANS`` are.
        """
        folded = folded_text(text)
        finders = [finder for finder in self._finders(folded.text) if not finder.needle.title_only]
        found = [span for finder in finders for span in finder.find_all(folded.text, 0, len(folded.text), MAX_SPANS)]
        return _merge_spans([folded.original_span(*span) for span in found])

    def snippets(self, text: str, chars: int, title: str = "") -> tuple[Snippet, ...]:
        """The one to three fragments of a body that show most needles; its beginning if no needle occurs in it.

        Args:
            text: the original body, as it is stored. Needles of the title field are not highlighted in it.
            chars: the maximum length of all fragments together, unless a single match is longer; 0 returns none.
            title: the title of the post. A line of the body that repeats it is shown only if nothing else matches.

        Returns:
            Fragments in the order of the text; none for a blank text. They begin and end at sentence or clause
            boundaries where possible, and never inside a grapheme cluster.

        >>> Highlighter([Needle(("论", "坛"), (0,))]).snippets("昨天下雨。國際論壇在北京召開。", 10)
        (Snippet(text='國際論壇在北京召開。', spans=((2, 4),)),)
        """
        return next(self.snippets_of_each([text], chars, [title]))

    def snippets_of_each(
        self, texts: Iterable[str], chars: int, titles: Sequence[str]
    ) -> Iterator[tuple[Snippet, ...]]:
        """The snippets of each of some bodies, which are folded together.

        Args:
            texts: the original bodies, as for ``snippets``.
            chars: as for ``snippets``.
            titles: the title of each.
        """
        if not chars:
            return repeat((), len(titles))
        groups = map(self._found_in_each, map(_BODIES.of, in_groups(texts)))
        return map(self._snippets, chain.from_iterable(groups), repeat(chars), titles)

    def _found_in_each(self, group: Sequence[LazyFoldedText]) -> Iterator[tuple[LazyFoldedText, Occurrences]]:
        joined = JoinedTexts([folded.text for folded in group])
        finders = [finder for finder in self._finders(joined.whole) if not finder.needle.title_only]
        return zip(group, joined.occurrences(finders), strict=True)

    def _snippets(self, found: tuple[LazyFoldedText, Occurrences], chars: int, title: str) -> tuple[Snippet, ...]:
        folded, occurrences = found
        text = folded.original
        if not text or text.isspace():
            return ()
        after_title = _end_of_repeated_title(text, title)
        runs = [finder_of(run) for run in self._runs if may_occur(run, folded.text)]
        weights = [*(finder.weight for finder in occurrences.finders), *(RUN for _ in runs)]
        whole = _run_matches(folded, runs, len(occurrences.finders), chars // 2)
        matches = occurrences.choosing(bool(whole)) + whole
        fragments = _fragments(folded, matches, weights, chars, after_title) if matches else []
        if not fragments:
            fragments = [lead_fragment(text, end_of_captions(text, after_title), chars)]
        return tuple(_snippet(folded, occurrences, fragment) for fragment in fragments)

    def _finders(self, folded: str) -> list[Finder]:
        """The finders of the needles that may occur in a text; finders are made only for needles that occur."""
        candidates = [at for at, needle in enumerate(self._needles) if may_occur(needle, folded)]
        known = self._finder_at
        return [known.get(at) or known.setdefault(at, finder_of(self._needles[at])) for at in candidates]


def _end_of_repeated_title(text: str, title: str) -> int:
    """The end of a line near the beginning of a body that repeats the title; 0 if there is none or nothing after it."""
    at = f"\n{text[: _MAX_TITLE_OFFSET + len(title)]}".rfind(f"\n{title}\n") if title else -1
    end = at + len(title)
    return end if at >= 0 and text[end:].strip() else 0


def _fragments(
    folded: LazyFoldedText, matches: list[Match], weights: Sequence[int], chars: int, after_title: int
) -> list[Fragment]:
    """The fragments around the matches that are worth showing, in the order of the text."""
    if after_title:
        folded_start = folded.folded_offset(after_title)
        matches = [match for match in matches if match[0] >= folded_start] or matches
    matches = prose_first(folded.captions, matches)
    cores = _cores(folded, matches, weights, chars)
    spare = max(chars - _length(cores), 0)
    fragments: list[Fragment] = []
    for number, core in enumerate(cores):
        floor = fragments[-1].end if fragments else after_title if core[0] >= after_title else 0
        ceiling = cores[number + 1][0] if number + 1 < len(cores) else len(folded.original)
        fragment = expand_core(folded.original, core, spare // (len(cores) - number), floor, ceiling)
        spare -= fragment.end - fragment.start - _length([core])
        fragments.append(fragment)
    return fragments


def _cores(folded: LazyFoldedText, matches: Sequence[Match], weights: Sequence[int], chars: int) -> list[Span]:
    """The spans of the original that must be shown, in order; together at most ``chars`` long, or a single match."""
    cores: list[Span] = []
    for window in choose_windows(matches, weights, chars):
        core = _core(folded, window.matches, weights, chars)
        if not cores or _length([*cores, core]) <= chars:
            cores.append(core)
    return _merge_near_cores(sorted(cores), chars)


def _run_matches(folded: LazyFoldedText, runs: Sequence[Finder], first: int, chars: int) -> list[Match]:
    """The occurrences of the runs, numbered from ``first``, that are at most so many characters long."""
    text = folded.text
    matches: list[Match] = []
    for number, run in enumerate(runs, first):
        spans = run.find_all(text, 0, len(text), MAX_MATCHES)
        matches += [(*span, number) for span in spans if _length([folded.original_span(*span)]) <= chars]
    return matches


def _core(folded: LazyFoldedText, matches: Sequence[Match], weights: Sequence[int], chars: int) -> Span:
    """The span of the original around the matches of a window; around fewer of them if that is too long."""
    start, end = folded.original_span(matches[0][0], max(match[1] for match in matches))
    core = whole_clusters(folded.original, start, end)
    if _length([core]) <= chars or len(matches) == 1:
        return core
    originals = [(*folded.original_span(start, end), needle) for start, end, needle in matches]
    best = best_window(originals, weights, chars).matches
    core = whole_clusters(folded.original, best[0][0], max(match[1] for match in best))
    return core if _length([core]) <= chars else whole_clusters(folded.original, *best[0][:2])


def _merge_near_cores(cores: list[Span], chars: int) -> list[Span]:
    """Merge cores that are so near that their fragments would touch."""
    for at in range(len(cores) - 1):
        share = (chars - _length(cores)) // len(cores)
        if cores[at + 1][0] - cores[at][1] <= 2 * share:
            merged = (cores[at][0], max(cores[at][1], cores[at + 1][1]))
            return _merge_near_cores([*cores[:at], merged, *cores[at + 2 :]], chars)
    return cores


def _length(spans: Sequence[Span]) -> int:
    return sum([end - start for start, end in spans])


def _snippet(folded: LazyFoldedText, occurrences: Occurrences, fragment: Fragment) -> Snippet:
    """The fragment as one line, with the spans of the matches in it."""
    around = folded.folded_span_around(fragment.start, fragment.end)
    matches = folded.original_spans(occurrences.within(*around))
    fragment = trim(folded.original, fragment.without_partial_matches(folded.original, matches))
    start, end, _ = fragment
    inside = [span for span in matches if span[0] >= start and span[1] <= end]
    line = folded.original[start:end]
    if not line.isprintable():  # of all white space, only a space is
        line = _WHITE_SPACE.sub(" ", line)
    spans = [(a - start, b - start) for a, b in _merge_spans(inside)]
    return Snippet(line, tuple(spans), goes_on(folded.original, end))


def _merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sort spans, and merge adjacent and overlapping ones."""
    if len(spans) < 2:
        return tuple(spans)
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
