"""Numbers and totals as short texts, for terminals and notebooks alike."""

from __future__ import annotations

import datetime as dt

from searchkit.messages import N_, _
from searchkit.model import Results

_VALUES = ("source:", "tag:")
_UNITS = (
    (86_400, N_("1 day ago"), N_("{count:,} days ago")),
    (3_600, N_("1 hour ago"), N_("{count:,} hours ago")),
    (60, N_("1 minute ago"), N_("{count:,} minutes ago")),
)


def total_line(results: Results) -> str:
    """The total of a search in one line, such as ``1-10 of 234 posts, 3 ms``.

    If some hits lack words, or filters exclude all hits, it says so.
    """
    total, seconds = posts(results.total), duration(results.seconds)
    filtered = bool(results.filtered_out and not results.total)
    if any(hit.missing for hit in results):
        return _partial_line(results)
    if filtered:
        without = posts(results.filtered_out)
        return _("no posts with these filters, {without} without, {seconds}", without=without, seconds=seconds)
    if not results.total:
        return _("no posts, {seconds}", seconds=seconds)
    if not results.hits:
        return _(
            "no hits at offset {offset:,}: {total}, {seconds}", offset=results.offset, total=total, seconds=seconds
        )
    first, last = min(results[0].rank, results[-1].rank), max(results[0].rank, results[-1].rank)
    ranks = f"{first:,}" if first == last else f"{first:,}-{last:,}"
    return _("{ranks} of {total}, {seconds}", ranks=ranks, total=total, seconds=seconds)


def more_line(results: Results) -> str:
    """How many hits come after these, and how to see them; empty if there are none."""
    last = max((hit.rank for hit in results), default=0)
    more = results.total - last
    if more <= 0 or not last:
        return ""
    return _("{more:,} more with -n, --offset {last} or --pager", more=more, last=last)


def _partial_line(results: Results) -> str:
    """The total of a search some of whose hits lack words."""
    partial = sum(bool(hit.missing) for hit in results)
    if results.filtered_out and not results.total:
        have = _("with these filters, no post has all words")
    elif results.total > 1:
        have = _("{count:,} posts have all words", count=results.total)
    else:
        have = _("1 post has all words") if results.total else _("no post has all words")
    if partial == len(results):
        shown = _("the {count:,} shown have some", count=partial) if partial > 1 else _("the one shown has some")
    elif partial > 1:
        shown = _("the other {count:,} shown have some", count=partial)
    else:
        shown = _("the other one shown has some")
    return _("{have}; {shown}, {seconds}", have=have, shown=shown, seconds=duration(results.seconds))


def unknown_lines(results: Results) -> list[str]:
    """A line for each word or value that no post has, such as ``no post contains pyhton; did you mean python?``."""
    return [_unknown_line(word, near) for word, near in results.unknown]


def _unknown_line(word: str, near: tuple[str, ...]) -> str:
    line = _("no post has {word}", word=word) if word.startswith(_VALUES) else _("no post contains {word}", word=word)
    return _("{note}; did you mean {near}?", note=line, near=_(" or ").join(near)) if near else line


def posts(count: int) -> str:
    """A number of posts: ``1 post``, ``50,546 posts``."""
    return _("1 post") if count == 1 else _("{count:,} posts", count=count)


def duration(seconds: float) -> str:
    """A duration: ``0.4 ms``, ``3 ms``, ``1.2 s``, ``2 min 5 s``."""
    if seconds < 0.00095:
        return _("{count} ms", count=format(seconds * 1000, ".1f"))
    if seconds < 0.9995:
        return _("{count} ms", count=format(seconds * 1000, ".0f"))
    if seconds < 59.95:
        return _("{count} s", count=format(seconds, ".1f"))
    return _("{minutes} min {seconds} s", minutes=round(seconds) // 60, seconds=round(seconds) % 60)


def size(count: int) -> str:
    """A size in decimal units: ``812 bytes``, ``4.2 kB``, ``194.2 MB``."""
    if count < 1000:
        return _("{count} bytes", count=count)
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"


def ago(age: dt.timedelta) -> str:
    """An age in its largest unit: ``just now``, ``5 minutes ago``, ``1 day ago``."""
    seconds = int(age.total_seconds())
    for length, one, many in _UNITS:
        count = seconds // length
        if count > 0:
            return _(one) if count == 1 else _(many, count=count)
    return _("just now")
