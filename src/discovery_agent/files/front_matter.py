"""Markdown files with YAML front matter: how prompts and knowledge pages begin; a mistake is named with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.yaml_text import parsed

T = TypeVar("T", bound=BaseModel)

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)


class Body(NamedTuple):
    """What follows the front matter."""

    text: str
    start: int
    """Offset in the whole text."""
    line: int
    """Line of the file where it begins, counted from 1."""


def read(path: Path) -> str:
    """The text of a file in UTF-8, with `\\n` as line end and no byte order mark.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"The file cannot be read: {error}.", where=str(path), remedy="Save it as UTF-8 text.") from error
    except OSError as error:
        raise ConfigurationError(
            f"The file cannot be read: {error.strerror or error}.", where=str(path), remedy="Check that it is there and may be read."
        ) from error


def parse(path: Path, text: str, model: type[T], remedy: str) -> tuple[T, Body]:
    """The front matter as a model, and the rest of the text.

    Raises:
        ConfigurationError: there is none, it is no YAML, repeats a field, or does not fit the model; with the line.
    """

    def wrong(line: int, what: str) -> ConfigurationError:
        return ConfigurationError(what, where=place(path, line), remedy=remedy)

    match = _FRONT.match(text)
    if match is None:
        raise wrong(1, "The file does not begin with front matter between two lines of `---`.")
    front = match.group(1)
    try:
        root, data = parsed(front)
        if repeated := _repeated(root):
            raise wrong(repeated[1], f"`{repeated[0]}` is there twice.")
        fields = model.model_validate(data)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise wrong(line, f"The front matter is not YAML: {error.problem}.") from error
    except yaml.reader.ReaderError as error:  # a character that YAML forbids
        raise wrong(2 + front[: error.position].count("\n"), f"The front matter is not YAML: {error.reason}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "front matter"
        start = f"{first['loc'][0]}:" if first["loc"] else ""
        line = next((number for number, one in enumerate(front.split("\n"), 2) if start and one.startswith(start)), 1)
        raise wrong(line, f"`{field}` is wrong: {first['msg']}.") from error
    except ValueError as error:  # such as a date that does not exist
        raise wrong(1, f"The front matter is not YAML: {error}.") from error
    return fields, Body(text[match.end() :], match.end(), text[: match.end()].count("\n") + 1)


def _repeated(root: yaml.Node | None) -> tuple[str, int] | None:
    """The first field that is there twice, and its line: YAML would let the last one win in silence."""
    seen: set[str] = set()
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        if str(key.value) in seen:
            return str(key.value), key.start_mark.line + 2
        seen.add(str(key.value))
    return None
