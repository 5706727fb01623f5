"""Detection of the encodings of Chinese texts."""

import pytest

from searchkit.posts.decoding import clean, decode

SIMPLIFIED = "---\ntitle: 港口的早晨\n---\n<p>他们从来没有见过这样大的雨，街上的人都在等车。</p>\n"
TRADITIONAL = "---\ntitle: 港口的早晨\n---\n<p>他們從來沒有見過這樣大的雨，街上的人都在等車。</p>\n"
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL])
@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode_encodings(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, ())


@pytest.mark.parametrize(("encoding", "text"), [("gbk", SIMPLIFIED), ("gbk", TRADITIONAL), ("big5", TRADITIONAL)])
def test_legacy_encodings(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, ())


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x84\x31\x95\x33"])
def test_byte_order_marks_are_removed(mark: bytes) -> None:
    encoding = {0xFE: "utf-16-be", 0xFF: "utf-16-le", 0xEF: "utf-8", 0x84: "gb18030"}[mark[0]]
    assert decode(mark + "香港".encode(encoding)) == ("香港", ())


SHORT = ["香港", "中国", "你好吗", "天气很好", "台灣", "測試文章", "大學生活", "我們去吃飯", "今天下雨了", "早上好"]


@pytest.mark.parametrize("text", SHORT)
def test_short_legacy_texts(text: str) -> None:
    assert decode(text.encode("gbk"))[0] == text
    try:
        big5 = text.encode("big5")
    except UnicodeEncodeError:
        return
    assert decode(big5)[0] == text


def test_utf16_without_a_mark_is_detected_by_its_front_matter() -> None:
    text = "---\ntitle: a\nlayout: post\n---\n" + "港口的早晨" * 20_000
    assert decode(text.encode("utf-16-le")) == (text, ())


def test_utf8_with_a_few_invalid_bytes_is_not_taken_for_gbk() -> None:
    data = SIMPLIFIED.encode()
    text, warnings = decode(b"\xff\x80" + data)
    assert "街上的人都在等车" in text
    assert warnings == ("invalid UTF-8: replaced 2 bytes",)


def test_a_short_utf8_text_with_an_invalid_byte_is_not_taken_for_gbk() -> None:
    assert decode("德没业".encode() + b"\xff")[0] == "德没业\ufffd"


def test_a_truncated_last_character_is_one_warning() -> None:
    text, warnings = decode("甲乙丙丁".encode()[:-1])
    assert text == "甲乙丙\ufffd"
    assert warnings == ("invalid UTF-8: replaced 1 byte",)


def test_gbk_with_an_invalid_byte_is_decoded_as_gbk() -> None:
    text, warnings = decode(SIMPLIFIED.encode("gbk") + b"\xff\n")
    assert "街上的人都在等车" in text
    assert warnings == ("invalid GB18030: replaced some bytes",)


def test_latin1_is_not_taken_for_chinese() -> None:
    text, warnings = decode("un café noir, très fort".encode("latin-1"))
    assert text.startswith("un caf\ufffd noir")
    assert warnings


@pytest.mark.parametrize(
    ("dirty", "text"),
    [
        ("甲\r\n乙\r丙\n", "甲\n乙\n丙\n"),
        ("\x00a\x07\x08\x0b\x0c\x0e\x1b[31m\x7fb\x9b\tc", "a[31mb\tc"),
        ("\u200b零\u3000宽", "\u200b零\u3000宽"),
        ("a\ud800b", "a\ufffdb"),
        ("\U00020000𠮷😀", "\U00020000𠮷😀"),
    ],
)
def test_clean_removes_control_characters_only(dirty: str, text: str) -> None:
    assert clean(dirty) == text


def test_an_empty_file_is_an_empty_text() -> None:
    assert decode(b"") == ("", ())
