"""Messages in Chinese where the locale is, and catalogs that are whole."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from rich.cells import cell_len

from searchkit.cli.parser import whole_parser
from searchkit.messages import _, language_of, speaking

ROOT = Path(__file__).parents[1]

_spec = importlib.util.spec_from_file_location("catalogs", ROOT / "tools" / "catalogs.py")
assert _spec is not None
assert _spec.loader is not None
catalogs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(catalogs)

LOCALES = ["zh_CN", "zh_TW"]


def messages(locale: str) -> Iterator[Message]:
    catalog: Catalog = catalogs.read(catalogs.po_file(locale))
    return (message for message in catalog if message.id)


def fields(text: str) -> set[str | None]:
    return {name for _text, name, *_others in Formatter().parse(text)} - {None}


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("zh_CN.UTF-8", "zh-CN"), ("zh", "zh-CN"), ("zh_SG", "zh-CN"), ("zh-Hans", "zh-CN"),
        ("zh_TW.Big5", "zh-TW"), ("zh_HK.UTF-8", "zh-TW"), ("zh_MO", "zh-TW"), ("zh-Hant", "zh-TW"),
        ("en_US.UTF-8", "en"), ("C", "en"), ("POSIX", "en"), ("de_DE", "en"), ("zha", "en"), ("", "en"),
    ],
)  # fmt: skip
def test_the_language_of_a_locale(named: str, language: str) -> None:
    assert language_of(named) == language


def test_a_block_speaks_its_language() -> None:
    with speaking("zh-CN"):
        assert _("{path} is missing", path="a{b}.md") == "缺少 a{b}.md"
        with speaking("zh-TW"):
            assert _("{count:,} posts", count=1234) == "1,234 篇"
    assert _("{path} is missing", path="a") == "a is missing"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "请运行：searchkit rebuild-index"),
        ({"LC_ALL": "zh_HK.UTF-8", "LANG": "en_US"}, "請執行：searchkit rebuild-index"),
        ({"LANGUAGE": "zh_TW:en", "LC_ALL": "C.UTF-8"}, "請執行：searchkit rebuild-index"),
        ({"LANGUAGE": "en:zh", "LANG": "zh_CN.UTF-8"}, "run: searchkit rebuild-index"),
    ],
)
def test_a_command_speaks_the_language_of_the_locale(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    done = in_locale(tmp_path, ["search", "词"], variables)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_argparse_speaks_it_too(tmp_path: Path) -> None:
    assert "缺少参数：QUERY" in in_locale(tmp_path, ["search"], {"LANG": "zh_CN.UTF-8"}).stderr
    assert "用法：searchkit search" in in_locale(tmp_path, ["search", "--help"], {"LANG": "zh_CN.UTF-8"}).stdout


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_help_in_chinese_fits_80_columns(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with speaking(language):
        parser, parsers = whole_parser()
        lines = [line for one in (parser, *parsers.values()) for line in one.format_help().splitlines()]
    assert [line for line in lines if cell_len(line) > 80 and "/completions/" not in line] == []
    assert any("文章" in line for line in lines)


def in_locale(folder: Path, arguments: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "searchkit", *arguments]
    env = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(folder), **variables}
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalog_has_each_message_of_the_code_and_no_other(locale: str) -> None:
    """If not, run: make catalogs"""
    assert {message.id for message in messages(locale)} == {message.id for message in catalogs.in_code() if message.id}
    assert [message.id for message in messages(locale) if not message.string or message.fuzzy] == []


def test_no_message_stands_within_an_f_string() -> None:
    """Python 3.11 does not find it there."""
    found = [
        f"{file}: {node.lineno}"
        for file in (ROOT / "searchkit").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr) and any(map(is_marked_literal, ast.walk(node)))
    ]
    assert found == []


def is_marked_literal(node: ast.AST) -> bool:
    match node:
        case ast.Call(ast.Name("_" | "N_"), [ast.Constant(), *_others]):
            return True
    return False


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_fields_of_its_message(locale: str) -> None:
    percent = re.compile(r"%(?:\(\w+\))?[sr]")
    wrong = [
        message.id
        for message in messages(locale)
        if sorted(percent.findall(message.id)) != sorted(percent.findall(message.string))
        or ("{" in message.id and '"id"' not in message.id and fields(message.id) != fields(message.string))
    ]
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_the_catalog(locale: str) -> None:
    with catalogs.po_file(locale).with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in messages(locale) if message.string}


def test_the_traditional_catalog_is_made_of_the_simplified_one() -> None:
    made = catalogs.traditional(catalogs.read(catalogs.po_file("zh_CN")))
    assert {message.id: message.string for message in made if message.id} == {
        message.id: message.string for message in messages("zh_TW")
    }
