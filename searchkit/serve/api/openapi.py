"""The description of the addresses for programs, in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from searchkit.serve.api.endpoints import Endpoint
from searchkit.serve.api.parameters import Parameter
from searchkit.serve.api.schemas import FAILURE

_FAILURES = {
    "400": "A parameter is unknown or missing, or means nothing.",
    "401": "The token is missing.",
    "403": "Another site's page asked, or the name of the host is none of this server's.",
    "414": "The address is too long.",
    "429": "Too many requests; Retry-After says how many seconds to wait.",
    "503": "The index is not there just now, or the server has too much to do; Retry-After says when to try again.",
}


def description(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The document at ``/api/openapi.json``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "searchkit",
            "version": version("searchkit"),
            "description": "A full-text search for a folder of Chinese posts. All addresses only read.",
        },
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in endpoints},
        "components": {
            "schemas": {"Failure": FAILURE},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    failures = _FAILURES | ({"404": "There is no such post."} if endpoint.of_a_post else {})
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [_parameter(parameter) for parameter in endpoint.parameters],
        "responses": {
            "200": {"description": endpoint.summary, "content": {"application/json": {"schema": endpoint.schema}}},
            "304": {"description": "The answer has not changed since the one that If-None-Match names."},
            **{status: _failure(said) for status, said in failures.items()},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "required": parameter.required,
        "schema": parameter.schema(),
    }


def _failure(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Failure"}
    return {"description": said, "content": {"application/json": {"schema": schema}}}
