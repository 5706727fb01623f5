"""Numbers and totals as short English texts, for terminals and notebooks alike."""

from __future__ import annotations

import datetime as dt

from searchkit.model import Results

_VALUES = ("source:", "tag:")


def total_line(results: Results) -> str:
    """The total of a search in one line, such as ``1-10 of 234 posts, 3 ms``.

    If some hits lack words, or filters exclude all hits, it says so.
    """
    total = f"{posts(results.total)}, {duration(results.seconds)}"
    partial = sum(bool(hit.missing) for hit in results)
    filtered = bool(results.filtered_out and not results.total)
    if partial:
        have = f"{results.total:,} posts have" if results.total > 1 else f"{results.total or 'no'} post has"
        other = "the other" if partial < len(results) else "the"
        shown = f"{other} one shown has some" if partial == 1 else f"{other} {partial:,} shown have some"
        if filtered:
            have = "with these filters, no post has"
        return f"{have} all words; {shown}, {duration(results.seconds)}"
    if filtered:
        return f"no posts with these filters, {posts(results.filtered_out)} without, {duration(results.seconds)}"
    if not results.total:
        return f"no posts, {duration(results.seconds)}"
    if not results.hits:
        return f"no hits at offset {results.offset:,}: {total}"
    first, last = results[0].rank, results[-1].rank
    return f"{first:,} of {total}" if first == last else f"{first:,}-{last:,} of {total}"


def unknown_lines(results: Results) -> list[str]:
    """A line for each word or value that no post has, such as ``no post contains pyhton; did you mean python?``."""
    return [
        f"no post {'has' if word.startswith(_VALUES) else 'contains'} {word}"
        + (f"; did you mean {' or '.join(near)}?" if near else "")
        for word, near in results.unknown
    ]


def posts(count: int) -> str:
    """A number of posts: ``1 post``, ``50,546 posts``."""
    return f"{count:,} post{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """A duration: ``0.4 ms``, ``3 ms``, ``1.2 s``, ``2 min 5 s``."""
    if seconds < 0.00095:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"


def size(count: int) -> str:
    """A size in decimal units: ``812 bytes``, ``4.2 kB``, ``194.2 MB``."""
    if count < 1000:
        return f"{count} bytes"
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"


def ago(age: dt.timedelta) -> str:
    """An age in its largest unit: ``just now``, ``5 minutes ago``, ``1 day ago``."""
    seconds = int(age.total_seconds())
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = seconds // length
        if count > 0:
            return f"{count:,} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
