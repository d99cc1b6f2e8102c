"""Reads a data file of the harness, or says where it is wrong: file, line, field, and what was found there."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar, cast

import yaml
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.yaml_text import parsed

T = TypeVar("T", bound=BaseModel)

Name = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="Letters, digits, - and _: it is named on the command line and in folders."),
]
"""The id of a case."""

_REMEDY = "Correct it; `discovery-agent eval schema` publishes the schemas."
_MOST = 10
"""Mistakes of a file that are told at once."""
_SHOWN = 60


def read_yaml(path: Path, kind: type[T]) -> T:
    """The value in a YAML (or JSON) file.

    Raises:
        ConfigurationError: it cannot be read, is no YAML, or breaks its schema; names line and field of each mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"The file cannot be read: {error.strerror}.", where=str(path), remedy="Check that it is there and may be read."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError("The file is not in UTF-8.", where=place(path, line), remedy="Save it as UTF-8 text.") from error
    try:
        root, content = parsed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None)
        raise ConfigurationError(
            f"The file is not valid YAML{f': {problem}' if problem else ''}.",
            where=place(path, mark.line + 1 if mark else None),
            remedy="Correct that line; a text with a colon or a quotation mark is best put in quotes, or after `|`.",
        ) from error
    except ValueError as error:  # such as a date that does not exist
        raise ConfigurationError(f"The file is not valid YAML: {error}.", where=str(path), remedy="Put that value in quotes.") from error
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise _wrong(error, path, root, kind) from error


def _wrong(error: ValidationError, path: Path, root: yaml.Node | None, kind: type[BaseModel]) -> ConfigurationError:
    """Every mistake with its line; one alone has the line in `where`."""
    mistakes = [one for one in error.errors() if not _follows(one, error.errors())]
    told = [(_line(root, one["loc"]), mistake_words(one, mistakes, kind)) for one in mistakes]
    told.sort(key=lambda one: one[0] or 0)
    if len(told) == 1:
        line, what = told[0]
        return ConfigurationError(f"{what}.", where=place(path, line), remedy=_REMEDY)
    shown = [f"\n- {f'line {line}: ' if line else ''}{what}" for line, what in told[:_MOST]]
    more = f"\n- and {len(told) - _MOST} more" if len(told) > _MOST else ""
    return ConfigurationError(f"{len(told)} mistakes:{''.join(shown)}{more}", where=str(path), remedy=_REMEDY)


def _follows(one: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether a list is only too short because what stands in it has mistakes of its own."""
    way = one["loc"]
    return one["type"] == "too_short" and any(other["loc"][: len(way)] == way and len(other["loc"]) > len(way) for other in others)


def mistake_words(one: ErrorDetails, all_of_them: Sequence[ErrorDetails], kind: type[BaseModel]) -> str:
    """A mistake in words: the field, what is wrong, and what was found."""
    field = ".".join(str(part) for part in one["loc"])
    if one["type"] == "missing":
        return f"field `{field}` is missing"
    if one["type"] == "extra_forbidden":
        lacking = [str(other["loc"][-1]) for other in all_of_them if other["type"] == "missing" and other["loc"][:-1] == one["loc"][:-1]]
        names = [*lacking, *kind.model_fields] if len(one["loc"]) == 1 else lacking
        close = difflib.get_close_matches(str(one["loc"][-1]), names, 1, cutoff=0.5)
        return f"there is no field `{field}`{f'; `{close[0]}` may be meant' if close else ''}"
    said = one["msg"].removeprefix("Value error, ").rstrip(".")
    return f"field `{field}`: {said}; found {_found(one['input'])}" if field else f"{said}; found {_found(one['input'])}"


def _found(value: object) -> str:
    """What stands there, short enough for a line."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"`{value}`" if len(value) <= _SHOWN and value.isprintable() else f"a text of {len(value):,} characters"
    if isinstance(value, Mapping):
        return "fields"
    if isinstance(value, Sequence):
        return f"a list of {len(cast('Sequence[object]', value))}"
    return f"`{str(value)[:_SHOWN]}`"


def _line(root: yaml.Node | None, way: Sequence[int | str]) -> int | None:
    """The line of a field, or of the innermost thing around it that the file has."""
    if root is None:
        return None
    at, line = root, root.start_mark.line + 1
    for part in way:
        if isinstance(at, yaml.MappingNode):
            fields = cast("list[tuple[yaml.Node, yaml.Node]]", at.value)
            for key, value in fields:
                if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                    at, line = value, key.start_mark.line + 1
                    break
        elif isinstance(at, yaml.SequenceNode) and isinstance(part, int):
            items = cast("list[yaml.Node]", at.value)
            if part < len(items):
                at = items[part]
                line = at.start_mark.line + 1
    return line
