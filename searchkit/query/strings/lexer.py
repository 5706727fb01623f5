"""Tokens of a folded query: words, quoted texts, brackets, operators, fields."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from itertools import takewhile

from searchkit.language import FoldedText, fold_with_offsets
from searchkit.messages import _
from searchkit.query.latin import is_grouped
from searchkit.query.segmentation import unigrams_of
from searchkit.query.strings.field_names import near_field

MAX_CHARS = 10_000
"""The most characters of a query that are read."""

MAX_TOKENS = 1_000
"""The most words, quoted texts and signs of a query that are read."""

MAX_DEPTH = 32
"""The most brackets within each other that are read."""

FIELDS = {
    **dict.fromkeys(("title", "标题"), "title"),
    **dict.fromkeys(("body", "正文"), "body"),
    **dict.fromkeys(("source", "来源"), "source"),
    **dict.fromkeys(("tag", "标签"), "tag"),
    **dict.fromkeys(("url", "网址"), "url"),
    **dict.fromkeys(("path", "路径"), "path"),
    **dict.fromkeys(("date", "日期"), "date"),
    **dict.fromkeys(("added", "收录"), "added"),
    **dict.fromkeys(("pinyin", "拼音"), "pinyin"),
    "after": "after",
    "before": "before",
    "is": "is",
    "word": "word",
}
"""The names of fields as they are typed, folded."""


class Kind(Enum):
    """What a token is: a BAR is OR, a full-width one is a DIVIDER, which is punctuation."""

    WORD = auto()
    QUOTED = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    BAR = auto()
    DIVIDER = auto()
    NOT = auto()
    REQUIRED = auto()
    OPTIONAL = auto()
    FIELD = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a quoted text or a sign.

    Attributes:
        kind: what it is.
        text: folded; of a quoted text what is between the quotes, of a field its name as it was typed.
        at: where the token begins in the folded query.
        start: where its text begins.
        near: of a quoted text, how many unigrams may stand between its words; None if it is exact.
        within: whether text stands directly before or after a quoted text, as in a sentence.
        embedded: whether it stands on both sides, or the quotes are not the straight ones that people type as signs.
    """

    kind: Kind
    text: str
    at: int
    start: int
    near: int | None = None
    within: bool = False
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as it was typed, and folded.

    Attributes:
        text: as it was typed.
        folded: what is read of it, with its places in ``text``.
    """

    text: str
    folded: FoldedText

    @staticmethod
    def of(text: str) -> Typed:
        folded = fold_with_offsets(text[:MAX_CHARS])
        if len(folded.text) <= MAX_CHARS:
            return Typed(text, folded)
        starts, ends = (places and places[:MAX_CHARS] for places in (folded.starts, folded.ends))
        return Typed(text, FoldedText(folded.text[:MAX_CHARS], starts, ends))

    def original(self, start: int, end: int) -> str:
        """What was typed for a range of the folded query that is not empty."""
        first, last = self.folded.original_span(start, end)
        return self.text[first:last]

    def is_upper(self, start: int, end: int) -> bool:
        """Whether a range of the folded query was typed in capitals."""
        return unicodedata.normalize("NFKC", self.original(start, end)).isupper()


_SPACES = re.compile(r"\s+")
_QUOTED = re.compile(r'"([^"]*)"(?:~([0-9]{1,9})(?=[\s()|"]|$))?')
_OPERATOR = re.compile(r"(?:and|or|not|或)(?=[\s(]|$)")
_FIELD_NAME = rf"(?:{'|'.join(FIELDS)}):"
_SIGN = re.compile(rf"[+-](?=[^\s|)+-])|~(?=[\"(]|{_FIELD_NAME}[^\s|)])")
NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+)?(?:°c?|%|度)(?![^\s)])")
_COMMAND = re.compile(r"(?!.*\s(?:and|or|not)\s)[a-z][a-z0-9.\-]+(?:\s+[a-z0-9./@=_\-]+)+\s*")
_COMMAND_OPTION = re.compile(r"-[a-z](?!\S)")
_COMMAND_OPTIONS = re.compile(r"-[a-z0-9]{1,6}(?!\S)")
_MOST_GROUPS = 6  # of a number that is typed in groups
_COMMANDS = re.compile(
    "(?:adb|awk|chmod|chown|cp|curl|df|du|ffmpeg|gcc|grep|gunzip|gzip|iptables|ln|ls|lsof|mkdir|mv|nc|netstat|nmap|ps|rm|"
    r"rsync|scp|sed|ssh|sudo|tail|tar|tcpdump|unzip|wget|xargs|yum|zip)\s"
    r"|(?:docker|git|npm|yarn|pnpm|pip3?|kubectl|apt|apt-get|brew|conda|cargo|systemctl|helm|podman)\s+(?:add|apply|"
    r"branch|build|checkout|clone|commit|create|delete|diff|exec|fetch|get|init|install|log|logs|merge|pull|push|rebase|"
    r"reset|restart|run|show|start|stash|status|stop|tag|uninstall|update|upgrade)\s"
)
"""Programs whose options have several letters, such as rm -rf; of those about which people ask, with what they do."""

_FIELD = re.compile(rf"{_FIELD_NAME}(?=[^\s|)])")
_EMPTY_FIELD = re.compile(rf"{_FIELD_NAME}(?=[\s|)]|$)")
_UNKNOWN_FIELD = re.compile(r"([a-z][a-z_]*|[一-\u9fd5]{2,3}):(?=[^\s|)/:])")
_WORD_PART = re.compile(r'[^\s"|()]+|[()]|"')
_PUNCTUATION = re.compile(r"[,。:;!?、]")
_LONG = 9  # unigrams of a word without spaces
_PASTED = 20  # the same, longer than people type before a minus sign
_PASTED_WITH_PUNCTUATION = 12  # unigrams of all words outside of quotes, if there is punctuation in one
_STRAIGHT_QUOTES = ('"', "\uff02")
_SIGNS = (Kind.AND, Kind.OR, Kind.NOT, Kind.REQUIRED, Kind.FIELD)  # a tilde is in sentences, too
_SIGNS_BEFORE_QUOTES = (Kind.FIELD, Kind.OPTIONAL, Kind.REQUIRED, Kind.NOT)
_UNREAD = (Kind.OPEN, Kind.CLOSE, Kind.DIVIDER)  # may be left out
_GLUED = re.compile(r'[^\s|()"]')
_OPERATORS = {
    "and": Kind.AND,
    "or": Kind.OR,
    "或": Kind.OR,
    "not": Kind.NOT,
    "-": Kind.NOT,
    "+": Kind.REQUIRED,
    "~": Kind.OPTIONAL,
}
_SIGN_STARTS = frozenset(sign[0] for sign in _OPERATORS)


def _is_group(token: Token) -> bool:
    return token.kind is Kind.WORD and token.text.isdecimal() and token.text.isascii()


def is_command(folded: str) -> bool:
    """Whether a query may be what is typed into a shell: then the -g of npm i -g is text.

    >>> is_command("npm i -g"), is_command("香港 -g")
    (True, False)
    """
    return _COMMAND.fullmatch(folded) is not None


def begins_as_command(folded: str) -> bool:
    """Whether a minus sign in a query may be that of an option.

    >>> begins_as_command("-g"), begins_as_command("git log (香港 OR -g)"), begins_as_command("香港 -g")
    (True, True, False)
    """
    return any((is_command(folded), _COMMANDS.match(folded.lstrip()), _COMMAND_OPTION.match(folded)))


def is_pasted(text: str) -> bool:
    """Whether a query is read as a pasted sentence."""
    return _is_pasted(Scanner(Typed.of(text)).scan())


class Scanner:
    """Reads a query from left to right.

    Attributes:
        notes: what was found that may not be what was meant.
    """

    def __init__(self, typed: Typed) -> None:
        self.notes: list[str] = []
        self._typed = typed
        self._text = typed.folded.text
        self._has_fields = ":" in self._text  # so that most queries try no pattern of a field
        if len(typed.text) > MAX_CHARS:
            self.notes.append(_("only the first {count:,} characters were read", count=MAX_CHARS))

    def tokens(self) -> list[Token]:
        """The tokens in order, with balanced brackets."""
        return self._balanced(self._with_whole_numbers(self._as_prose(self.scan())))

    def scan(self) -> list[Token]:
        """The tokens as they stand."""
        found: list[Token] = []
        at, fresh = 0, True  # fresh: a sign may stand here, since no word has begun
        while at < len(self._text):
            if space := _SPACES.match(self._text, at):
                at, fresh = space.end(), True
                continue
            if len(found) == MAX_TOKENS:
                self.notes.append(_("only the first {count:,} words and signs were read", count=MAX_TOKENS))
                break
            token, at = self._next(at, fresh)
            fresh = token.kind not in (Kind.WORD, Kind.QUOTED, Kind.CLOSE)
            found.append(token)
        return found

    def _as_prose(self, found: list[Token]) -> list[Token]:
        """The tokens of a query; what is punctuation in a sentence or a pasted title is no sign."""
        if all(token.kind is Kind.WORD for token in found):
            return found
        is_prose, is_pasted = _is_prose(found), _is_pasted(found)
        read: list[Token] = []
        for number, token in enumerate(found):
            after_sign = number > 0 and found[number - 1].kind in _SIGNS_BEFORE_QUOTES
            if token.kind is Kind.QUOTED and token.near is None and not after_sign:
                if is_pasted or token.embedded or (is_prose and token.within):
                    self.notes.append(_("quotes within a sentence were read as punctuation"))
                    token = replace(token, kind=Kind.WORD, at=token.start)
            elif token.kind is Kind.NOT and is_pasted:
                self.notes.append(_("a minus sign within a sentence was read as punctuation"))
                continue
            elif token.kind is Kind.BAR and (is_prose or is_pasted):
                continue
            read.append(token)
        return read

    def _with_whole_numbers(self, found: list[Token]) -> list[Token]:
        """The tokens; a long number whose groups were typed with spaces between, such as 138 0000 1234, is one word."""
        if sum(map(_is_group, found)) < 2:
            return found
        read: list[Token] = []
        at = 0
        while at < len(found):
            groups = list(takewhile(_is_group, found[at : at + _MOST_GROUPS]))
            count = next((n for n in range(len(groups), 1, -1) if is_grouped([group.text for group in groups[:n]])), 1)
            token, last = found[at], found[at + count - 1]
            if count > 1:
                token = replace(token, text=self._text[token.start : last.start + len(last.text)])
            read.append(token)
            at += count
        return read

    def _next(self, at: int, fresh: bool) -> tuple[Token, int]:
        text = self._text
        char = text[at]
        if char == '"' and (quoted := _QUOTED.match(text, at)):
            near = None if quoted[2] is None else int(quoted[2])
            before, behind = not fresh, _GLUED.match(text, quoted.end()) is not None
            within = before or behind
            embedded = (before and behind) or (within and self._typed.original(at, at + 1) not in _STRAIGHT_QUOTES)
            return Token(Kind.QUOTED, quoted[1], at, at + 1, near, within, embedded), quoted.end()
        if char == ")":
            return Token(Kind.CLOSE, ")", at, at), at + 1
        if char == "|":
            return Token(Kind.BAR if self._typed.original(at, at + 1) == "|" else Kind.DIVIDER, "|", at, at), at + 1
        if fresh:
            if char == "(":
                return Token(Kind.OPEN, "(", at, at), at + 1
            if char == "-" and (written := self._minus_within_text(at)):
                self.notes.append(
                    _(
                        "{written} was read as text: NOT {word} leaves posts out",
                        written=written,
                        word=written[1:],
                    )
                )
                return self._word(at)
            if char in _SIGN_STARTS and (sign := self._sign(at)):
                return Token(_OPERATORS[sign[0]], sign[0], at, at), sign.end()
            if self._has_fields:
                if field := _FIELD.match(text, at):
                    return Token(Kind.FIELD, field[0][:-1], at, at), field.end()
                self._remark(at)
        return self._word(at)

    @cached_property
    def _is_command(self) -> bool:
        """Whether the query may be what is typed into a shell."""
        return is_command(self._text)

    def _minus_within_text(self, at: int) -> str:
        """The -5℃ of a temperature, the -g of a command such as npm i -g or of what begins so; else nothing."""
        written = NEGATIVE_NUMBER.match(self._text, at)
        if written is None and _COMMANDS.match(self._text.lstrip()):
            written = _COMMAND_OPTIONS.match(self._text, at)
        if written is None and (self._is_command or not self._text[:at].strip()):
            written = _COMMAND_OPTION.match(self._text, at)
        return self._typed.original(*written.span()) if written else ""

    def _sign(self, at: int) -> re.Match[str] | None:
        if sign := _SIGN.match(self._text, at):
            return sign
        operator = _OPERATOR.match(self._text, at)
        if operator and (operator[0] == "或" or self._typed.is_upper(*operator.span())):
            return operator
        return None

    def _remark(self, at: int) -> None:
        if empty := _EMPTY_FIELD.match(self._text, at):
            self.notes.append(_("{field} has no value directly after it: read as words", field=empty[0]))
        elif unknown := _UNKNOWN_FIELD.match(self._text, at):
            meant = near_field(unknown[1], tuple(FIELDS))
            if meant or unknown[1].isascii():  # a Chinese word before a colon is mostly text
                note = _("unknown field {name}: read as words", name=unknown[1])
                self.notes.append(_("{note}; did you mean {near}:?", note=note, near=meant) if meant else note)

    def _word(self, at: int) -> tuple[Token, int]:
        """All up to a space, a quote or a bar; brackets within a word belong to it."""
        depth, end = 0, at
        while part := _WORD_PART.match(self._text, end):
            if part[0] == '"' and end > at:
                break
            if part[0] == '"':
                self.notes.append(_("an unclosed quote was ignored"))
            elif part[0] == "(":
                depth += 1
            elif part[0] == ")":
                depth -= 1
                if depth < 0:
                    break
            end = part.end()
        return Token(Kind.WORD, self._text[at:end], at, at), end

    def _balanced(self, found: list[Token]) -> list[Token]:
        if not any(token.kind in _UNREAD for token in found):
            return found
        opened: list[int] = []
        left_out: set[int] = set()
        pairs: list[tuple[int, int, int]] = []
        for number, token in enumerate(found):
            if token.kind is Kind.OPEN:
                opened.append(number)
            elif token.kind is Kind.CLOSE:
                if opened:
                    pairs.append((opened.pop(), number, len(opened)))
                else:
                    left_out.add(number)
        left_out.update(opened)
        if left_out:
            self.notes.append(_("an unmatched bracket was ignored"))
        deep = {number for first, last, depth in pairs if depth >= MAX_DEPTH for number in (first, last)}
        if deep:
            self.notes.append(_("brackets more than {count} levels deep were ignored", count=MAX_DEPTH))
        left_out |= deep
        left_out.update(number for number, token in enumerate(found) if token.kind is Kind.DIVIDER)
        return [token for number, token in enumerate(found) if number not in left_out]


def _is_pasted(tokens: list[Token]) -> bool:
    """Whether a query is so long a sentence that minus signs and quotes in it, apart from others, are punctuation."""
    if any(token.kind in _SIGNS and token.text != "-" for token in tokens):
        return False
    written = [token.text for token in tokens if token.kind is Kind.WORD]
    lengths = [len(unigrams_of(text).texts) for text in written]
    if max(lengths, default=0) >= _PASTED:
        return True
    return sum(lengths) >= _PASTED_WITH_PUNCTUATION and any(map(_PUNCTUATION.search, written))


def _is_prose(tokens: list[Token]) -> bool:
    """Whether a query was pasted or is a sentence: by a long word, or by punctuation within it; no sign is in it."""
    if any(token.kind in _SIGNS for token in tokens):
        return False
    written = [token.text for token in tokens if token.kind is Kind.WORD]
    return any(len(unigrams_of(text).texts) >= _LONG or _PUNCTUATION.search(text) for text in written)
