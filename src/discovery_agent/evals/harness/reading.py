"""Reads a data file of the harness, or says where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from discovery_agent.errors import ConfigurationError, place

T = TypeVar("T", bound=BaseModel)


def read_yaml(path: Path, kind: type[T]) -> T:
    """The value in a YAML (or JSON) file.

    Raises:
        ConfigurationError: it cannot be read, is no YAML, or breaks its schema; names the line or the field.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"The file cannot be read: {error.strerror}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("The file is not in UTF-8.", where=str(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigurationError("The file is not valid YAML.", where=place(path, mark.line + 1 if mark else None)) from error
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"Field `{field}`: {first['msg']}." if field else f"{first['msg']}.",
            where=str(path),
            remedy="Correct it; `discovery-agent eval schema` publishes the schemas.",
        ) from error
