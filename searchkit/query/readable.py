"""Here is what a query means: how does a person read it?"""

from __future__ import annotations

from whoosh.query import And, DateRange, Every, FuzzyTerm, Not, Or, Phrase, Prefix, Query, Term, Wildcard

from searchkit.query.nodes import InBody, Near, Pinyin
from searchkit.query.parsed import ParsedQuery

_TITLE = "title_"
_TEXT_FIELDS = ("unigrams", "bigrams", "words", "boundaries")


def readable(query: ParsedQuery) -> str:
    """A parsed query in a line; a text is in quotes, whatever it was typed as.

    >>> from searchkit.query.parser import parse
    >>> readable(parse("香港 软件 -title:通关"))
    'all of: "香港", ("软件" OR "软体"); required: NOT title:"通关"'
    """
    said = []
    if query.words:
        said.append(f"{'any' if query.question else 'all'} of: " + ", ".join(_say(word.query) for word in query.words))
    if not isinstance(query.match, Every):
        said.append(f"required: {_joined(query.match) or _say(query.match)}")
    return "; ".join(said) or "every post"


def _say(query: Query) -> str:
    match query:
        case Term() | Prefix() | Wildcard() | FuzzyTerm():
            star = "*" if type(query) is Prefix else f"~{query.maxdist}" if type(query) is FuzzyTerm else ""
            joined = query.text.replace(" ", "") if query.fieldname.endswith("bigrams") else query.text
            return _in_field(query.fieldname, joined + star)
        case Phrase():
            bigrams = [bigram.partition(" ") for bigram in query.words]
            return _in_field(query.fieldname, "".join([bigrams[0][0], *(second for _, _, second in bigrams)]))
        case And() | Or():
            return f"({_joined(query)})"
        case Not():
            return f"NOT {_say(query.query)}"
        case InBody():
            return f"body:{_say(query.child)}"
        case Near():
            texts = " ".join("".join(needle.unigrams) for needle in query.needles)
            field = "body:" if query.in_body else "title:" if query.needles[0].title_only else ""
            return f'{field}"{texts}"~{query.between}'
        case Pinyin():
            return f"pinyin:{query.text}"
        case DateRange():
            ends = (query.startdate, query.enddate)
            first, last = ("" if end is None else end.isoformat(" ", "minutes")[:16] for end in ends)
            return f"date:{first}..{last}"
    return str(query)


def _joined(query: Query) -> str:
    """The parts of a query with a word between; empty if it has none."""
    if not isinstance(query, (And, Or)):
        return ""
    word = " AND " if isinstance(query, And) else " OR "
    # a Not alone stands beside what matches everything
    said = [_say(part) for part in query.subqueries if not isinstance(part, Every)]
    return word.join(said).replace(" AND NOT ", " NOT ")


def _in_field(field: str, text: str) -> str:
    stream = field.removeprefix(_TITLE)
    if stream not in _TEXT_FIELDS:
        return f'{field}:"{text}"'
    return ("title:" if stream != field else "") + f'"{text}"'
