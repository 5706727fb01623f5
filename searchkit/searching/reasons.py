"""Why a hit was found, and what its score is made of. Only ``explain=True`` asks for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit.engines.protocol import Match
from searchkit.explanation import Explanation, How, Reason, TermScore
from searchkit.language import fold, unigrams, words
from searchkit.language.identifiers import identifiers, is_part
from searchkit.language.lexicon import Lexicon
from searchkit.language.spellings import other_spellings
from searchkit.query.ast import Pinyin, asks_for_text
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.needles import needle_of, open_needle
from searchkit.query.patterns import read_pattern
from searchkit.query.tags import named_tags
from searchkit.query.words import cut
from searchkit.searching.occurrences import Occurrences, nearness, occurrences
from searchkit.snippets.folded import LazyFoldedText, folded_text
from searchkit.snippets.matching import finder_of

_TITLE = "title_"
_NOWHERE = Occurrences()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word of a query.

    Attributes:
        text: as it was typed.
        folded: the same, folded.
        spellings: other ways to write it.
        synonyms: what it is called elsewhere.
    """

    text: str
    folded: str
    spellings: tuple[str, ...]
    synonyms: tuple[str, ...]

    @classmethod
    def of(cls, text: str, lexicon: Lexicon) -> _Asked:
        folded = fold(text)
        found = cut(folded, lexicon)
        whole = found[0] if len(found) == 1 else None
        return cls(text, folded, whole.spellings if whole else (), whole.synonyms if whole else ())

    def terms(self, lexicon: Lexicon) -> set[tuple[str, str]]:
        """The terms that it ranks by, in any of its forms, each with its kind."""
        found = {("words", self.folded)}
        for form in (self.folded.strip("*"), *self.spellings, *self.synonyms):
            cut = unigrams(form)
            found |= {("words", word) for word in words(form, lexicon)}
            found |= {("unigrams", unigram) for unigram in cut.texts}
            found |= {("bigrams", bigram) for bigram, _ in cut.bigrams()}
        return found

    def needles(self) -> list[Needle]:
        """What to look for: each of its forms; of a pattern its stem."""
        if read_pattern(self.folded):
            found = [_pattern_needle(self.folded)]
        else:
            found = [needle_of(form) for form in (self.folded, *self.spellings, *self.synonyms)]
        return [needle for needle in found if needle]


def explanation(query: CompiledQuery, match: Match) -> Explanation:
    """Why a match was found; its ``parts`` are what the score is made of.

    >>> from searchkit.model import Document
    >>> from searchkit.query import compile_query
    >>> document = Document("a.md", "國際論壇", None, "", "", (), "")
    >>> found = explanation(compile_query("论坛"), Match(document, 2.0, parts=(("words", "论坛", 2.0),)))
    >>> found.reasons[0].how, found.reasons[0].found, found.reasons[0].parts
    ('other script', '論壇', (('words', '论坛', 2.0),))
    """
    left = list(match.parts)
    title, body = folded_text(match.document.title), folded_text(match.document.text)
    text = folded_text(f"{match.document.title}\n{match.document.text}")
    reasons = []
    places: dict[str, Occurrences] = {}
    for word in _words(query, match):
        asked = _Asked.of(word, query.lexicon)
        terms = asked.terms(query.lexicon)
        own = [part for part in left if (part[0].removeprefix(_TITLE), part[1]) in terms]
        left = [part for part in left if part not in own]
        how, found = _found(asked, own, text)
        names = _names(asked, match) if how == "text" and not found else []
        if names:
            how, found = "part", _first_place(names[0], text)
        elif how == "text" and not found and (tag := _tag(asked.text, query, match)):
            how, found = "tag", tag
        if asked.text in match.missing or (query.match_any and how == "text" and not found):
            how, found = "missing", ""
        else:
            places[asked.text] = occurrences([*asked.needles(), *names], title, body)
        reasons.append(_reason(asked.text, how, found, own, places.get(asked.text, _NOWHERE)))
    for typed in _pinyin(query):
        own = [part for part in left if part[:2] == ("words", typed)]
        left = [part for part in left if part not in own]
        reasons.append(_reason(f"pinyin:{typed}", "pattern", "", own, _NOWHERE))
    if left:
        reasons.append(_reason("", "", "", left, _NOWHERE))
    return Explanation(tuple(sorted(reasons, key=lambda reason: -reason.score)), match.freshness, nearness(places))


