"""Other forms of Latin words and of numbers: what is written as one word or in parts, in one piece or in groups."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from searchkit.language.unigrams import is_alnum_run, is_letter_run
from searchkit.query.questions import is_function_word
from searchkit.query.segmentation import unigrams_of

Occurring = Callable[[Collection[str]], set[str]]
"""Which of some texts any document of an index contains. One call for many texts: an index may be behind a network."""

_LONGEST = 20  # letters of a word that may be two
_MOST_PARTS = 6
_SHORTEST_IN_PARTS = 8  # letters of a word that may be three or four
_MOST_WORDS = 4
_LONGEST_ACRONYM = 4  # letters
_FIRST_LETTERS = frozenset("bcefghjklnpquvwxz")  # e-mail, x-ray; not what follows an apostrophe, nor a and I
_LAST_LETTERS = frozenset("bcefghjklnpqruvwxyz")
_CONTRACTED = frozenset(("re", "ve", "ll"))  # we're is we re
_NO_ACRONYMS = frozenset(("id", "im"))  # I'd, I'm

_SHORTEST_NUMBER = 10  # digits of a telephone number
_LONGEST_NUMBER = 19  # of a bank card
_LAYOUTS = {
    10: ("334", "37", "46", "433", "343", "55", "28", "244"),
    11: ("344", "38", "47", "335", "1334", "434"),
    12: ("48", "444", "39", "2334", "3333"),
    13: ("3a", "2344"),
    15: ("465",),
    16: ("6a",),
    18: ("684", "6444"),
    19: ("6d", "6445"),
}
"""The groups of digits, hexadecimal, in which telephones, cards and identity cards of so many digits are written."""

_TYPED_GROUPS = re.compile(
    "1[3-9][0-9] [0-9]{4} [0-9]{4}|1[3-9][0-9] [0-9]{8}|1[3-9][0-9]{2} [0-9]{3} [0-9]{4}|1[3-9][0-9]{2} [0-9]{7}"
    "|[48]00 [0-9]{3} [0-9]{4}|[0-9]{4}(?: [0-9]{4}){3}(?: [0-9]{1,3})?|[0-9]{6} [0-9]{4} [0-9]{4} [0-9]{4}"
    "|97[89] [0-9]{1,5} [0-9]{2,7} [0-9]{1,6} [0-9]"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_ISBN = {10: range(1, 2), 13: range(1, 4)}  # digits of its group

_ACCENTS = "aàáâãäåāă cçćč eéèêëēě gğ iíìîïī lł nñń oóòôõöøō sšśş uúùûüū yýÿ zžźż"
_ACCENTED = {letters[0]: letters[1:] for letters in _ACCENTS.split()}


def latin_forms(text: str) -> tuple[str, ...]:
    """The other forms of a folded word that is no Han word, most of which no index has.

    >>> latin_forms("node.js"), latin_forms("cafe")[-2:]
    (('nodejs',), ('caf\u0113', 'caf\u011b'))
    """
    texts = unigrams_of(text).texts
    if not texts or not all(map(is_alnum_run, texts)):
        return ()
    return (*number_forms(texts), *word_forms(texts), *(_accented(text) if texts == [text] else ()))


def _accented(word: str) -> Iterator[str]:
    """A word with an accent, or on every e."""
    if 2 < len(word) <= _LONGEST and word.isascii() and not is_function_word(word, word):
        for at, letter in enumerate(word):
            yield from (word[:at] + accented + word[at + 1 :] for accented in _ACCENTED.get(letter, ""))
        if word.count("e") > 1:
            yield word.replace("e", "é")


def word_forms(texts: Sequence[str]) -> tuple[str, ...]:
    """A Latin word in two parts, an acronym with its dots; a word in parts as one.

    Args:
        texts: the unigrams of the word.

    >>> word_forms(["wi", "fi"]), word_forms(["plugs"]), word_forms(["ai"])
    (('wifi',), ('p lugs', 'pl ugs', 'plu gs'), ('a i',))
    """
    if len(texts) == 1 and is_letter_run(texts[0]):
        return tuple(_parted(texts[0]))
    if len(texts) == 2 and is_letter_run(texts[0]) and not is_letter_run(texts[1]):
        return tuple(f"{form} {texts[1]}" for form in _parted(texts[0]) if len(texts[0]) > 2)
    return _joined(texts)


def _joined(texts: Sequence[str]) -> tuple[str, ...]:
    letters = [is_letter_run(text) for text in texts]
    neighbours = list(itertools.pairwise(letters))
    is_word = len(texts) <= _MOST_PARTS and (True, True) in neighbours and (False, False) not in neighbours
    return ("".join(texts),) if is_word else ()


def _parted(word: str) -> Iterator[str]:
    if is_function_word(word, word) or len(word) > _LONGEST:
        return
    if 2 <= len(word) <= _LONGEST_ACRONYM and word not in _NO_ACRONYMS:
        yield " ".join(word)
    if len(word) < 4:
        return
    for at in range(1, len(word)):
        first, last = word[:at], word[at:]
        if (len(first) == 1 and first not in _FIRST_LETTERS) or (len(last) == 1 and last not in _LAST_LETTERS):
            continue
        if not is_function_word(first, first) and last not in _CONTRACTED:
            yield f"{first} {last}"


def in_parts(word: str, occurring: Occurring) -> tuple[str, ...]:
    """A word as three words or four, no function words: maxretrycount as max retry count, not together as to get her.

    Args:
        word: folded letters.
        occurring: which texts the index has; each part and the whole must occur. It is asked at most once a part.

    >>> in_parts("maxretrycount", {"max", "retry", "count", "max retry count"}.intersection)
    ('max retry count',)
    """
    if not _SHORTEST_IN_PARTS <= len(word) <= _LONGEST or not word.isascii():
        return ()
    begun: list[tuple[tuple[str, ...], str]] = [((), word)]
    divided: list[tuple[str, ...]] = []
    asked: set[str] = set()
    words: set[str] = set()
    while begun:
        texts = {text for parts, rest in begun for text in _next_parts(parts, rest)} - asked
        asked |= texts
        words |= occurring({text for text in texts if not is_function_word(text, text)})
        divided += ((*parts, rest) for parts, rest in begun if len(parts) > 1 and rest in words)
        begun = [
            ((*parts, part), rest.removeprefix(part))
            for parts, rest in begun
            for part in _first_parts(parts, rest)
            if part in words
        ]
    wholes = [" ".join(parts) for parts in sorted(divided, key=lambda parts: [len(part) for part in parts[:-1]])]
    found = occurring(wholes) if wholes else set()
    return tuple(whole for whole in wholes if whole in found)


def _next_parts(parts: tuple[str, ...], rest: str) -> Iterator[str]:
    """What may follow some parts of a word: the rest, or a beginning of it."""
    if len(parts) > 1:
        yield rest
    yield from _first_parts(parts, rest)


def _first_parts(parts: tuple[str, ...], rest: str) -> Iterator[str]:
    if len(parts) < _MOST_WORDS - 1:
        yield from (rest[:at] for at in range(2, len(rest) - 1))


def number_forms(texts: Sequence[str]) -> tuple[str, ...]:
    """A number of ten digits or more in one piece and in the groups in which people write it; one with wide commas.

    >>> number_forms(["13800001234"])[:2], number_forms(["138", "0000", "1234"])[:1], number_forms(["12345"])
    (('138-0000-1234', '138 0000 1234'), ('13800001234',), ('12、345',))
    """
    digits = "".join(texts)
    if not digits.isdecimal() or not digits.isascii():
        return ()
    if len(texts) == 1 and 5 <= len(digits) < _SHORTEST_NUMBER and digits[0] != "0":
        return _with_wide_commas(digits)
    if not _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER:
        return ()
    whole = (digits,) if len(texts) > 1 else ()
    grouped = (sign.join(parts) for parts in _grouped(digits) for sign in "- ")
    area_codes = (f"{digits[:length]}){digits[length:]}" for length in (3, 4)) if digits[0] == "0" else ()
    return (*whole, *grouped, *area_codes)


def is_grouped(groups: Sequence[str]) -> bool:
    """Whether digits are a telephone number, a bank or identity card, or an ISBN in groups, and not just years.

    >>> is_grouped(["138", "0000", "1234"]), is_grouped(["120", "110", "119", "112"]), is_grouped(["2020"] * 4)
    (True, False, False)
    """
    written = " ".join(groups)
    return _TYPED_GROUPS.fullmatch(written) is not None and not all(map(_YEAR.fullmatch, groups))


def _with_wide_commas(digits: str) -> tuple[str, ...]:
    first = len(digits) % 3 or 3
    return ("、".join((digits[:first], *re.findall("...", digits[first:]))),) if first > 1 else ()


def _grouped(digits: str) -> Iterator[list[str]]:
    length = len(digits)
    layouts = [[int(group, 16) for group in layout] for layout in _LAYOUTS.get(length, ())]
    if length > 12:
        layouts.append([4] * (length // 4) + ([length % 4] if length % 4 else []))
    for group in _ISBN.get(length, ()):
        prefix = [3, group] if length == 13 else [group]
        rest = length - sum(prefix) - 1
        layouts += [[*prefix, publisher, rest - publisher, 1] for publisher in range(1, rest)]
    for layout in layouts:
        places = [sum(layout[:number]) for number in range(len(layout) + 1)]
        yield [digits[start:end] for start, end in itertools.pairwise(places)]
