"""The files of own words and own synonyms: what a line means, and which are left out with a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import searchkit
from searchkit.settings.wordlists import MAX_SYNONYMS, read_lexicon

HAN = "not a word of Han characters, with a frequency and a tag or without"
PAIR = "not two or more words with = between, or => for one way"


@pytest.mark.parametrize(
    ("line", "frequencies"),
    [
        ("小通关", {"小通关": 1}),
        ("小通关 5", {"小通关": 5}),
        ("小通关 5 n", {"小通关": 5}),
        ("小通关 nz", {"小通关": 1}),
        ("  小通关\t5  ", {"小通关": 5}),
        ("小通關　５", {"小通关": 5}),
        ("小通关 0", {"小通关": 0}),
        ("小通关 5 # 2021", {"小通关": 5}),
        ("北京 0", {"北京": 0}),
        ("北京", {}),
        ("北京 34488 ns", {}),
        ("# 小通关", {}),
        ("", {}),
        ("小通关 5\n小通關 7", {"小通关": 7}),
    ],
)
def test_a_line_of_a_dictionary(tmp_path: Path, line: str, frequencies: dict[str, int]) -> None:
    """Words that are as frequent in jieba's dictionary change nothing, and are left out."""
    lexicon, problems = read(tmp_path, dictionary=f"{line}\n")
    assert (lexicon.frequencies, problems) == (frequencies, [])


@pytest.mark.parametrize(
    ("text", "synonyms"),
    [
        ("清关 = 通关", {"清关": ("通关",), "通关": ("清关",)}),
        ("清關＝通關", {"清关": ("通关",), "通关": ("清关",)}),
        ("甲 = 乙 = 丙", {"甲": ("乙", "丙"), "乙": ("甲", "丙"), "丙": ("甲", "乙")}),
        ("甲 => 乙 = 丙", {"甲": ("乙", "丙")}),
        ("甲 = 乙 => 丙", {"甲": ("丙",), "乙": ("丙",)}),
        ("k8s = Kubernetes", {"k8s": ("kubernetes",), "kubernetes": ("k8s",)}),
        ("纽约 => New York", {"纽约": ("new york",)}),
        ("甲 = 乙\n甲 = 丙", {"甲": ("乙", "丙"), "乙": ("甲",), "丙": ("甲",)}),
        ("甲 = 甲 = 乙", {"甲": ("乙",), "乙": ("甲",)}),
        ("C# = 语言 # 注释", {"c#": ("语言",), "语言": ("c#",)}),
    ],
)
def test_a_line_of_synonyms(tmp_path: Path, text: str, synonyms: dict[str, tuple[str, ...]]) -> None:
    lexicon, problems = read(tmp_path, synonyms=text)
    assert (lexicon.synonyms, problems) == (synonyms, [])


@pytest.mark.parametrize(
    ("name", "text", "reasons"),
    [
        ("dictionary", "卡拉OK 3\n小通关\n5G\n玛丽·居里", [f"lines 1, 3, 4: {HAN}"]),
        ("dictionary", "甲 乙", [f"line 1: {HAN}"]),
        ("dictionary", "小通关 -3\n小通关 3.5", [f"lines 1, 2: {HAN}"]),
        ("dictionary", "甲a\n" * 7, [f"lines 1, 2, 3 and 4 more: {HAN}"]),
        ("dictionary", "小通关 1234567890123", ["line 1: the frequency has more than 9 digits"]),
        ("synonyms", "单\n甲 = 乙\n甲 =\n= 乙\n=>\n甲 = 甲\n。 = 乙", [f"lines 1, 3, 4 and 3 more: {PAIR}"]),
    ],
)
def test_a_line_that_means_nothing_is_left_out_with_its_number(
    tmp_path: Path, name: str, text: str, reasons: list[str]
) -> None:
    _, problems = read(tmp_path, **{name: text})
    assert [(problem.path, problem.reason) for problem in problems] == [
        (str(tmp_path / f"{name}.txt"), reason) for reason in reasons
    ]


def read(folder: Path, **texts: str):  # type: ignore[no-untyped-def]
    files = {name: folder / f"{name}.txt" for name in texts}
    for name, file in files.items():
        file.write_text(texts[name], encoding="utf-8")
    return read_lexicon(files.get("dictionary"), files.get("synonyms"))


def test_a_word_has_many_synonyms_but_not_any_number(tmp_path: Path) -> None:
    words = " = ".join(f"词{number}" for number in range(100))
    assert {len(found) for found in read(tmp_path, synonyms=words)[0].synonyms.values()} == {MAX_SYNONYMS}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_lists_in_any_encoding_of_posts(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "words.txt").write_bytes("小通关\r\n港人治港 5\r\n的时候了 3\r\n".encode(encoding))
    assert read_lexicon(tmp_path / "words.txt", None)[0].frequencies["港人治港"] == 5


def test_a_part_of_a_longer_word_comes_first_in_any_order(tmp_path: Path) -> None:
    lines = ["云计算平台\n", "云计算 90000\n"]
    first, second = (read(tmp_path, dictionary="".join(order))[0] for order in (lines, lines[::-1]))
    assert first == second
    assert first.cut("云计算平台") == ["云计算平台"]


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    with pytest.raises(searchkit.SettingsError, match=f"there is no dictionary {missing}; correct its path"):
        read_lexicon(missing, None)
    with pytest.raises(searchkit.SettingsError, match=f"cannot read synonyms {tmp_path}: Is a directory"):
        read_lexicon(None, tmp_path)


@given(st.text(), st.text("甲乙 =>#\n0a"))
@example("", "0=0>")
def test_any_text_is_read(tmp_path_factory: pytest.TempPathFactory, dictionary: str, synonyms: str) -> None:
    folder = tmp_path_factory.mktemp("lists")
    for name, text in (("d.txt", dictionary), ("s.txt", synonyms)):
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    lexicon, _ = read_lexicon(folder / "d.txt", folder / "s.txt")
    assert all(word not in others for word, others in lexicon.synonyms.items())
