"""Charts of research: Vega-Lite by Altair for notebooks, SVG and PNG by vl-convert for files."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING, Any

from searchkit.analysis.collocation import Collocates
from searchkit.analysis.counts import Counts, Trend
from searchkit.analysis.keyness import Keywords
from searchkit.errors import MissingDependency
from searchkit.messages import _
from searchkit.render.safe import visible
from searchkit.tables import Chartable

if TYPE_CHECKING:
    import altair

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442")
"""Told apart by colour-blind people, on white and on black (Okabe and Ito, "Color Universal Design", 2008)."""

HAN_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "SimHei",
)
"""Fonts with Chinese characters on Linux, macOS and Windows, the best first."""

_FONT = ", ".join(f"'{font}'" for font in HAN_FONTS) + ", sans-serif"
_WIDTH, _HEIGHT = 560, 260
_BAR_STEP = 18
_PERIODS_OF_A_LINE = 8  # fewer periods are bars
_MOST_BARS = 40
_SCALE = 2  # dots of a PNG for each point, as on sharp screens

_END_CHARS = 100
"""Characters at each end of a longer text that are drawn."""

_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TIME_FORMATS = {"year": "%Y", "month": "%Y-%m", "week": "%Y-%m-%d", "day": "%Y-%m-%d"}


@singledispatch
def chart(table: Chartable[Any]) -> altair.Chart:
    """A table as an Altair chart, in colours that show on light and dark ground.

    Raises:
        MissingDependency: altair is not installed.
    """
    raise NotImplementedError(type(table))


@chart.register(Trend)
def _trend(trend: Trend) -> altair.Chart:
    """A line per query, bars where the periods are few; the axis starts at 0."""
    alt = _altair()
    rows = [
        row | {"period": day.isoformat(), "name": row["period"]}
        for row, day in zip(trend.to_dicts(), trend.days() * len(trend.queries), strict=True)
    ]
    value, title, form = ("share", _("share of posts"), ".1%") if trend.share else ("posts", _("posts"), ",d")
    few = len(trend.periods) <= _PERIODS_OF_A_LINE
    base = alt.Chart(alt.Data(values=rows))
    marked = base.mark_bar() if few else base.mark_line(point={"size": 22}, strokeWidth=2)
    time = alt.X("name:O" if few else "period:T", title=None, axis=_time_axis(alt, trend, few))
    shown = marked.encode(
        x=time,
        y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(format=form, tickMinStep=0 if trend.share else 1)),
        color=alt.Color(
            "query:N",
            title=None,
            sort=list(trend.queries),
            scale=alt.Scale(range=list(COLOURS)),
            legend=alt.Legend(orient="top") if len(trend.queries) > 1 else None,
        ),
        tooltip=[
            alt.Tooltip("query:N", title=_("query")),
            alt.Tooltip("name:N", title=_(trend.by)),
            alt.Tooltip("posts:Q", title=_("posts"), format=",d"),
            alt.Tooltip("share:Q", title=_("share of posts"), format=".2%"),
        ],
    )
    if few:
        shown = shown.encode(xOffset=alt.XOffset("query:N", sort=list(trend.queries)))
    return _dressed(shown, "、".join(trend.queries) if len(trend.queries) == 1 else "", height=_HEIGHT)


def _time_axis(alt: Any, trend: Trend, few: bool) -> Any:
    if few:
        return alt.Axis(labelAngle=0)
    return alt.Axis(format=_TIME_FORMATS[trend.by], tickCount={"year": "year"}.get(trend.by, 10), labelOverlap=True)


@chart.register(Counts)
def _counts(counts: Counts) -> altair.Chart:
    """Bars of one key, a heat map of two."""
    alt = _altair()
    rows = counts.to_dicts()
    posts = alt.Tooltip("posts:Q", title=_("posts"), format=",d")
    if not counts.by:
        rows = [{"query": counts.query, "posts": counts.total}]
    if len(counts.by) < 2:
        return _bars(alt, rows, counts.by[0] if counts.by else "query", "posts", _("posts"), counts.query)
    across, down = sorted(counts.by[:2], key=lambda key: key in ("source", "tag"))
    shown = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect()
        .encode(
            x=alt.X(f"{across}:O", title=_(across), axis=alt.Axis(labelOverlap=True)),
            y=alt.Y(f"{down}:N", title=_(down)),
            color=alt.Color("sum(posts):Q", title=_("posts"), scale=alt.Scale(scheme="viridis")),
            tooltip=[*(alt.Tooltip(f"{key}:N", title=_(key)) for key in counts.by[:2]), posts],
        )
    )
    return _dressed(shown, counts.query)


@chart.register(Collocates)
def _collocates(collocates: Collocates) -> altair.Chart:
    return _bars(_altair(), collocates.to_dicts(), "word", "log_likelihood", "G²", collocates.query)


@chart.register(Keywords)
def _keywords(keywords: Keywords) -> altair.Chart:
    """G² to the right for words of the first set, to the left for those of the second."""
    rows = [
        row | {"keyness": row["log_likelihood"] * (-1 if (row["difference"] or 0) < 0 else 1)}
        for row in keywords.to_dicts()
    ]
    return _bars(_altair(), rows, "word", "keyness", "G²", (keywords.b or _("all others")) + f" ↔ {keywords.a}")


def _bars(alt: Any, rows: list[dict[str, Any]], name: str, value: str, label: str, title: str) -> altair.Chart:
    shown = (
        alt.Chart(alt.Data(values=rows[:_MOST_BARS]))
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X(f"{value}:Q", title=label),
            y=alt.Y(f"{name}:N", title=None, sort=None),
            tooltip=[
                alt.Tooltip(f"{key}:{'Q' if isinstance(example, int | float) else 'N'}")
                for key, example in (rows[0].items() if rows else ())
            ],
        )
    )
    return _dressed(shown, title, height={"step": _BAR_STEP})


def _dressed(shown: Any, title: str, **size: Any) -> altair.Chart:
    """A chart in grey and transparent, which suits both themes, with fonts that have Chinese characters."""
    grey = {"labelColor": "#808080", "titleColor": "#808080"}
    dressed: altair.Chart = (
        shown.properties(width=_WIDTH, title=title, **size)
        .configure(font=_FONT, background="transparent")
        .configure_axis(gridColor="#80808040", domainColor="#808080", tickColor="#808080", **grey)
        .configure_legend(labelLimit=300, **grey)
        .configure_title(color="#808080", anchor="start")
        .configure_view(stroke=None)
    )
    return dressed


def svg(table: Chartable[Any]) -> str:
    """A table's chart as SVG, whose texts are texts: they need the fonts of who looks at it.

    Raises:
        MissingDependency: altair or vl-convert is not installed.
    """
    drawn: str = _converter().vegalite_to_svg(_drawable(chart(table).to_dict()))
    return drawn


def png(table: Chartable[Any]) -> bytes:
    """A table's chart as PNG on white, two dots a point.

    Raises:
        MissingDependency: altair, vl-convert or a font with Chinese characters is not installed.
    """
    converter = _converter()
    if not has_han_font():
        raise MissingDependency(
            _("no font with Chinese characters is installed"),
            _("install Noto Sans CJK, such as: apt install fonts-noto-cjk"),
        )
    drawn: bytes = converter.vegalite_to_png(
        _drawable(chart(table).configure(font=_FONT, background="white").to_dict()), scale=_SCALE
    )
    return drawn


def _drawable(value: Any) -> Any:
    """A chart's data as vl-convert draws it: any control character ends the interpreter, long texts take seconds."""
    match value:
        case str():
            shown = value if len(value) <= 2 * _END_CHARS else f"{value[:_END_CHARS]}…{value[-_END_CHARS:]}"
            return _NOT_IN_XML.sub("\ufffd", visible(shown))
        case dict():
            return {name: _drawable(part) for name, part in value.items()}
        case list():
            return list(map(_drawable, value))
    return value


@lru_cache(1)
def has_han_font() -> bool:
    """Whether the system has a font with Chinese characters. Where nothing lists fonts, macOS or Windows, it has."""
    try:
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return bool(listed.stdout.strip())


def _altair() -> Any:
    try:
        import altair  # optional
    except ImportError:
        raise MissingDependency(_("altair is not installed"), _("run: pip install 'searchkit[notebook]'")) from None
    return altair


def _converter() -> Any:
    try:
        import vl_convert  # optional
    except ImportError:
        raise MissingDependency(
            _("vl-convert-python is not installed"), _("run: pip install 'searchkit[notebook]'")
        ) from None
    return vl_convert
