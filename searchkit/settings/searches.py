"""Saved searches: ``@通关`` in a query stands for the query that ``[searches]`` of searchkit.toml gives this name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from searchkit.arguments import checked_text
from searchkit.errors import SettingsError
from searchkit.language import fold
from searchkit.messages import _

MAX_DEPTH = 16
"""Saved searches within each other."""

_USE = re.compile(r"(?<![^\s(|（｜:：~～+＋\-－])[@＠]([^\s\"“”()（）|｜@＠]+)")
_QUOTED = re.compile(r'["“”][^"“”]*["“”]')
_JOINS_BEFORE = re.compile(r"(?:[(（|｜:：~～+＋\-－]|(?:^|\s)(?:AND|OR|NOT|或))\s*$")
_JOINS_AFTER = re.compile(r"\s*(?:[|｜]|(?:AND|OR|或)(?:[\s(（]|$))")
_NAME = re.compile(r"""[^\s"“”()（）|｜@＠]+""")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A query without saved searches.

    Attributes:
        query: what they stand for, in their place.
        notes: what looks like a saved search and is none.
    """

    query: str
    notes: tuple[str, ...] = ()


def expand(query: str, searches: Mapping[str, str]) -> Expanded:
    """A query with what its saved searches stand for. A name that there is not is text, and a note says so.

    Args:
        query: as it was typed.
        searches: the saved searches by name, which may use each other; names match in any script, case and width.

    Raises:
        SettingsError: one of those that it uses contains itself, or they are no texts.
        QueryError: the query is no text.

    >>> expand("@通关 -台湾", {"通关": "香港 通关"}).query
    '香港 通关 -台湾'
    >>> expand("-@通关", {"通关": "香港 通关"}).query
    '-(香港 通关)'
    """
    texts = (*searches, *searches.values()) if isinstance(searches, Mapping) else (None,)
    if not all(isinstance(text, str) for text in texts):
        raise SettingsError(_("{value!r} are no saved searches", value=searches), _("give a query by each name"))
    notes: dict[str, None] = {}
    return Expanded(_Expander(searches, notes).expanded(checked_text("query", query), ()), tuple(notes))


def is_name(text: str) -> bool:
    """Whether a text can name a saved search: it is in one piece, without quotes and brackets."""
    return _NAME.fullmatch(text) is not None


class _Expander:
    def __init__(self, searches: Mapping[str, str], notes: dict[str, None]) -> None:
        self._searches = {fold(name): (name, query) for name, query in searches.items()}
        self._notes = notes

    def expanded(self, query: str, within: tuple[str, ...]) -> str:
        quoted = [match.span() for match in _QUOTED.finditer(query)]
        parts: list[str] = []
        end = 0
        for use in _USE.finditer(query):
            if any(first < use.start() < last for first, last in quoted):
                continue
            meant = self._meaning(use[1], within)
            if meant is None:
                continue
            alone = not (_is_joined(query, use) or _open_brackets(query[: use.start()]))
            parts += [query[end : use.start()], meant if alone else f"({meant})"]
            end = use.end()
        return "".join([*parts, query[end:]])

    def _meaning(self, name: str, within: tuple[str, ...]) -> str | None:
        """The query of a saved search; None if there is none of this name."""
        folded = fold(name)
        if folded not in self._searches:
            self._notes[self._unknown(name)] = None
            return None
        if folded in within or len(within) == MAX_DEPTH:
            circle = " → ".join(f"@{self._searches[used][0]}" for used in (*within, folded))
            raise SettingsError(
                _("a saved search contains itself: {circle}", circle=circle),
                _("correct [searches] in searchkit.toml"),
            )
        return self.expanded(self._searches[folded][1], (*within, folded))

    def _unknown(self, name: str) -> str:
        note = _("there is no saved search {name}: read as text", name=f"@{name}")
        near = difflib.get_close_matches(fold(name), self._searches, n=1, cutoff=0.5)
        return _("{note}; did you mean {near}?", note=note, near=f"@{self._searches[near[0]][0]}") if near else note


def _is_joined(query: str, use: re.Match[str]) -> bool:
    """Whether a sign or an operator beside a saved search takes all of it."""
    before, after = query[: use.start()], query[use.end() :]
    return bool(_JOINS_BEFORE.search(before) or _JOINS_AFTER.match(after))


def _open_brackets(text: str) -> int:
    return sum(char in "(（" for char in text) - sum(char in ")）" for char in text)


def circles(searches: Mapping[str, str]) -> Iterator[SettingsError]:
    """An error for each saved search that contains itself."""
    for name in searches:
        try:
            expand(f"@{name}", searches)
        except SettingsError as error:
            yield error
