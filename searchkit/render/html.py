"""Results in a notebook: one HTML table with inline styles, without a style sheet or script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from searchkit.messages import _
from searchkit.model import Hit, Results, Span, iso_date
from searchkit.render.explaining import how_near, why
from searchkit.render.safe import split_spans, visible, visible_name, web_link
from searchkit.render.wording import total_line, unknown_lines

# A notebook is dark or light: every colour is the notebook's own, and matches have a translucent ground.
CELL = "text-align:left;vertical-align:baseline;padding:.4em .7em"
FAINT = "opacity:.65"
MARK = "background:rgba(255,170,0,.38);color:inherit;padding:0 .05em;border-radius:2px"

MAX_ROWS = 50
"""Rows that a notebook shows of a table; data frames have all."""

_MAX_OTHER_PATHS = 3
_MAX_FACET_VALUES = 12


def results_table(results: Results) -> str:
    """A page of results as an HTML table with highlights; all text is escaped."""
    rows = "".join(map(_row, results.hits[:MAX_ROWS]))
    table = f'<table style="border-collapse:collapse;max-width:60em">{_HEAD}<tbody>{rows}</tbody></table>'
    facets = (
        f"{facet}: " + ", ".join(f"{value} {count:,}" for value, count in counts[:_MAX_FACET_VALUES])
        for facet, counts in results.facets.items()
        if counts
    )
    parsed = [f"parsed as {results.parsed}"] if results.parsed else []
    notes = faint([*parsed, *(f"note: {note}" for note in results.notes)])
    return notes + table + faint([*more_rows(len(results)), *facets, *unknown_lines(results), total_line(results)])


def more_rows(rows: int) -> list[str]:
    """A line that says how many rows are not shown, if any are not."""
    return [_("… and {count:,} more rows", count=rows - MAX_ROWS)] if rows > MAX_ROWS else []


def faint(lines: Iterable[str]) -> str:
    return "".join(f'<p style="{FAINT}">{escaped(line)}</p>' for line in lines)


_HEAD = (
    "<thead><tr>"
    + "".join(f'<th style="{CELL}" scope="col">{name}</th>' for name in ("#", "Post", "Date", "Source"))
    + "</tr></thead>"
)


def _row(hit: Hit) -> str:
    snippets = "".join(
        f"<div>{_marked(snippet.text, snippet.spans)}{'…' if snippet.goes_on else ''}</div>" for snippet in hit.snippets
    )
    missing = ", ".join(f"<s>{escaped(word)}</s>" for word in hit.missing)
    tags = ", ".join(_marked(tag, [(0, len(tag))]) for tag in hit.named_tags)
    if tags:
        snippets += f'<div style="{FAINT}">tag: {tags}</div>'
    if missing:
        snippets += f'<div style="{FAINT}">missing: {missing}</div>'
    snippets += "".join(f'<div style="{FAINT}">{line}</div>' for line in _explanation(hit))
    date = (iso_date(hit.date) or "")[:10]
    return (
        f'<tr><td style="{CELL};{FAINT}">{hit.rank}</td>'
        f'<td style="{CELL};white-space:normal">{_title(hit)}{snippets}<div style="{FAINT}">{_paths(hit)}</div></td>'
        f'<td style="{CELL};white-space:nowrap">{date}</td>'
        f'<td style="{CELL}">{escaped(hit.source)}</td></tr>'
    )


def _explanation(hit: Hit) -> list[str]:
    """Where the post has each word of the query and how near they stand, with the parts of the score behind."""
    if hit.explanation is None:
        return []
    lines = []
    for reason in hit.explanation.reasons:
        word = f"<strong>{escaped(reason.word)}</strong> {escaped(why(reason))}" if reason.word else "other terms"
        lines.append(f"{word} ({reason.score:.2f})")
    near = how_near(hit.explanation)
    return [*lines, *([escaped(near)] if near else []), f"score {hit.score:.2f}"]


def _title(hit: Hit) -> str:
    title = f"<strong>{_marked(hit.title, hit.title_spans) or '(no title)'}</strong>"
    target = web_link(hit.url)
    if target is None:
        return title
    return f'<a href="{escape(target)}" target="_blank" rel="noopener noreferrer" style="color:inherit">{title}</a>'


def _marked(text: str, spans: Sequence[Span]) -> str:
    """A text with its matches; its writing direction ends with it."""
    pieces = (
        f'<mark style="{MARK}">{escape(piece)}</mark>' if match else escape(piece)
        for piece, match in split_spans(text, spans)
    )
    return f"<bdi>{''.join(pieces)}</bdi>" if text else ""


def _paths(hit: Hit) -> str:
    more = len(hit.also) - _MAX_OTHER_PATHS
    also = ", ".join([*map(_name, hit.also[:_MAX_OTHER_PATHS]), *([f"+{more} more"] if more > 0 else [])])
    return _name(hit.path) + (f"; also: {also}" if also else "")


def _name(path: str) -> str:
    return f"<bdi>{escape(visible_name(path))}</bdi>"


def escaped(text: str) -> str:
    return escape(visible(text))
