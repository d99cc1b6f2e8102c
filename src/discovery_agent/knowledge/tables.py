"""The decision tables as a consultant edits them, in YAML; a mistake is reported with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.economics import EconomicsTable
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.domain.ladder import Ladder
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.readiness import ReadinessTable
from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.yaml_text import parsed

T = TypeVar("T", bound=BaseModel)

_IN_BACKQUOTES = re.compile(r"`([^`]+)`")
_REMEDY = "Correct the file, or unset DISCOVERY_KNOWLEDGE_DIR to use the one that came with the program."


def load_tables(folder: Path) -> Tables:
    """The three tables of a knowledge folder.

    Raises:
        ConfigurationError: one of them is missing or wrong; with file and line.
    """
    return Tables(
        load_table(folder / "ladder.yaml", Ladder),
        load_table(folder / "readiness.yaml", ReadinessTable),
        load_table(folder / "economics.yaml", EconomicsTable),
    )


def load_interview(folder: Path) -> SlotTable:
    """What an interview asks for, of a knowledge folder.

    Raises:
        ConfigurationError: the table is missing or wrong; with file and line.
    """
    return load_table(folder / "interview.yaml", SlotTable)


def load_planning(folder: Path) -> PlanningTable:
    """What plans are made from, of a knowledge folder.

    Raises:
        ConfigurationError: the table is missing or wrong; with file and line.
    """
    return load_table(folder / "planning.yaml", PlanningTable)


def load_table(path: Path, model: type[T]) -> T:
    """A table in a YAML file. Conditions of the ladder are written for people, as `any_of: {criterion: [value, ...]}`.

    Raises:
        ConfigurationError: the file is missing, is no YAML, or says something that does not fit; with the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node, table = parsed(text)
    except OSError as error:
        raise ConfigurationError(f"The table cannot be read: {error.strerror}.", where=str(path), remedy=_REMEDY) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("The table is not in UTF-8.", where=str(path), remedy="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is malformed"
        where = place(path, mark.line + 1 if mark else None)
        raise ConfigurationError(f"The table is no valid YAML: {problem}.", where=where, remedy=_REMEDY) from error
    try:
        return model.model_validate(_as_pairs(table))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        line, field = _line(node, first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        if not field:
            line = _line_of_names(node, message) or line
        what = f"Field `{field}`: {message}." if field else f"The table does not hold together: {message}."
        raise ConfigurationError(what, where=place(path, line), remedy=_REMEDY) from error


def _as_pairs(table: object) -> object:
    """The table with each `any_of` mapping as pairs, which is how the domain keeps it."""
    if isinstance(table, dict):
        return {
            key: list(cast("dict[object, object]", value).items()) if key == "any_of" and isinstance(value, dict) else _as_pairs(value)
            for key, value in cast("dict[object, object]", table).items()
        }
    if isinstance(table, list):
        return [_as_pairs(one) for one in cast("list[object]", table)]
    return table


def _line(node: yaml.Node | None, place_in_table: tuple[int | str, ...]) -> tuple[int | None, str]:
    """The line of the deepest part of `place_in_table` that the file has, and the whole place in words."""
    words: list[str] = []
    for step in place_in_table:
        words.append(str(step + 1) if isinstance(step, int) else step)
        below: Any = None
        if isinstance(node, yaml.MappingNode):
            pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.value)
            if isinstance(step, int) and step < len(pairs):
                below = pairs[step][1]  # an `any_of`: its pairs are counted
            else:
                below = next((value for key, value in pairs if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            below = cast("list[yaml.Node]", node.value)[step]
        if below is None:
            break
        node = below
    return (node.start_mark.line + 1 if node else None), ".".join(words)


def _line_of_names(node: yaml.Node | None, message: str) -> int | None:
    """The line of the last thing in backquotes that the file has; rules on the whole table name the culprit last.

    Of several places the one where it is defined counts, and of several definitions the last.
    """
    words: dict[str, int] = {}
    definitions: dict[str, int] = {}
    todo: list[yaml.Node] = [node] if node is not None else []
    while todo:
        one = todo.pop()
        if isinstance(one, yaml.ScalarNode):
            words[one.value] = one.start_mark.line + 1
        elif isinstance(one, yaml.SequenceNode):
            todo.extend(cast("list[yaml.Node]", one.value))
        elif isinstance(one, yaml.MappingNode):
            for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", one.value):
                if key.value == "id" and isinstance(value, yaml.ScalarNode):
                    definitions[value.value] = max(definitions.get(value.value, 0), value.start_mark.line + 1)
                todo.extend((key, value))
    for name in reversed(_IN_BACKQUOTES.findall(message)):
        if line := definitions.get(name) or words.get(name):
            return line
    return None
