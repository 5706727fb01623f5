"""Holds the tables of ARCHITECTURE.md: which room may use which, inside the engine too, and what an import may cost."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import searchkit

PACKAGE = Path(searchkit.__file__).parent
MAX_LINES = 400

PAGES = [*PACKAGE.parent.glob("*.md"), *PACKAGE.parent.glob("docs/*.md")]
PAGE = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
_ROWS = re.findall(r"^\| (\d) \| (.*?) \|", PAGE, re.MULTILINE)

LAYERS = {room: int(layer) for layer, rooms in _ROWS for room in re.findall(r"\(searchkit/(\w+)", rooms)}
"""A room imports only from rooms of its own layer or a lower one. ``searchkit`` itself only hands names on."""

ENGINES = "searchkit.engines"
WHOOSH = "searchkit.engines.whoosh"
OPENSEARCH = "searchkit.engines.opensearch"

_SHARED = {"arrays", "dates", "files", "kept", "keys", "protocol", "scoring", "suggesting", "values", "words"}

ROOMS = {
    ENGINES: {
        "arrays": set(),
        "dates": set(),
        "values": set(),
        "files": set(),
        "protocol": {"files"},
        "words": set(),
        "keys": {"arrays"},
        "kept": {"arrays", "dates", "files", "protocol"},
        "scoring": {"arrays", "dates", "keys"},
        "suggesting": {"arrays", "dates", "protocol"},
        "whoosh": _SHARED,
        "opensearch": _SHARED,
        "registry": {"protocol", "whoosh", "opensearch"},
    },
    WHOOSH: {
        "cache": set(),
        "numeric": set(),
        "schema": {"numeric"},
        "codec": {"cache", "numeric", "schema"},
        "commit": {"codec"},
        "indexing": {"numeric", "schema", "codec"},
        "search": {"cache", "numeric", "schema", "codec", "commit"},
        "door": {"cache", "numeric", "schema", "codec", "commit"},
        "checking": {"numeric", "schema", "codec", "commit", "indexing"},
        "engine": {"schema", "codec", "commit", "indexing", "checking", "search", "door"},
    },
    OPENSEARCH: {
        "address": set(),
        "schema": set(),
        "client": {"address"},
        "analysis": {"schema"},
        "commit": {"address", "client", "schema"},
        "indexing": {"address", "client", "schema", "analysis", "commit"},
        "search": {"client", "schema", "analysis", "commit"},
        "checking": {"client", "schema", "analysis", "commit", "indexing"},
        "engine": {"address", "client", "schema", "analysis", "commit", "indexing", "search", "checking"},
    },
}
"""What each room of a package may import from the package's other rooms."""


@dataclass(frozen=True)
class Import:
    """``importer`` imports ``imported``, both modules of the package; ``late``: within a function."""

    importer: str
    imported: str
    late: bool
    line: str


def modules() -> dict[str, Path]:
    found = {}
    for file in PACKAGE.rglob("*.py"):
        parts = ("searchkit", *file.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def imports(module: str) -> Iterator[Import]:
    """Every import of a module of the package, those within functions and for type checkers too."""
    source = MODULES[module].read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    late = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write imports from the root of the package"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            imported = name if name in MODULES else name.rpartition(".")[0]
            if imported in MODULES:
                yield Import(module, imported, id(node) in late, lines[node.lineno - 1])


IMPORTS = [found for module in MODULES for found in imports(module)]


def wing(module: str) -> str:
    return module.split(".")[1]


def wrong_ways(found: list[Import]) -> list[str]:
    """The imports that run from a lower layer to a higher one."""
    inner = [i for i in found if "searchkit" not in (i.importer, i.imported)]
    return [
        f"{i.importer} -> {i.imported}" for i in inner if LAYERS[wing(i.importer)] < LAYERS[wing(i.imported)]
    ]


def test_the_table_names_every_wing() -> None:
    assert {wing(module) for module in MODULES if module != "searchkit"} == set(LAYERS)


def test_no_import_runs_the_other_way() -> None:
    assert wrong_ways(IMPORTS) == []
    assert wrong_ways([Import("searchkit.model", "searchkit.index", True, "")]), "this test sees nothing"


def room(module: str, package: str) -> str:
    """The room of a package that a module is in; empty for another package's."""
    return module.removeprefix(f"{package}.").split(".")[0] if module.startswith(f"{package}.") else ""


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_of_the_engines_import_one_way_only(package: str) -> None:
    found = [(i, room(i.importer, package), room(i.imported, package)) for i in IMPORTS]
    between = [(i, user, used) for i, user, used in found if user and used and user != used]
    assert between, "this test sees nothing"
    assert [(i.importer, i.imported) for i, user, used in between if used not in ROOMS[package][user]] == []


@pytest.mark.parametrize("package", ROOMS)
def test_the_page_names_every_room_of_the_engines(package: str) -> None:
    folder = package.replace(".", "/")
    named = re.findall(rf"^\| \[(\w+)/?\]\({folder}/(\w+)(?:\.py)?\)", PAGE, re.MULTILINE)
    assert {name for name, file in named if name == file} == {room(module, package) for module in MODULES} - {""}


@pytest.mark.parametrize("ranking", [f"{WHOOSH}.search.rank.", f"{OPENSEARCH}.search.rank.", f"{ENGINES}.scoring."])
def test_what_matches_knows_nothing_of_ranking(ranking: str) -> None:
    assert any(i.importer.startswith(ranking) for i in IMPORTS), "this test sees nothing"
    assert [i for i in IMPORTS if ".search.match." in i.importer and i.imported.startswith(ranking)] == []


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: page.name)
def test_a_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("engine", [WHOOSH, OPENSEARCH])
def test_only_the_registry_imports_an_engine(engine: str) -> None:
    outside = {i.importer for i in IMPORTS if room(i.imported, engine) and not room(i.importer, engine)}
    assert outside == {f"{ENGINES}.registry"}


