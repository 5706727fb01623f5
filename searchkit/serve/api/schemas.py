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


def entries(*items: Schema) -> Schema:
    """An array with one item of each schema."""
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}


def record(optional: Schema | None = None, /, **properties: Schema) -> Schema:
    """An object with these properties, and perhaps some optional ones."""
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


SPANS = several(entries(COUNT, COUNT), "start and end, excluded, of each match, in characters (code points)")

HIT = record(
    {"named_tags": several(TEXT), "explanation": {"type": "object"}},
    rank={"type": "integer", "minimum": 1},
    score=NUMBER,
    path=TEXT,
    title=TEXT,
    title_spans=SPANS,
    date=INSTANT,
    source=TEXT,
    url=TEXT,
    tags=several(TEXT),
    also=several(TEXT, "other posts with the same title and text"),
    snippets=several(record(text=TEXT, spans=SPANS)),
    missing=several(TEXT, "words of the query that the post lacks"),
)

FACETS: Schema = {
    "type": "object",
    "additionalProperties": several(entries(TEXT, COUNT)),
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

FAILURE = record(error=TEXT, hint=TEXT)
