"""What can be typed and which keys there are, for the page of help; docs/query.md says all of it."""

from __future__ import annotations

from dataclasses import dataclass

from searchkit.messages import N_, _
from searchkit.serve.pages.asked import Asked


@dataclass(frozen=True, slots=True)
class Example:
    """A query, where its results are, and what it finds."""

    query: str
    address: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """Examples of a kind."""

    heading: str
    examples: tuple[Example, ...]


_SECTIONS = (
    (
        N_("Words"),
        (
            ("香港 通关", N_("both words, anywhere in title or body")),
            ('"香港恢复通关"', N_("exactly this text")),
            ("香港 -台湾", N_("the first word and not the second")),
            ("+香港 通关", N_("the first word in any case; posts with both come first")),
            ("荷花 OR 梅花", N_("one of them; 或 is the same")),
            ("(西湖 OR 太湖) AND 荷花", N_("brackets group")),
            ('"甲方 签约"~5', N_("both, at most five characters between them")),
        ),
    ),
    (
        N_("Parts of words"),
        (
            ("人工*", N_("words that begin so")),
            ("*时代", N_("words that end so")),
            ("kubernets~1", N_("a Latin word with one wrong letter")),
            ("pinyin:xianggang", N_("words that are read so")),
        ),
    ),
    (
        N_("Fields"),
        (
            ("title:通关", N_("in the title")),
            ("source:联合早报", N_("of this source")),
            ("tag:经济", N_("with this tag")),
            ("path:2021/11", N_("with this in the path of the file")),
        ),
    ),
    (
        N_("Dates"),
        (
            ("date:2021-11", N_("of a year, a month or a day")),
            ("date:2021-11..2022-02", N_("from one month to another, both included")),
            ("after:2021-11", N_("from then on; before: is the opposite")),
            ("date:去年", N_("also 今年, 上个月, 本周, 昨天, 7d")),
        ),
    ),
)

_KEYS = (
    (("/",), N_("to the box")),
    (("?",), N_("this page")),
    (("↓", "↑"), N_("in the box: through the suggestions, then to the results")),
    (("Enter",), N_("in the box: to the results; on a result: read it")),
    (("j", "k"), N_("next and previous result; in a post: next and previous post")),
    (("n", "N"), N_("in a post: next and previous match")),
    (("o",), N_("in a post: the original")),
    (("Esc",), N_("back: from a post to the results, from the results to the box")),
    (("←", "→"), N_("in the chart: from bar to bar; with Shift a range, Enter narrows to it")),
)


def sections() -> list[Section]:
    """The examples of queries, in the reader's language."""
    return [
        Section(_(heading), tuple(Example(query, Asked(query).address(), _(meaning)) for query, meaning in examples))
        for heading, examples in _SECTIONS
    ]


def keys() -> list[tuple[tuple[str, ...], str]]:
    """The keys and what they do, in the reader's language."""
    return [(names, _(meaning)) for names, meaning in _KEYS]
