"""Lets a model word what reads better as prose; what must be there stays as the rules composed it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from discovery_agent.analysts.protocol import SectionBrief, SectionWriter
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.compose import finished
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.wording import WORDED, Worded, citable, wordable, worded
from discovery_agent.errors import DiscoveryError, ModelError, NotFound, SpendLimitReached
from discovery_agent.models.billing import Meter

PURPOSE = "blueprint"
"""What the spending of a model on sections is booked under."""
_LONGEST = {SectionId.SPONSOR_VISION: 260, SectionId.MEMO: 320, SectionId.RISKS: 120}
"""Words of what a model writes for a section; tables come on top."""


async def written(ws: Workspace, drafted: Blueprint, material: Material) -> Blueprint:
    """The draft as the engagement's model words it; as it is without one. A call that fails leaves its section in the rules' words."""
    writer: SectionWriter = await ws.model_for(material.engagement_id) or ws.bench.rules
    outcomes = await asyncio.gather(*(_one(ws, writer, drafted, section_id) for section_id in WORDED if wordable(drafted, section_id)))
    sections = {one.section.id: one.section for one, _ in outcomes if one is not None}
    notes = tuple(note for _, note in outcomes if note)
    changed = drafted.model_copy(
        update={
            "sections": tuple(sections.get(one.id, one) for one in drafted.sections),
            "notes": (*drafted.notes, *notes),
            "made_by": writer.name,
        }
    )
    return finished(changed, material)


async def _one(ws: Workspace, writer: SectionWriter, drafted: Blueprint, section_id: SectionId) -> tuple[Worded | None, str]:
    """One section in the model's words, and what there is to say about it."""
    brief = brief_of(drafted, section_id)
    meter = Meter()
    try:
        words = await writer.write_section(brief, meter=meter)
    except (ModelError, SpendLimitReached) as error:
        return None, f"{brief.title}: the model did not word it, and the rules' wording stands: {_said(error)}"
    finally:
        await _book(ws, drafted.engagement_id, meter)
    found = worded(drafted, section_id, words.claims, writer.name)
    return found, found.note


def brief_of(drafted: Blueprint, section_id: SectionId) -> SectionBrief:
    """What an analyst is told before it words a section of the draft. The section is there, and may be worded."""
    section = drafted.section(section_id)
    assert section is not None
    evidence, assumptions = citable(drafted, section_id)
    return SectionBrief(
        section=section_id,
        title=section.title,
        course=drafted.course,
        parts=wordable(drafted, section_id),
        evidence=evidence,
        assumptions=assumptions,
        organisation=drafted.organisation,
        longest=_LONGEST[section_id],
    )


def _said(error: DiscoveryError) -> str:
    return error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."


async def _book(ws: Workspace, engagement_id: str, meter: Meter) -> None:
    if not (meter.usage.calls or meter.usage.cached_calls):
        return
    with suppress(NotFound):  # the engagement is gone, and its spending with it
        async with ws.database.unit() as unit:
            await unit.spending.add(engagement_id, None, PURPOSE, meter.usage, ws.now())
