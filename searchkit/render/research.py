"""Concordances, similar posts and tables of words on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, get_character_cell_size

from searchkit.analysis.collocation import Collocates
from searchkit.analysis.concordance import Concordance, ConcordanceLine
from searchkit.analysis.keyness import Keywords
from searchkit.analysis.similarity import Similar, SimilarPost
from searchkit.messages import _
from searchkit.render.lines import Line, indented, pad, paint, shorten, wrap
from searchkit.render.look import Look
from searchkit.render.safe import visible, visible_name
from searchkit.render.terminal import DIM, MATCH, MAX_WIDTH, PLAIN, SOURCE, STRONG

_MAX_MATCH = 24  # cells of a match
_MIN_CONTEXT = 6
_DAY = 10  # cells
_MIN_TITLE = 12
_MAX_SENTENCES = 3
_MAX_WORD = 24


def concordance_text(found: Concordance, look: Look) -> str:
    """Lines with the matches below each other, then their number."""
    match_cells = min(max((cell_len(visible(line.match)) for line in found), default=0), _MAX_MATCH)
    context = found.width
    if look.width is not None:
        context = max(min(context, (look.width - match_cells - _DAY - 4) // 2), _MIN_CONTEXT)
    lines = [_concordance_line(line, context, match_cells, look.width) for line in found]
    return paint([*lines, [(_concordance_total(found), DIM)]], look)


def _concordance_line(line: ConcordanceLine, context: int, match_cells: int, width: int | None) -> Line:
    left, right = _ending(visible(line.left), context), _beginning(visible(line.right), context)
    match = shorten(visible(line.match), match_cells)
    drawn: Line = [
        (" " * (context - cell_len(left)) + left + " ", PLAIN),
        (match, MATCH),
        (" " + right + " " * (context + match_cells - cell_len(right) - cell_len(match)), PLAIN),
        ("  " + pad(line.day, _DAY), DIM),
    ]
    room = None if width is None else width - 2 * context - match_cells - _DAY - 6
    if room is None or room >= _MIN_TITLE:
        title = visible(line.title or line.path)
        drawn.append(("  " + (title if room is None else shorten(title, room)), DIM))
    return drawn


def _concordance_total(found: Concordance) -> str:
    if len(found) < found.total:
        return _("{count:,} of {total:,} matches", count=len(found), total=found.total)
    return _("1 match") if found.total == 1 else _("{count:,} matches", count=found.total)


def _beginning(text: str, cells: int) -> str:
    """As much of the beginning as fits."""
    used = 0
    for at, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > cells:
            return text[:at]
    return text


def _ending(text: str, cells: int) -> str:
    """As much of the end as fits."""
    return _beginning(text[::-1], cells)[::-1]


def similar_text(found: Similar, look: Look) -> str:
    """The similar posts, near-duplicates with what differs."""
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    lines: list[Line] = []
    for number, post in enumerate(found, 1):
        lines += [*_similar_lines(number, post, width), []]
    duplicates = sum(post.duplicate for post in found)
    total = _("no similar posts")
    if found.posts:
        total = _(
            "{count} similar posts, {duplicates} of them nearly the same", count=len(found), duplicates=duplicates
        )
    return paint([*lines, *wrap([(total, DIM)], width)], look)


def _similar_lines(number: int, post: SimilarPost, width: int | None) -> list[Line]:
    margin = 4
    first, *rest = indented([(visible(post.title) or _("(no title)"), STRONG)], margin, width)
    lines: list[Line] = [[(f"{number:>2}  ", DIM), *first[1:]], *rest]
    day = post.date.date().isoformat() if post.date else _("undated")
    about: Line = [(pad(day, _DAY) + "  ", DIM)]
    if post.source:
        about.append((visible(post.source) + "  ", SOURCE))
    lines += indented([*about, (visible_name(post.path), DIM)], margin, width)
    if post.duplicate:
        lines += indented([(_("{percent} % the same", percent=_percent(post.ratio)), MATCH)], margin, width)
    if post.differences:
        lines += _sentence_lines(_("only here:"), post.differences.only_here, margin, width)
        lines += _sentence_lines(_("only there:"), post.differences.only_there, margin, width)
    return lines


def _percent(ratio: float) -> str:
    return "100" if ratio == 1 else f"{min(ratio * 100, 99.9):.1f}"


def _sentence_lines(label: str, sentences: Sequence[str], margin: int, width: int | None) -> list[Line]:
    lines: list[Line] = []
    for sentence in sentences[:_MAX_SENTENCES]:
        lines += indented([(f"{label} ", DIM), (visible(sentence), PLAIN)], margin, width)
    if len(sentences) > _MAX_SENTENCES:
        more = _("+{count} more", count=len(sentences) - _MAX_SENTENCES)
        lines += indented([(f"{label} {more}", DIM)], margin, width)
    return lines


def collocates_text(found: Collocates, look: Look) -> str:
    """A table of words with their counts and measures."""
    header = (_("word"), _("beside it"), _("in all"), _("expected"), "LL", "logDice")
    rows = [
        (
            word.word,
            f"{word.count:,}",
            f"{word.frequency:,}",
            f"{word.expected:,.1f}",
            f"{word.log_likelihood:,.1f}",
            f"{word.log_dice:.2f}",
        )
        for word in found
    ]
    total = _(
        "{matches:,} matches, {window} words on each side, {tokens:,} words in all",
        matches=found.matches,
        window=found.window,
        tokens=found.tokens,
    )
    return paint([*_table(header, rows), *wrap([(total, DIM)], look.width)], look)


def keywords_text(found: Keywords, look: Look) -> str:
    """A table of words with their counts in both sets and measures."""
    header = (_("word"), _("first"), _("second"), "LL", "%DIFF")
    rows = [
        (
            word.word,
            f"{word.count_a:,}",
            f"{word.count_b:,}",
            f"{word.log_likelihood:,.1f}",
            f"{word.difference:+,.0f}".replace("inf", "∞"),
        )
        for word in found
    ]
    total = _(
        "first: {posts_a:,} posts, {tokens_a:,} words; second: {posts_b:,} posts, {tokens_b:,} words",
        posts_a=found.posts_a,
        tokens_a=found.tokens_a,
        posts_b=found.posts_b,
        tokens_b=found.tokens_b,
    )
    return paint([*_table(header, rows), *wrap([(total, DIM)], look.width)], look)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Line]:
    """Columns below their heads: the first to the left, numbers to the right."""
    cells = [header, *([shorten(visible(row[0]), _MAX_WORD), *row[1:]] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines: list[Line] = []
    for number, row in enumerate(cells):
        numbers = "".join(
            "  " + " " * (width - cell_len(text)) + text for text, width in zip(row[1:], widths[1:], strict=True)
        )
        lines.append(
            [(pad(row[0], widths[0]), DIM if number == 0 else STRONG), (numbers, DIM if number == 0 else PLAIN)]
        )
    return [*lines, []] if rows else []
