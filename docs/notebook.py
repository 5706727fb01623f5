"""Writes docs/notebook.ipynb anew, executed, and the chart docs/trend.svg.

    python docs/notebook.py

The cells are below, so that a change of them is a change of text.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

DOCS = Path(__file__).parent.absolute()
TREND = DOCS / "trend.svg"

CELLS = """
# Coffee and trains: a small study

Eighty-two posts, written from 2019 to 2026 in simplified and traditional Chinese. Do their authors write more about
coffee (咖啡) than about high-speed trains (高铁, 高鐵)? And what do they say?
---
import tempfile

import altair

import searchkit

altair.renderers.enable("svg")  # pictures, which show everywhere; without it charts have tooltips
index = tempfile.mkdtemp()
searchkit.rebuild("../corpus", index, progress=False).documents
---
## What is there?
---
posts = searchkit.open(index)
posts
---
posts.count(by="year")
---
Fewer than twenty posts a year: single months mean little here, so we count by year.

## How often?
---
trend = posts.trend(["咖啡", "高铁"], by="year", share=True)
trend
---
trend.plot()
---
高铁 also finds 高鐵: queries match both scripts. Coffee has its year in 2021; trains are there every year.
The chart has a data frame behind it.
---
trend.to_pandas().groupby("query")["posts"].sum()
---
## Who writes about coffee?
---
posts.count("咖啡", by=("source", "year"))
---
## What do they say?

Each match in its context, sorted by the words that follow it:
---
posts.kwic("咖啡", width=24, sort="right")[:12]
---
Words beside coffee more often than chance would have it. With so few posts, read the counts before the statistics:
a `log_likelihood` above 10.83 is unlikely to be chance, for one word.
---
posts.collocates("咖啡", window=5, limit=10)
---
What tells the coffee posts from the train posts?
---
posts.keywords(a="咖啡", b="高铁", limit=10)
---
## Reading

Ten posts to code by hand. The seed makes the sample the same tomorrow.
---
sample = posts.sample("咖啡 OR 高铁", 10, seed=1).to_pandas()
sample[["title", "day", "source"]]
---
`sample.to_csv("sample.csv")` goes on in a spreadsheet. `posts.similar(path)` finds what else is like a post.
""".strip()


def notebook() -> Any:
    """The cells, without outputs: those that begin with a letter of a statement are code."""
    cells = []
    for number, text in enumerate(CELLS.split("\n---\n")):
        code = text.startswith(("import", "posts", "trend", "sample"))
        make = nbformat.v4.new_code_cell if code else nbformat.v4.new_markdown_cell
        cells.append(make(text, id=f"cell-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def execute(book: Any) -> None:
    """Run all cells with this Python; a cell that fails raises CellExecutionError."""
    client = NotebookClient(book, timeout=60, resources={"metadata": {"path": str(DOCS)}})
    manager = client.create_kernel_manager()
    manager.kernel_spec.argv[0] = sys.executable
    client.execute()


def picture(book: Any) -> str:
    """The chart of the notebook."""
    outputs = (output for cell in book.cells for output in cell.get("outputs", ()))
    shown = (output.get("data", {}) for output in outputs)
    charts: list[str] = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    return charts[0]


def main() -> None:
    os.environ["PYTHONPATH"] = str(DOCS.parent)
    book = notebook()
    execute(book)
    for cell in book.cells:
        cell.metadata.pop("execution", None)  # times of day
    written = nbformat.writes(book).replace(f"{DOCS}/../corpus", "~/searchkit/corpus")
    written = re.sub(rf"{re.escape(tempfile.gettempdir())}/tmp\w+", "index", written)  # folders of this computer
    (DOCS / "notebook.ipynb").write_text(written + "\n", encoding="utf-8")
    TREND.write_text(picture(book), encoding="utf-8")


if __name__ == "__main__":
    main()
