from __future__ import annotations

from typing import Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from discovery_agent.models.schema import strict_schema


class Part(BaseModel):
    """A part."""

    title: str = Field(min_length=2, description="Its title.")
    size: float | None = Field(default=None, ge=0)


class Whole(BaseModel):
    """A whole."""

    part: Part | None = None
    parts: list[Part] = Field(default_factory=list, max_length=3)
    kind: Literal["a", "b"] = "a"


def test_every_field_is_required_and_no_other_allowed() -> None:
    schema = strict_schema(Whole)
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["part", "parts", "kind"]
    assert schema["additionalProperties"] is False
    part = schema["$defs"]["Part"]  # type: ignore[index]
    assert part == {
        "type": "object",
        "properties": {"title": {"type": "string"}, "size": {"type": ["number", "null"]}},
        "required": ["title", "size"],
        "additionalProperties": False,
    }


def test_what_strict_output_cannot_express_is_said_at_once() -> None:
    class Free(BaseModel):
        anything: dict[str, int]

    with pytest.raises(TypeError, match="free keys"):
        strict_schema(Free)
