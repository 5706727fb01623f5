"""searchkit.toml: what it may say, where it is found, what an error names."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit.settings.archive import KEYS, Settings, find_settings


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "searchkit.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/wang")
    file = written(
        tmp_path,
        """
        corpus = "posts"
        index = "~/indexes/blog"
        timezone = "Asia/Shanghai"
        include = ["*.txt"]
        exclude = ["diary/", "草稿/**"]
        dictionary = "../dictionary.txt"
        synonyms = "/lists/synonyms.txt"
        """,
    )
    assert find_settings(tmp_path) == Settings(
        file=file,
        corpus=tmp_path / "posts",
        index=Path("/home/wang/indexes/blog"),
        timezone="Asia/Shanghai",
        include=("*.txt",),
        exclude=("diary/", "草稿/**"),
        dictionary=tmp_path.parent / "dictionary.txt",
        synonyms=Path("/lists/synonyms.txt"),
    )


def test_without_settings_the_folder_itself_is_the_corpus(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    assert find_settings(tmp_path) == Settings(file, corpus=tmp_path, index=tmp_path / "index")


def test_the_nearest_file_in_the_folder_or_above_counts(tmp_path: Path) -> None:
    outer, inner = written(tmp_path, ""), written(tmp_path / "blog", "")
    for folder, file in (("blog/a/b", inner), ("blog", inner), ("other/not/there", outer)):
        found = find_settings(tmp_path / folder)
        assert found is not None
        assert found.file == file


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    written(tmp_path, "\ufeffcorpus = 'posts'\r\nindex = 'i'\r\n")
    assert find_settings(tmp_path).index == tmp_path / "i"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\ncorpsu = "a"', "line 2: there is no setting 'corpsu'; did you mean corpus?; the settings are corpus"),
        ('Index = "a"', "line 1: there is no setting 'Index'; did you mean index?"),
        ('[tool]\nx = 1', f"line 1: there is no setting 'tool'; the settings are {', '.join(KEYS)}"),
        ('"索引" = "a"', "line 1: there is no setting '索引'"),
        ("corpus = 3", 'line 1: corpus is to be a text, not 3; write: corpus = "…"'),
        ('corpus = ""', "corpus is to be a text, not ''"),
        ('# timezone\n\ntimezone = true', "line 3: timezone is to be a text, not true"),
        ('include = "*.txt"', "line 1: include is to be a list of texts, not '*.txt'; write: include = ["),
        ("exclude = [1]", "exclude is to be a list of texts, not [1]"),
        ('corpus = "a"\nindex = b', "is not TOML: Invalid value (at line 2, column 9)"),
        ('corpus = "a"\ncorpus = "b"', "is not TOML: "),
        ("index = [" * 2000, "is not TOML"),
    ],
)  # fmt: skip
def test_what_is_no_setting_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(searchkit.SettingsError) as raised:
        find_settings(tmp_path)
    assert str(raised.value).startswith(str(file))
    assert message in str(raised.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    written(tmp_path, "").write_bytes('corpus = "帖子"'.encode("gb18030"))
    with pytest.raises(searchkit.SettingsError, match="is not UTF-8; save it as UTF-8"):
        find_settings(tmp_path)


def test_a_folder_of_that_name_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "a" / "searchkit.toml").mkdir(parents=True)
    file = written(tmp_path, "")
    assert find_settings(tmp_path / "a").file == file  # type: ignore[union-attr]
