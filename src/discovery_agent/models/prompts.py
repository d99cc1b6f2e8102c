"""Prompts are Markdown files: front matter, then `## System` and `## User` as Jinja2 templates.

    ---
    name: extract_findings
    purpose: Find what is wanted, and the words that prove it.
    version: 1
    inputs: [transcript]
    output: FindingsReply
    ---
    ## System
    ...
    ## User
    {{ transcript }}

A mistake in a file is a `ConfigurationError` with its line when the file is loaded, not when it is used.
What is filled in is data: it is never read as a template.
"""

from __future__ import annotations

import hashlib
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.front_matter import parse, read
from discovery_agent.models.messages import Message, PromptMark

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_PARTS = ("System", "User")
_REMEDY = "Correct the prompt file."


class FrontMatter(BaseModel):
    """What stands at the head of a prompt file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    purpose: str = Field(min_length=1)
    version: int = Field(ge=1)
    inputs: tuple[str, ...] = ()
    output: str = Field(min_length=1, description="Name of the model of the reply.")


@dataclass(frozen=True)
class Prompt:
    """A prompt ready to be filled in. `hash` changes with every character of its file."""

    front: FrontMatter
    source: Path
    hash: str
    _system: Template
    _user: Template

    @property
    def name(self) -> str:
        """Its name, which is the name of its file."""
        return self.front.name

    @property
    def version(self) -> int:
        """Raised by hand when the wording changes its meaning."""
        return self.front.version

    @property
    def mark(self) -> PromptMark:
        """What tells it from others, and from itself before a change."""
        return PromptMark(self.name, self.hash)

    def messages(self, **values: str) -> tuple[Message, ...]:
        """The system and the user message with the values filled in.

        Raises:
            ConfigurationError: a value is missing, or one is given that the prompt does not declare.
        """
        if set(values) != set(self.front.inputs):
            difference = ", ".join(sorted(set(values) ^ set(self.front.inputs)))
            raise ConfigurationError(
                f"The prompt's inputs and the values given for them differ: {difference}.",
                where=str(self.source),
                remedy="Use the inputs of the prompt that is built in.",
            )
        from jinja2 import TemplateError

        try:
            system, user = self._system.render(values), self._user.render(values)
        except TemplateError as error:
            raise ConfigurationError(
                f"The prompt cannot be filled in: {error}.", where=str(self.source), remedy="Correct the prompt file."
            ) from error
        return Message("system", system.strip()), Message("user", user.strip())


def load_prompts(folder: Path) -> list[Prompt]:
    """Every prompt of a folder, by name.

    Raises:
        ConfigurationError: a file has a mistake, or the folder has no prompt.
    """
    paths = sorted(path for path in folder.glob("*.md") if path.name.lower() != "readme.md")
    if not paths:
        raise ConfigurationError(
            "There is no prompt in this folder.", where=str(folder), remedy="Set DISCOVERY_PROMPTS_DIR to a folder of prompts."
        )
    return [load_prompt(path) for path in paths]


def load_prompt(path: Path) -> Prompt:
    """Read and check one prompt file.

    Raises:
        ConfigurationError: it cannot be read or has a mistake; names the line.
    """
    text = read(path)
    front, (body, _, first_line) = parse(path, text, FrontMatter, _REMEDY)
    if front.name != path.stem:
        raise _wrong(path, 1, f"The prompt is named `{front.name}`, but its file `{path.stem}`.")
    sections: dict[str, tuple[str, int]] = {}
    for name, content, line in _sections(path, body, first_line):
        if name not in _PARTS:
            raise _wrong(path, line, f"There is a part `## {name}`; a prompt has `## System` and `## User`.")
        if name in sections:
            raise _wrong(path, line, f"The part `## {name}` is there twice.")
        sections[name] = (content, line)
    environment = _environment()
    used: set[str] = set()
    templates: list[Template] = []
    for name in _PARTS:
        if name not in sections or not sections[name][0].strip():
            raise _wrong(path, first_line, f"The part `## {name}` is missing or empty.")
        used |= _checked_variables(environment, path, front, *sections[name])
        templates.append(_tried(environment, path, front, *sections[name]))
    for name in front.inputs:
        if front.inputs.count(name) > 1:
            raise _wrong(path, 1, f"The input `{name}` is declared twice.")
        if name not in used:
            raise _wrong(path, 1, f"The input `{name}` is declared, but nowhere used.")
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return Prompt(front, path, digest, templates[0], templates[1])


def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)


def _wrong(path: Path, line: int, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=place(path, line), remedy=_REMEDY)


def _sections(path: Path, body: str, first_line: int) -> Iterator[tuple[str, str, int]]:
    """Name, text and first line of each part."""
    headings = list(_SECTION.finditer(body))
    before = body[: headings[0].start()] if headings else body
    if before.strip():
        lines = before[: len(before) - len(before.lstrip())].count("\n")
        raise _wrong(path, first_line + lines, "There is text before the first part, which no model would see.")
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.start() if following else len(body)
        yield heading.group(1), body[heading.end() : end], first_line + body[: heading.end()].count("\n")


def _checked_variables(environment: SandboxedEnvironment, path: Path, front: FrontMatter, text: str, line: int) -> set[str]:
    """Names that a template takes from outside, all of them declared."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        tree = environment.parse(text)
        names = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:  # also a filter or a test that does not exist
        raise _wrong(path, line + error.lineno - 1, f"The template is wrong: {(error.message or '').splitlines()[0]}") from error
    for node in tree.find_all(nodes.Name):
        if node.name in names and node.name not in front.inputs:
            raise _wrong(path, line + node.lineno - 1, f"The variable `{node.name}` is used, but not declared under `inputs`.")
    return names


def _tried(environment: SandboxedEnvironment, path: Path, front: FrontMatter, text: str, line: int) -> Template:
    """The template, filled in once with words and once with nothing, so that what cannot work fails before a run."""
    template = environment.from_string(text)
    for sample in ("words", ""):
        try:
            template.render(dict.fromkeys(front.inputs, sample))
        except Exception as error:  # an expression can fail with anything that Python raises
            place_in_text = _line_of_failure(error)
            raise _wrong(path, line + place_in_text - 1, f"The template cannot be filled in: {error}.") from error
    return template


def _line_of_failure(error: Exception) -> int:
    """Line of the template where filling it in failed; Jinja2 rewrites the traceback to name it."""
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (frames[-1] if frames else None) or 1
