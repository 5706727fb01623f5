"""Decoding of post files: detection of the encoding, and replacement of invalid bytes."""

from __future__ import annotations

import codecs
import re

from searchkit.messages import _

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

# The 600 most frequent Han characters of 20,000 posts, in both scripts: they make up most of a correctly decoded text.
_COMMON = frozenset(
    "的是一在人中不有大了我国到以和上年这可家他能为个要國出自也多会新就文美作之生政方们地对道事下成用来如本者行主而时分民得為法會日都最時工看老发台所被但影這同其意公说好力全加史些明面子于持來情你前理过小克"
    "個天性很平更后說然外经信重保想月社与期动因定制頻們心相入特對高楊去学现或部世直实化代果那度治通关正三何共此种体开解目界位提么支当起後及由表件已片利活接市做合反過至與还只系什常經第知己比里感現安没各打論"
    "城斯名业收金近真手数播任无立次等机进像思并交网使身海受處北於点间歷将问開题西内式音样放战每港从论十展程回視应建二员享罗發权非它流言未香容资學推向間府您义少傑實基场商着點今迎關视局結产柳友助记长司示集歡"
    "息改指据认考需德报完再普口教貴管原量联女把動請物品報即南路京越命电存留閱當沒元官查疫太话告历給深取两频盧戰白州內包望技变党清水將求造整四英科百媒資始统传案济才種連山务议革该體格麼布無微灣還員失病强究让"
    "区跟字策注題宾她書記先空又给必著業免兩广例东士九导控总院網结形走色版軍精供訂周消場头華别象並击希俄争份步具拍运否引易故快调列研选观球酒抗章李問密變谈确计难樣謝客進六投军群风书图术錦帶義候值服創權話识超"
    "神讀境首华應几死林星覺源喜警房站待马曾轉往闻長武麟见且底防段機習决參演证透根除户拉标破從算模企哥门许光半领类价討器款爱另致组级万达设仍數產专歌羅尔称处欢规族街專习互请监似續际复五火東乎早石濟增车条单電"
)
_MAX_SCORED_BYTES = 65536
_MAX_UTF16_SAMPLE = 1024
_MIN_SCORE = 0.35
"""The minimum score of a legacy decoding: correctly decoded Chinese has 0.5 and more, other text 0.1 to 0.3."""

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_IMPLAUSIBLE = re.compile("[\u0080-\u00ff\u0370-\u052f\u2400-\u2bff\u3040-\u31ff\ue000-\uf8ff\ufffd]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode the bytes of a file, whose encoding is unknown, and clean the text.

    The encoding is, in this order: that of a byte order mark; UTF-8, if the bytes are valid; UTF-16; GB18030 or Big5,
    whichever results in more common characters. Otherwise it is UTF-8 with U+FFFD for invalid bytes, and a warning.

    Returns:
        The text as returned by ``clean``, and warnings.

    >>> decode("香港".encode("big5"))
    ('香港', ())
    """
    text, warnings = _decode(data)
    return clean(text), warnings


def clean(text: str) -> str:
    """Normalize line ends to ``\\n``, remove control characters, and replace unpaired surrogates.

    >>> clean("甲\\r\\n乙\\x1b[31m")
    '甲\\n乙[31m'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", text)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_replacing(data[len(mark) :], encoding)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if "\0" in text or not text:
        utf16 = _detect_utf16(data)
        if utf16:
            return _decode_replacing(data, utf16)
    if text or not data:
        return text, ()
    return _legacy(data)


def _decode_replacing(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), (
            _("invalid {encoding}: replaced some bytes", encoding=encoding.upper()),
        )


def _detect_utf16(data: bytes) -> str:
    """The byte order of UTF-16 without a mark: the zero bytes of ASCII characters are all at even or odd offsets."""
    sample = data[:_MAX_UTF16_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    minimum = len(sample) // 40 + 1  # front matter and line ends are enough
    if odd >= minimum and odd > 10 * even:
        return "utf-16-le"
    if even >= minimum and even > 10 * odd:
        return "utf-16-be"
    return ""


def _legacy(data: bytes) -> tuple[str, tuple[str, ...]]:
    utf8 = data.decode("utf-8", "replace")
    invalid = utf8.count("\ufffd")
    valid = _non_ascii(utf8) - invalid
    one = invalid == 1
    warning = _("invalid UTF-8: replaced 1 byte") if one else _("invalid UTF-8: replaced {count} bytes", count=invalid)
    if invalid * 3 <= valid:
        return utf8, (warning,)
    score, encoding = max((_score(data, encoding), encoding) for encoding in ("big5hkscs", "gb18030"))
    if score < _MIN_SCORE:
        return utf8, (warning,)
    return _decode_replacing(data, encoding)


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _score(data: bytes, encoding: str) -> float:
    """How plausible the decoded text is as Chinese, from 0 to 1, which is all common characters."""
    text = data[:_MAX_SCORED_BYTES].decode(encoding, "replace")
    han = _HAN.findall(text)
    if not han:
        return 0.0
    points = sum(1.0 if char in _COMMON else 0.6 * _is_level_1(char) for char in han)
    return points / (len(han) + 2 * len(_IMPLAUSIBLE.findall(text)))


def _is_level_1(char: str) -> bool:
    """Whether a character is in level 1 of GB 2312 (3,755 simplified) or of Big5 (5,401 traditional characters)."""
    simplified = char.encode("gb2312", "ignore")
    traditional = char.encode("big5", "ignore")
    return b"\xb0" < simplified < b"\xd8" or b"\xa4\x40" <= traditional < b"\xc6\x80"