def test_what_is_above_the_engines_knows_what_they_hand_over_and_the_registry_alone() -> None:
    used = {room(i.imported, ENGINES) for i in IMPORTS if not room(i.importer, ENGINES)} - {""}
    assert used == {"files", "protocol", "registry"}


def test_only_the_door_imports_whoosh() -> None:
    importers = {module for module, file in MODULES.items() if imports_whoosh(file)}
    assert importers, "this test sees nothing"
    assert {module for module in importers if not module.startswith(f"{WHOOSH}.door.")} == set()


def imports_whoosh(file: Path) -> bool:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return any(name.split(".")[0] == "whoosh" for name in names)


def identifiers(module: str) -> tuple[set[str], set[str]]:
    """The names of the functions and classes that a module defines, and every name that it uses."""
    nodes = list(ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))))
    definitions = (ast.FunctionDef, ast.ClassDef)
    defined = {node.name for node in nodes if isinstance(node, definitions) and not node.name.startswith("__")}
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return defined, used


def test_nothing_in_the_engine_is_there_for_tests_alone() -> None:
    """But what Whoosh calls: the door implements its interfaces."""
    used = set().union(*(identifiers(module)[1] for module in MODULES))
    inside = [module for module in MODULES if module.startswith((ENGINES, "searchkit.query")) and ".door" not in module]
    unused = {(module, name) for module in inside for name in identifiers(module)[0] - used}
    assert unused == set()


def test_a_cell_of_a_table_is_no_paragraph() -> None:
    cells = [cell for line in PAGE.splitlines() if line.startswith("|") for cell in line.split("|")]
    assert max(len(cell.split()) for cell in cells) <= 30


def test_only_the_command_line_imports_the_facade_by_its_package_name() -> None:
    assert {wing(i.importer) for i in IMPORTS if i.imported == "searchkit"} <= {"cli", "__main__"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    uses: dict[str, set[str]] = {module: set() for module in MODULES if module != "searchkit"}
    for found in IMPORTS:
        if found.importer in uses and found.imported in uses and found.importer != found.imported:
            uses[found.importer].add(found.imported)
    graphlib.TopologicalSorter(uses).prepare()  # CycleError names the circle


def test_an_import_within_a_function_says_why() -> None:
    wings_at_the_top = {"cli", "__main__"}  # they import late as a rule, and say so once
    silent = [i for i in IMPORTS if i.late and "#" not in i.line and wing(f"{i.importer}.") not in wings_at_the_top]
    assert silent == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_short_and_named_for_what_it_does(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    assert not {"utils", "util", "helpers", "common", "misc"} & set(module.split("."))


def test_no_group_of_a_pattern_repeats_possessively() -> None:
    """Python 3.11.0 to 3.11.4 match ``(?:…)*+`` wrongly (python/cpython#106052), ``(?>(?:…)*)`` rightly."""
    repeats = re.compile(r"(?<![\\(])\)(?:[*+?]|\{\d*,?\d*\})\+")
    assert [m for m, file in MODULES.items() if repeats.search(file.read_text(encoding="utf-8"))] == []


def loaded_by(code: str) -> set[str]:
    """The top-level packages that are loaded after this code has run in a new process."""
    report = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(run.stdout.split())


def test_importing_searchkit_loads_nothing_heavy() -> None:
    loaded = loaded_by("import searchkit")
    assert "searchkit" in loaded
    assert not loaded & {"whoosh", "numpy", "rich", "bs4", "lxml", "jieba", "rjieba", "opencc", "pandas", "frontmatter"}


def test_searching_loads_nothing_that_only_a_rebuild_or_a_terminal_needs() -> None:
    assert not loaded_by("import searchkit; searchkit.Index") & {"rich", "bs4", "lxml", "pandas", "frontmatter"}


def test_all_is_sorted_and_every_name_of_it_is_there() -> None:
    assert searchkit.__all__ == sorted(searchkit.__all__)
    assert all(getattr(searchkit, name) is not None for name in searchkit.__all__)
    assert set(searchkit.__all__) <= set(dir(searchkit))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = searchkit.nothing
