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

ENGINE = "searchkit.engines.whoosh"

ENGINE_ROOMS = {
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
}
"""What each room of the engine may import from the engine's other rooms."""


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


def engine_room(module: str) -> str:
    return module.removeprefix(f"{ENGINE}.").split(".")[0]


def test_rooms_of_the_engine_import_one_way_only() -> None:
    inside = [i for i in IMPORTS if i.importer.startswith(f"{ENGINE}.") and i.imported.startswith(f"{ENGINE}.")]
    assert {engine_room(i.importer) for i in inside} == set(ENGINE_ROOMS) - {"cache", "numeric", "schema"} | {"numeric"}
    wrong = [
        (i.importer, i.imported)
        for i in inside
        if engine_room(i.importer) != engine_room(i.imported)
        and engine_room(i.imported) not in ENGINE_ROOMS[engine_room(i.importer)]
    ]
    assert wrong == []


def test_the_page_names_every_room_of_the_engine() -> None:
    named = set(re.findall(r"^\| \[(\w+)/?\]\(searchkit/engines/whoosh/", PAGE, re.MULTILINE))
    assert named == set(ENGINE_ROOMS)


def test_what_matches_knows_nothing_of_ranking() -> None:
    ranking = f"{ENGINE}.search.rank."
    assert any(i.importer.startswith(ranking) for i in IMPORTS), "this test sees nothing"
    assert [i for i in IMPORTS if ".search.match." in i.importer and i.imported.startswith(ranking)] == []


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: page.name)
def test_a_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_only_the_registry_imports_the_engine() -> None:
    outside = {i.importer for i in IMPORTS if i.imported.startswith(ENGINE) and not i.importer.startswith(ENGINE)}
    assert outside == {"searchkit.engines.registry"}


def test_only_the_door_imports_whoosh() -> None:
    importers = {module for module, file in MODULES.items() if imports_whoosh(file)}
    assert importers, "this test sees nothing"
    assert {module for module in importers if not module.startswith(f"{ENGINE}.door.")} == set()


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
    inside = [module for module in MODULES if module.startswith((ENGINE, "searchkit.query")) and ".door" not in module]
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
