"""The version of a package, from the name of the folder that describes it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from searchkit.language.installed import installed_version


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that holds one, ``odd``."""
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["odd-1.2.dist-info", "Odd-1.2-py3.11.egg-info", "odd-1.2.egg-info"])
def test_the_folder_tells_it_whoever_installed_the_package(site: Path, name: str) -> None:
    (site / "odder-9.dist-info").mkdir()
    (site / name).mkdir()
    assert installed_version("odd", "odd") == "1.2"


def test_a_folder_that_tells_no_version_is_read(site: Path) -> None:
    (site / "odd.egg-info").mkdir()
    (site / "odd.egg-info" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.2\n")
    assert installed_version("odd", "odd") == version("odd") == "1.2"


def test_an_egg_needs_no_parser_of_e_mail(site: Path) -> None:
    """jieba lies so where pip had neither a wheel of it nor the package ``wheel``: a search then imported sockets."""
    (site / "odd-1.2-py3.11.egg-info").mkdir()
    check = f"""
import sys
sys.path.insert(0, {str(site)!r})
from searchkit.language.installed import installed_version
assert installed_version("odd", "odd") == "1.2"
assert "email" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)