def _names(asked: _Asked, match: Match) -> list[Needle]:
    """The identifiers of a post of which a word is a part."""
    if not is_part(asked.folded):
        return []
    found = identifiers(f"{match.document.title}\n{match.document.text}")
    needles = (needle_of(name) for name, parts in found.items() if asked.folded in parts)
    return [needle for needle in needles if needle]


def _tag(word: str, query: CompiledQuery, match: Match) -> str:
    """The tag of a post for which it has a word; empty if there is none."""
    clauses = [clause for clause in query.optional if clause.text == word] or query.optional
    named = named_tags(replace(query, optional=tuple(clauses)))
    return next((tag for tag in match.document.tags if fold(tag) in named), "")


def _words(query: CompiledQuery, match: Match) -> list[str]:
    """The words of a query as they were typed; where all is required, its texts."""
    clauses = (clause for clause in query.optional if clause.text in match.missing or asks_for_text(clause.query))
    typed = dict.fromkeys(clause.text for clause in clauses)
    if typed:
        return list(typed)
    folded = fold(query.text)
    return [text for needle in query.needles if (text := "".join(needle.unigrams)) in folded]


def _pinyin(query: CompiledQuery) -> list[str]:
    """The pinyin that ranks."""
    return [pattern.text for pattern in query.scoring_patterns if isinstance(pattern, Pinyin)]


def _found(asked: _Asked, own: Sequence[TermScore], text: LazyFoldedText) -> tuple[How, str]:
    """How a text has a word, and as what it writes it; empty where it is not in one piece."""
    if read_pattern(asked.folded):
        return "pattern", _first_place(_pattern_needle(asked.folded), text)
    as_word = any(term == asked.folded and stream.endswith("words") for stream, term, _ in own)
    if asked.text in text.original:
        return "word" if as_word else "text", asked.text
    if written := _written(asked.folded, text):
        if _letters(written) != _letters(asked.text):
            return "other script", written
        return "word" if as_word else "text", written
    spelled: How = "spelling" if other_spellings(asked.folded) else "numeral"
    ways: list[tuple[How, tuple[str, ...]]] = [(spelled, asked.spellings), ("synonym", asked.synonyms)]
    for how, forms in ways:
        for form in forms:
            if written := _written(form, text):
                return how, written
    return "text", ""


def _written(form: str, text: LazyFoldedText) -> str:
    """A folded text as the original first writes it; empty where it does not."""
    return _first_place(needle_of(form), text)


def _pattern_needle(pattern: str) -> Needle | None:
    """What to look for of a word with stars; None for one with a tilde, whose words only the index knows."""
    return open_needle(pattern) if "*" in (pattern[0], pattern[-1]) else None


def _first_place(needle: Needle | None, text: LazyFoldedText) -> str:
    places = finder_of(needle).find_all(text.text, 0, len(text.text), 1) if needle else []
    if not places:
        return ""
    start, end = text.original_span(*places[0])
    return text.original[start:end]


def _letters(text: str) -> str:
    """What is left of a text without case, width and signs."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _reason(word: str, how: How, found: str, own: Sequence[TermScore], places: Occurrences) -> Reason:
    shown = [
        (stream.replace("_", " "), term.replace(" ", "") if stream.endswith("bigrams") else term, score)
        for stream, term, score in own
    ]
    strongest = sorted(shown, key=lambda part: -part[2])
    other_forms = tuple(form for form in places.forms if _letters(form[0]) != _letters(word))
    score = sum(score for _, _, score in own)
    return Reason(word, how, found, score, tuple(strongest), len(places.title), len(places.text), other_forms)
