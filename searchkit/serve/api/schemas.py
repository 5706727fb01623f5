"""What the answers look like, as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
TRUTH: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": ["string", "null"], "description": "ISO 8601, in the author's time zone"}


def several(items: Schema, description: str = "") -> Schema:
    """An array of any length."""
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def pair(items: Schema, description: str) -> Schema:
    """An array of two."""
    return {"type": "array", "items": items, "minItems": 2, "maxItems": 2, "description": description}


def record(optional: Schema | None = None, /, **properties: Schema) -> Schema:
    """An object with these properties, and perhaps some optional ones."""
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


SPANS = several(pair(COUNT, "start and end, excluded, in characters (code points)"), "the matches in it, in order")

HIT = record(
    {"named_tags": several(TEXT), "explanation": {"type": "object"}},
    rank={"type": "integer", "minimum": 1},
    score=NUMBER,
    path=TEXT,
    title=TEXT,
    title_spans=SPANS,
    date=INSTANT,
    added={"type": ["string", "null"], "description": "when the post first came into the index, UTC"},
    source=TEXT,
    url=TEXT,
    tags=several(TEXT),
    also=several(TEXT, "other posts with the same title and text"),
    snippets=several(record(text=TEXT, spans=SPANS)),
    missing=several(TEXT, "words of the query that the post lacks"),
)

FACETS: Schema = {
    "type": "object",
    "additionalProperties": several(pair({"type": ["string", "integer"]}, "a value and its count")),
    "description": "for each facet its values and how many of the matching posts have them",
}

RESULTS = record(
    {"parsed": TEXT},
    query=TEXT,
    total=COUNT,
    seconds=NUMBER,
    notes=several(TEXT, "how parts of the query were read"),
    facets=FACETS,
    unknown=several(record(word=TEXT, near=several(TEXT)), "words that no post has, with similar ones"),
    filtered_out=COUNT,
    hits=several(HIT),
)

POST = record(
    path=TEXT,
    title=TEXT,
    date=INSTANT,
    source=TEXT,
    url=TEXT,
    tags=several(TEXT),
    description=TEXT,
    body=TEXT,
    paths=several(TEXT, "all posts with the same title and text"),
    text={"type": "string", "description": "what is searchable beside the title: the body and the description"},
    title_spans=SPANS,
    spans=SPANS,
)

FACET_COUNTS = record(query=TEXT, total=COUNT, facets=FACETS)

SUGGESTIONS = record(
    suggestions=several(
        record(
            text={"type": "string", "description": "what a reader is shown"},
            query={"type": "string", "description": "what to search for"},
            kind={"type": "string", "enum": ["title", "word", "source", "tag", "past"]},
            documents=COUNT,
            path={"type": "string", "description": "of the post, if it is a title"},
        )
    )
)

TREND = record(
    by=TEXT,
    share=TRUTH,
    queries=several(TEXT),
    undated=several(COUNT, "of each query, the matching posts without a date"),
    periods=several(TEXT, "all between the first and the last: 2021, 2021-11, 2021-W45 or 2021-11-08"),
    totals=several(COUNT, "of each period, the posts that pass the filters"),
    counts=several(several(COUNT), "of each query, the matching posts of each period"),
)

CONCORDANCE = record(
    query=TEXT,
    width=COUNT,
    total=COUNT,
    lines=several(record(path=TEXT, title=TEXT, day=TEXT, source=TEXT, left=TEXT, match=TEXT, right=TEXT)),
)

_DIFFERENCES = record(only_here=several(TEXT), only_there=several(TEXT))

SIMILAR = record(
    path=TEXT,
    posts=several(
        record(
            path=TEXT,
            title=TEXT,
            date=INSTANT,
            source=TEXT,
            score=NUMBER,
            ratio={"type": "number", "minimum": 0, "maximum": 1},
            duplicate=TRUTH,
            differences={"oneOf": [_DIFFERENCES, {"type": "null"}]},
        )
    ),
)

FAILURE = record(error=TEXT, hint=TEXT)
