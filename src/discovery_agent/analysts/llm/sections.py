"""A section of a blueprint from a model: what it is told, all of it from people fenced as data, and how it replies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.analysts.llm.fence import one_line, safe_name
from discovery_agent.analysts.protocol import SectionBrief
from discovery_agent.domain.blueprint.claims import Assumption, Evidence, Part
from discovery_agent.domain.blueprint.wording import ProposedClaim
from discovery_agent.errors import ConfigurationError
from discovery_agent.models.messages import Message
from discovery_agent.models.prompts import Prompt, load_prompt
from discovery_agent.settings import data_folder

SECTION_PROMPT = "draft_section"
_MOST_EVIDENCE = 80
_MOST_ASSUMPTIONS = 40
_STATEMENT = 300
_QUOTE = 240
_SHORT = 200


class _Reply(BaseModel):
    # A field that nobody asked for does no harm; it is only left out.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ClaimReply(_Reply):
    """One sentence or two of a part."""

    cites: list[str] = Field(description="Ids of what it stands on, such as F3 or A1.")
    part: str = Field(description="Id of the part that it belongs to.")
    text: str = Field(min_length=1, description="The sentence, ready to be read.")


class SectionReply(_Reply):
    """The words of a section, in reading order."""

    claims: list[ClaimReply]


def section_prompt(folder: Path) -> Prompt:
    """The prompt from a folder, or the built-in one if it has none.

    Raises:
        ConfigurationError: it has a mistake, or asks for another reply.
    """
    own = folder / f"{SECTION_PROMPT}.md"
    prompt = load_prompt(own if own.exists() else data_folder("prompts") / own.name)
    if prompt.front.output != SectionReply.__name__:
        raise ConfigurationError(
            f"The prompt's output is `{prompt.front.output}`, but its reply comes as `{SectionReply.__name__}`.",
            where=str(prompt.source),
            remedy="Correct the prompt file.",
        )
    return prompt


def labels_of(brief: SectionBrief) -> Mapping[str, str]:
    """Short label -> id of a finding or assumption, as the model is given them."""
    found = {f"F{at}": one.finding_id for at, one in enumerate(brief.evidence[:_MOST_EVIDENCE], start=1)}
    return found | {f"A{at}": one.id for at, one in enumerate(brief.assumptions[:_MOST_ASSUMPTIONS], start=1)}


def section_messages(prompt: Prompt, brief: SectionBrief) -> tuple[Message, ...]:
    """The messages that ask for the words of a section.

    Raises:
        ConfigurationError: a prompt of one's own has other inputs than the built-in one.
    """
    labels = {id_: label for label, id_ in labels_of(brief).items()}
    data = {
        "organisation": _cut(brief.organisation, _SHORT),
        "parts": "\n".join(_part(part, labels) for part in brief.parts),
        "evidence": "\n".join(_evidence(one, labels) for one in brief.evidence[:_MOST_EVIDENCE]),
        "assumptions": "\n".join(_assumption(one, labels) for one in brief.assumptions[:_MOST_ASSUMPTIONS]),
    }
    digest = hashlib.sha256("\x1f".join(data.values()).encode("utf-8", "surrogatepass")).hexdigest()
    return prompt.messages(
        fence=f"transcript-{digest[:8]}", section=brief.title, course=brief.course.label, longest=str(brief.longest), **data
    )


def claims_in(reply: SectionReply, brief: SectionBrief) -> tuple[ProposedClaim, ...]:
    """What a reply proposes. A label that was not given stays as it was written, so that the rules refuse and count the claim."""
    labels = labels_of(brief)
    return tuple(
        ProposedClaim(
            part_id=one.part.strip()[:80],
            text=text,
            cites=tuple(dict.fromkeys(labels.get(label.strip().strip("[]").upper(), label.strip()[:120]) for label in one.cites)),
        )
        for one in reply.claims
        if (text := one_line(one.text))
    )


def _part(part: Part, labels: Mapping[str, str]) -> str:
    lines = [f"part {part.id} ({_cut(part.heading, _SHORT)}):"]
    for claim in part.claims:
        cites = ", ".join(labels[one] for one in (*claim.findings, *claim.assumptions) if one in labels)
        lines.append(f"- {_cut(claim.text, _STATEMENT)} [{cites}]")
    return "\n".join(lines)


def _evidence(one: Evidence, labels: Mapping[str, str]) -> str:
    who = ", ".join(safe_name(speaker) for speaker in one.speakers[:3])
    return f"{labels[one.finding_id]} {who}: {_cut(one.statement, _STATEMENT)} | said as: {_cut(one.quotes[0].text, _QUOTE)}"


def _assumption(one: Assumption, labels: Mapping[str, str]) -> str:
    figure = f" = {one.value:g} {one.unit}".rstrip() if one.value is not None else ""
    return f"{labels[one.id]} {_cut(one.text, _STATEMENT)}{figure}"


def _cut(text: str, longest: int) -> str:
    plain = one_line(text)
    return plain if len(plain) <= longest else plain[: longest - 2].rstrip() + " …"
