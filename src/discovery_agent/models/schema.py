"""JSON schemas of pydantic models in the strict form that structured output asks for."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import cast

from pydantic import BaseModel

Schema = dict[str, object]

_LEFT_OUT = frozenset(
    {
        *("default", "title", "description", "examples", "format", "pattern", "discriminator"),
        *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
)
"""Keywords that servers reject or read differently, which pydantic checks after the reply; and words about the
fields, which the prompt says once and every call would pay for."""


@cache
def strict_schema(model: type[BaseModel]) -> Schema:
    """The model's schema with every field required and no other allowed.

    Raises:
        TypeError: the model has a field of free keys, which strict output cannot express.
    """
    return cast(Schema, _strict(copy.deepcopy(model.model_json_schema(mode="validation")), model.__name__))


def schema_text(schema: Schema) -> str:
    """The schema as it goes to the server, for counting its tokens."""
    return json.dumps(schema, separators=(",", ":"))


def _strict(node: object, where: str, *, names: bool = False) -> object:
    """A schema node in strict form; `names` where the keys are names of fields or definitions."""
    if isinstance(node, list):
        return [_strict(one, where) for one in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    branch = cast(Schema, node)
    if names:
        return {key: _strict(value, f"{where}.{key}") for key, value in branch.items()}
    if "$ref" in branch:
        return {"$ref": branch["$ref"]}
    kept: Schema = {}
    for key, value in branch.items():
        if key not in _LEFT_OUT:
            name = "anyOf" if key == "oneOf" else key
            kept[name] = _strict(value, where, names=key in ("properties", "$defs"))
    if types := _simple_types(kept):
        return {"type": types}
    if kept.get("type") == "object":
        if "properties" not in kept:
            raise TypeError(f"{where} has free keys, which strict output cannot express")
        kept["additionalProperties"] = False
        kept["required"] = list(cast(Schema, kept["properties"]))
    return kept


def _simple_types(node: Schema) -> list[object] | None:
    """The types of a choice among plain types, such as text or null, which are shorter as a list."""
    choices = node.get("anyOf")
    if set(node) != {"anyOf"} or not isinstance(choices, list):
        return None
    types: list[object] = []
    for choice in cast("list[object]", choices):
        if not isinstance(choice, dict) or set(cast(Schema, choice)) != {"type"}:
            return None
        types.append(cast(Schema, choice)["type"])
    return types
