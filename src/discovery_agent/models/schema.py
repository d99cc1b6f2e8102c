"""JSON schemas of pydantic models in the strict form that structured output asks for."""

from __future__ import annotations

import copy
from typing import cast

from pydantic import BaseModel

Schema = dict[str, object]

_UNSUPPORTED = frozenset(
    "default title examples minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf "
    "pattern format minItems maxItems uniqueItems discriminator".split()
)
"""Keywords that servers reject or read differently; pydantic checks what they say after the reply."""


def strict_schema(model: type[BaseModel]) -> Schema:
    """The model's schema with every field required and no other allowed.

    Raises:
        TypeError: the model has a field of free keys, which strict output cannot express.
    """
    return cast(Schema, _strict(copy.deepcopy(model.model_json_schema(mode="validation")), model.__name__))


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
        if key not in _UNSUPPORTED:
            name = "anyOf" if key == "oneOf" else key
            kept[name] = _strict(value, where, names=key in ("properties", "$defs"))
    if kept.get("type") == "object":
        if "properties" not in kept:
            raise TypeError(f"{where} has free keys, which strict output cannot express")
        kept["additionalProperties"] = False
        kept["required"] = list(cast(Schema, kept["properties"]))
    return kept
