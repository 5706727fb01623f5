"""The tools: each asks the facade once. Their docstrings and the texts of their parameters are what a model reads."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from typing import Annotated, Any, Literal

from pydantic import Field

from searchkit.index import Index
from searchkit.mcp.answers import path_of
from searchkit.model import Reading
from searchkit.render.data import document_dict

MAX_QUERY = 1_000
MAX_QUERIES = 8
MAX_NAMES = 32
MAX_HITS = 50
MAX_OFFSET = 10_000
MAX_SNIPPET = 500
MAX_PART = 20_000
MAX_LINES = 200
MAX_WIDTH = 100
MAX_SIMILAR = 20
MAX_SUGGESTIONS = 20

QUERY = Field(
    description='Words that a post must contain, in either script: 香港 通关. Also an exact text: "健康码"; without a '
    "word: -台湾; one of two: 高铁 OR 动车; in a field: title:疫苗, tag:经济; of a time: date:2021-11..2022-02.",
    max_length=MAX_QUERY,
)

Query = Annotated[str, QUERY]
Path = Annotated[str, Field(description="The path of a post, as search gives it: 2021/a.md", max_length=4_096)]
Since = Annotated[
    str | None, Field(description="Posts from this day, month or year on: 2021-11, 去年, 7d", max_length=MAX_QUERY)
]
Until = Annotated[
    str | None, Field(description="Posts up to the end of this day, month or year: 2022", max_length=MAX_QUERY)
]
Sources = Annotated[
    list[str] | None,
    Field(description='Posts of one of these sources, as facets names them: ["新华社"]', max_length=MAX_NAMES),
]
Tags = Annotated[list[str] | None, Field(description='Posts with all of these tags: ["经济"]', max_length=MAX_NAMES)]
Facet = Literal["source", "tag", "year", "month"]


class Tools:
    """What a client may call, of one index.

    The index is opened at the first call, so that one that is not there yet is an error of that call, not of the
    server; later calls see each rebuild. The methods may be called from several threads.

    Args:
        path: its folder or address.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._index: Index | None = None
        self._opening = threading.Lock()

    def search(
        self,
        query: Query,
        limit: Annotated[int, Field(description="How many hits at most", ge=1, le=MAX_HITS)] = 10,
        offset: Annotated[int, Field(description="How many hits to leave out first", ge=0, le=MAX_OFFSET)] = 0,
        sort: Annotated[
            Literal["relevance", "newest", "oldest"], Field(description="The order of the hits")
        ] = "relevance",
        since: Since = None,
        until: Until = None,
        source: Sources = None,
        tag: Tags = None,
        snippet_chars: Annotated[
            int, Field(description="Most characters of the snippets of a hit", ge=0, le=MAX_SNIPPET)
        ] = 120,
    ) -> dict[str, Any]:
        """Find posts, best first: 香港 通关 finds the posts with both words, in simplified or traditional script.

        `total` counts the posts with all words; if they do not fill the page, posts with some of them follow, and
        `missing` says which words they lack. A hit has its path (for `show`), title, date, source, tags and snippets;
        spans are [start, end) of the matches, in characters of the text beside them. `unknown` offers similar words for
        those that no post has. An empty query finds every post; sort it by newest.
        Bounds: 10 hits unless `limit` says otherwise, 50 at most; go on with `offset`.
        """
        return (
            self._opened()
            .search(
                query,
                limit=limit,
                offset=offset,
                sort=sort,
                since=since,
                until=until,
                source=source or (),
                tag=tag or (),
                snippet_chars=snippet_chars,
            )
            .to_dict()
        )

    def show(
        self,
        path: Path,
        query: Annotated[
            str,
            Field(description="Marks what it matches in the post, such as 通关; as for search", max_length=MAX_QUERY),
        ] = "",
        offset: Annotated[int, Field(description="The character to begin at", ge=0)] = 0,
        limit: Annotated[int, Field(description="How many characters at most", ge=1, le=MAX_PART)] = 8_000,
    ) -> dict[str, Any]:
        """Read a post as cleaned text, a long one in parts.

        `text` is the part from `offset` on, `characters` the length of the whole, `next_offset` where the next part
        begins (null at the end). `spans` are the matches of the query in this part, [start, end) in characters of
        `text`; `matches` counts those of the whole post, and `next_match` is the offset of the first one behind this
        part, or null.
        Bounds: 8,000 characters of text unless `limit` says otherwise, 20,000 at most.
        """
        return _part(self._opened().read(path_of(path), query), offset, limit)

    def trend(
        self,
        queries: Annotated[
            list[Query],
            Field(description='Queries to compare: ["高铁", "磁悬浮"]', min_length=1, max_length=MAX_QUERIES),
        ],
        by: Annotated[Literal["year", "month", "week", "day"], Field(description="How long a period is")] = "month",
        since: Since = None,
        until: Until = None,
        source: Sources = None,
        tag: Tags = None,
    ) -> dict[str, Any]:
        """Count the posts that match each of some queries, period by period: how often 高铁 and 磁悬浮 came up.

        `counts` has a list for each query with a number for each of `periods`; `totals` are all posts of each period,
        to compute shares with.
        Bounds: 8 queries; an answer of up to 100,000 characters, which is 10 years of days for one query.
        """
        return (
            self._opened().trend(queries, by=by, since=since, until=until, source=source or (), tag=tag or ()).to_dict()
        )

    def facets(
        self,
        query: Query = "",
        by: Annotated[
            list[Facet] | None, Field(description="What to count by; all four if left out", max_length=4)
        ] = None,
        since: Since = None,
        until: Until = None,
        source: Sources = None,
        tag: Tags = None,
    ) -> dict[str, Any]:
        """Count the posts that match a query by source, tag, year and month; of an empty query, all posts.

        Begin here to learn what the archive holds, and how its sources and tags are written, such as 新华社.
        Bounds: the 100 most frequent sources and tags.
        """
        found = self._opened().search(
            query,
            limit=0,
            facets=by or ("source", "tag", "year", "month"),
            since=since,
            until=until,
            source=source or (),
            tag=tag or (),
        )
        data = found.to_dict()
        return {name: data[name] for name in ("query", "total", "notes", "facets")}

    def kwic(
        self,
        query: Query,
        width: Annotated[
            int, Field(description="Columns of context on each side; a Chinese character takes two", ge=1, le=MAX_WIDTH)
        ] = 20,
        sort: Annotated[
            Literal["date", "left", "right"],
            Field(description="Oldest first, or by the words to the left or to the right of the match"),
        ] = "date",
        limit: Annotated[int, Field(description="How many lines at most", ge=1, le=MAX_LINES)] = 50,
        since: Since = None,
        until: Until = None,
        source: Sources = None,
        tag: Tags = None,
    ) -> dict[str, Any]:
        """Show every match in its context (a concordance): how 通关 is used.

        A line has the path, title, day and source of its post, and the texts `left`, `match`, `right`. `total` counts
        all matches.
        Bounds: 50 lines unless `limit` says otherwise, 200 at most; width 100 at most.
        """
        return (
            self._opened()
            .kwic(
                query,
                width=width,
                sort=sort,
                limit=limit,
                since=since,
                until=until,
                source=source or (),
                tag=tag or (),
                progress=False,
            )
            .to_dict()
        )

    def similar(
        self,
        path: Path,
        limit: Annotated[int, Field(description="How many posts at most", ge=1, le=MAX_SIMILAR)] = 5,
    ) -> dict[str, Any]:
        """Find the posts most like one, near-duplicates first.

        `ratio` is how much of both texts is the same (0 to 1); `differences` is what differs in a near-duplicate.
        Bounds: 5 posts unless `limit` says otherwise, 20 at most.
        """
        return self._opened().similar(path_of(path), limit=limit).to_dict()

    def suggest(
        self,
        text: Annotated[str, Field(description="The beginning of a query: 香, xiangg, xg", max_length=MAX_QUERY)],
        limit: Annotated[int, Field(description="How many suggestions at most", ge=1, le=MAX_SUGGESTIONS)] = 8,
    ) -> dict[str, Any]:
        """Complete a query by words, phrases, titles, sources and tags that occur: xg gives 香港.

        Understands a beginning in either script, pinyin, initials, and one wrong character. `query` is what to search
        for then.
        Bounds: 8 suggestions unless `limit` says otherwise, 20 at most.
        """
        return {"suggestions": [each.to_dict() for each in self._opened().suggest(text, limit=limit)]}

    def close(self) -> None:
        """Release the files of the index."""
        with self._opening:
            if self._index is not None:
                self._index.close()

    def _opened(self) -> Index:
        with self._opening:
            if self._index is None:
                self._index = Index(self._path)
            return self._index


def _part(reading: Reading, offset: int, limit: int) -> dict[str, Any]:
    text, spans = reading.document.text, reading.spans
    end = min(offset + limit, len(text))
    inside = [(max(begin, offset), min(stop, end)) for begin, stop in spans if begin < end and stop > offset]
    behind = spans[bisect_left(spans, (end,)) :]
    data = document_dict(reading.document)
    del data["body"], data["description"]  # the text is made of them
    return {
        **data,
        "title_spans": [list(span) for span in reading.title_spans],
        "offset": offset,
        "characters": len(text),
        "next_offset": end if end < len(text) else None,
        "matches": len(spans),
        "next_match": behind[0][0] if behind else None,
        "text": text[offset:end],
        "spans": [[begin - offset, stop - offset] for begin, stop in inside],
    }
