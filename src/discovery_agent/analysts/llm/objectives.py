"""The shared objective from a model: what it is told, all of it from people fenced as data, and how it replies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.analysts.llm.fence import one_line
from discovery_agent.analysts.protocol import Critique, ObjectiveBrief
from discovery_agent.domain.agreement.objective import LONGEST_TEXT
from discovery_agent.errors import ConfigurationError
from discovery_agent.models.messages import Message
from discovery_agent.models.prompts import Prompt, load_prompt
from discovery_agent.settings import data_folder

PROPOSING = "propose_objective"
REVISING = "revise_objective"

_PART_CHARACTERS = 600
_CRITIQUE_CHARACTERS = 800
_MOST_CRITIQUES = 40
_SHORT = 300
_PROSE = 1500


class _Reply(BaseModel):
    # A field that nobody asked for does no harm; it is only left out.
    model_config = ConfigDict(extra="ignore", frozen=True)


class StatementReply(_Reply):
    """One statement of the objective."""

    text: str = Field(description="The statement, complete and ready to be read.")


class ObjectivesReply(_Reply):
    """Statements that differ in how they say it."""

    statements: list[StatementReply]


@dataclass(frozen=True)
class ObjectivePrompts:
    """What a model is told before the first round, and after one that ended with critiques."""

    propose: Prompt
    revise: Prompt

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Both from a folder; what it lacks is taken from the prompts that are built in.

        Raises:
            ConfigurationError: one has a mistake, or asks for another reply.
        """
        return cls(*(_prompt(folder, name) for name in (PROPOSING, REVISING)))

    def of(self, brief: ObjectiveBrief) -> Prompt:
        """The one for a brief."""
        return self.revise if brief.before and brief.critiques else self.propose


def _prompt(folder: Path, name: str) -> Prompt:
    own = folder / f"{name}.md"
    prompt = load_prompt(own if own.exists() else data_folder("prompts") / own.name)
    if prompt.front.output != ObjectivesReply.__name__:
        raise ConfigurationError(
            f"The prompt's output is `{prompt.front.output}`, but its reply comes as `{ObjectivesReply.__name__}`.",
            where=str(prompt.source),
            remedy="Correct the prompt file.",
        )
    return prompt


def objective_messages(prompt: Prompt, brief: ObjectiveBrief, count: int) -> tuple[Message, ...]:
    """The messages that ask for some statements.

    Raises:
        ConfigurationError: a prompt of one's own has other inputs than the built-in one.
    """
    data = {
        "organisation": _cut(brief.organisation, _SHORT),
        "purpose": _cut(brief.purpose, _PROSE),
        "parts": "\n".join(f"- {part.kind.value}: {_cut(part.text, _PART_CHARACTERS)}" for part in brief.parts),
    }
    if prompt.name == REVISING:
        data["before"] = _cut(brief.before, LONGEST_TEXT)
        data["critiques"] = "\n".join(map(_told, brief.critiques[:_MOST_CRITIQUES]))
    digest = hashlib.sha256("\x1f".join(data.values()).encode("utf-8", "surrogatepass")).hexdigest()
    return prompt.messages(fence=f"transcript-{digest[:8]}", count=str(count), longest=str(brief.longest), **data)


def statements_in(reply: ObjectivesReply, count: int) -> tuple[str, ...]:
    """What a reply proposes: each statement once, with lines as it has them, none of them empty or endless."""
    found: dict[str, str] = {}
    for one in reply.statements:
        text = "\n".join(line for each in one.text.splitlines() if (line := one_line(each)))[:LONGEST_TEXT].strip()
        if any(sign.isalnum() for sign in text):
            found.setdefault(" ".join(text.casefold().split()), text)
    return tuple(found.values())[:count]


def _told(critique: Critique) -> str:
    about = f" about “{_cut(critique.part, _SHORT)}”" if critique.part else ""
    return f"- {'veto' if critique.veto else 'critique'}{about}: {_cut(critique.words, _CRITIQUE_CHARACTERS)}"


def _cut(text: str, longest: int) -> str:
    plain = one_line(text)
    return plain if len(plain) <= longest else plain[: longest - 2].rstrip() + " …"
