"""The addresses for programs: an index as JSON, described by OpenAPI."""
