"""``searchkit mcp`` over a real process, by the protocol's own client."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, Tool

import searchkit
from searchkit.errors import QueryError
from searchkit.mcp.answers import bounded_json, path_of
from tests.conftest import write_posts

LONG = "通关" + "天" * 9_998 + "通關" + "地" * 9_998
POSTS: dict[str, Any] = {
    "a.md": {"title": "香港通关", "date": "2021-11-08", "source": "明報", "tags": ["口岸"], "body": "今天香港通关。"},
    "b.md": {"title": "口岸", "date": "2022-01-02", "source": "新华社", "body": "香港與內地通關了。"},
    "long.md": {"title": "长文", "date": "2023-01-02", "source": "明報", "body": LONG},
}
TOOLS = {"search", "show", "trend", "facets", "kwic", "similar", "suggest"}

Call = Callable[..., CallToolResult]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def client(folder: Path, portal: BlockingPortal) -> Iterator[Client]:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "searchkit", "mcp", "--index", str(folder / "index")],
        env={"PYTHONPATH": str(Path(searchkit.__file__).parents[1]), "LANGUAGE": "en"},
    )
    with (folder / "stderr").open("w") as log:
        connected = portal.wrap_async_context_manager(Client(stdio_client(server, errlog=log)))
        with connected as client:
            yield client
    assert (folder / "stderr").read_text() == ""


@pytest.fixture(scope="module")
def call(folder: Path, client: Client, portal: BlockingPortal) -> Call:
    """Calls a tool; the server was there before the index."""

    def call(name: str, **arguments: Any) -> CallToolResult:
        return portal.call(client.call_tool, name, arguments)

    assert "no index in" in said(call("search", query="通关"))
    write_posts(folder / "posts", POSTS)
    searchkit.rebuild(folder / "posts", folder / "index", jobs=1)
    return call


def said(result: CallToolResult) -> str:
    """The text of an error."""
    assert result.is_error
    [content] = result.content
    assert content.type == "text"
    return content.text


def data(result: CallToolResult) -> dict[str, Any]:
    """The data of an answer, which its text says, too."""
    assert not result.is_error, result.content
    [content] = result.content
    assert content.type == "text"
    assert json.loads(content.text) == result.structured_content
    return dict(result.structured_content or {})


def test_the_tools_only_read_and_say_their_bounds(client: Client, portal: BlockingPortal) -> None:
    tools: list[Tool] = portal.call(client.list_tools).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert all("Bounds: " in (tool.description or "") for tool in tools)
    assert all(value["description"] for tool in tools for value in tool.input_schema["properties"].values())


def test_search_gives_paths_and_spans(call: Call) -> None:
    found = data(call("search", query="通关", source=["新华社"], until="2022"))
    [hit] = found["hits"]
    [snippet] = hit["snippets"]
    assert (found["total"], hit["path"]) == (1, "b.md")
    assert [snippet["text"][start:end] for start, end in snippet["spans"]] == ["通關"]


def test_a_long_post_is_shown_in_parts(call: Call) -> None:
    parts = [data(call("show", path="long.md", query="通关"))]
    while parts[-1]["next_offset"]:
        parts.append(data(call("show", path="long.md", query="通关", offset=parts[-1]["next_offset"])))
    assert "".join(part["text"] for part in parts) == LONG
    assert [part["spans"] for part in parts] == [[[0, 2]], [[2_000, 2_002]], []]
    assert [part["next_match"] for part in parts] == [10_000, None, None]
    assert {part["matches"] for part in parts} == {2}


def test_a_match_at_the_end_of_a_part_is_cut(call: Call) -> None:
    part = data(call("show", path="a.md", query="香港", limit=3))
    assert (part["text"], part["spans"], part["next_match"]) == ("今天香", [[2, 3]], None)


def test_counts(call: Call) -> None:
    trend = data(call("trend", queries=["通关", "内地"], by="year"))
    assert (trend["periods"], trend["counts"]) == (["2021", "2022", "2023"], [[1, 1, 1], [0, 1, 0]])
    assert data(call("facets", by=["source"]))["facets"] == {"source": [["明報", 2], ["新华社", 1]]}


def test_matches_similar_posts_and_suggestions(call: Call) -> None:
    lines = data(call("kwic", query="通关", limit=3))["lines"]
    assert [(line["path"], line["match"]) for line in lines] == [("a.md", "通关"), ("a.md", "通关"), ("b.md", "通關")]
    assert data(call("similar", path="a.md"))["posts"][0]["path"] == "b.md"
    assert "香港" in [each["query"] for each in data(call("suggest", text="xiangg"))["suggestions"]]


def test_a_rebuild_is_seen(call: Call, folder: Path) -> None:
    write_posts(folder / "posts", POSTS | {"c.md": {"title": "磁悬浮", "date": "2023-05-01", "body": "新的一篇"}})
    searchkit.rebuild(folder / "posts", folder / "index", jobs=1)
    assert data(call("search", query="磁悬浮"))["total"] == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("show", {"path": "no.md"}, "no post 'no.md'"),
        ("search", {"query": "通关", "since": "someday"}, "someday"),
        ("search", {"query": "通关", "limit": 51}, "less than or equal to 50"),
        ("show", {"path": "a.md", "limit": 20_001}, "less than or equal to 20000"),
        ("kwic", {"query": "天", "limit": 201}, "less than or equal to 200"),
        ("trend", {"queries": ["天"] * 9}, "at most 8 items"),
        ("search", {"query": "通关", "sources": ["明報"]}, "Extra inputs are not permitted"),
        ("search", {"query": "天" * 1_001}, "at most 1000 characters"),
    ],
)
def test_an_error_says_what_is_wrong(call: Call, tool: str, arguments: dict[str, Any], message: str) -> None:
    text = said(call(tool, **arguments))
    assert message in text
    assert "Traceback" not in text


def test_an_answer_is_bounded() -> None:
    assert bounded_json({"a": "通关"}, most=10) == '{"a":"通关"}'
    with pytest.raises(QueryError, match="10 characters, more than 9; ask for less"):
        bounded_json({"a": "通关"}, most=9)


def test_a_path_that_is_no_text_is_answered_and_read_again() -> None:
    answer = bounded_json({"path": "\udcff通.md"}).encode("utf-8")
    assert path_of(json.loads(answer)["path"]) == "\udcff通.md"


def test_without_the_package_it_says_how_to_install_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['mcp'] = None; from searchkit.cli import main; sys.exit(main(['mcp']))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "pip install 'searchkit[mcp]'" in ended.stderr
