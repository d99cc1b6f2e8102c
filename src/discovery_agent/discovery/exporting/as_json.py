"""A blueprint as JSON, with a published schema (`docs/schemas/blueprint.schema.json`)."""

from __future__ import annotations

import json
from typing import Literal

from pydantic_core import PydanticSerializationError

from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.review import SignOff

SCHEMA_VERSION = "1"


class BlueprintExport(Value):
    """One version, whole."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    draft: bool
    """Whether nobody has signed this very content."""
    signature: SignOff | None = None
    content_hash: str
    blueprint: Blueprint


def render_json(blueprint: Blueprint, signed: SignOff | None) -> str:
    """The version with its signature, if it has one that holds."""
    whole = BlueprintExport(draft=signed is None, signature=signed, content_hash=blueprint.content_hash, blueprint=blueprint)
    try:
        return whole.model_dump_json(indent=2) + "\n"
    except PydanticSerializationError:  # half of a character, which JSON cannot hold
        text = json.dumps(whole.model_dump(mode="json"), indent=2, ensure_ascii=False)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"
