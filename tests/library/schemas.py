"""The published JSON schemas, to hold results against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

_SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def require_schema(name: str, value: Any) -> None:
    """Raise unless a value is as its published schema says."""
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(value)
