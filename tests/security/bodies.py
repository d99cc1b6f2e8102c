"""The least body that fits the schema of a request, so that what refuses it is who asks and not what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def least(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """A value that fits a schema of the API's description; `known` are its named parts."""
    if "$ref" in schema:
        return least(known[schema["$ref"].rsplit("/", 1)[1]], known)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return least(schema[several][0], known)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "default" in schema:
        return schema["default"]
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: least(fields[name], known) for name in schema.get("required", ()) if name in fields}
        case "array":
            return [least(schema["items"], known)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            return _text(schema)
        case _:
            return None


def _text(schema: Mapping[str, Any]) -> str:
    match schema.get("format"):
        case "date":
            return "2026-03-01"
        case "date-time":
            return "2026-03-01T09:00:00Z"
        case _:
            return "0" * max(schema.get("minLength", 1), 64 if "pattern" in schema else 1)
