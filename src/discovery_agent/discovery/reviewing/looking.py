"""Where versions stand, what reviewers look at, and who did what to a section."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic import Field

from discovery_agent.discovery.gate_facts import early_facts
from discovery_agent.discovery.known import as_stakeholder
from discovery_agent.discovery.naming import name_to_the_eye
from discovery_agent.discovery.reviewing.reviewers import known_reviewers
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId, version_id
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.gates import concerns_of_gates
from discovery_agent.domain.review import (
    Concern,
    ReviewEntry,
    Reviewer,
    ReviewStanding,
    SectionReview,
    Verb,
    is_signed,
    left_out,
    standing_of,
)
from discovery_agent.errors import NotFound
from discovery_agent.storage.unit import Unit

_SIGNATURES = 50


class ChangedSection(Value):
    """A section as a reviewer was shown it, and as it is now, so that they can decide again."""

    shown_number: int
    shown: BlueprintSection | None
    current_number: int
    current: BlueprintSection | None = Field(description="None if the newest version has no such section any more.")
    current_hash: str | None = Field(default=None, description="What an act on the current content names.")


class SectionView(Value):
    """A section for one who reviews it: its content, where it stands, and what they approved of it before."""

    number: int
    section: BlueprintSection
    review: SectionReview
    own: ReviewEntry | None = Field(default=None, description="What they decided last, on whichever content.")
    approved_number: int | None = Field(
        default=None, description="The version in which they, or else anybody, approved other content last."
    )
    approved: BlueprintSection | None = Field(default=None, description="That content, to be set beside this one.")


async def standing(ws: Workspace, engagement_id: str, number: int | None = None, *, signer: Principal | None = None) -> ReviewStanding:
    """Where a version stands, the newest unless one is named; with `signer`, also what keeps this person from signing it.

    Raises:
        NotFound: there is no such engagement or version.
    """
    async with ws.database.reading() as unit:
        blueprint = await _version(unit, engagement_id, number)
        return await standing_in(ws, unit, blueprint, signer=signer)


async def standing_in(ws: Workspace, unit: Unit, blueprint: Blueprint, *, signer: Principal | None = None) -> ReviewStanding:
    """As `standing`, inside a transaction."""
    newest = await unit.blueprints.latest(blueprint.engagement_id)
    reviewers = await known_reviewers(ws, unit, blueprint.engagement_id)
    return await asyncio.to_thread(
        standing_of,
        blueprint,
        [one async for one in unit.reviews.all(blueprint.engagement_id)],
        reviewers,
        newest=newest.number if newest else blueprint.number,
        sign_off=await unit.sign_offs.find(blueprint.engagement_id, blueprint.id),
        signer=signer,
        gone=await _gone(unit, blueprint),
        look=name_to_the_eye,
        concerns=await _concerns(ws, unit, blueprint, reviewers) if signer else (),
    )


async def _concerns(ws: Workspace, unit: Unit, blueprint: Blueprint, reviewers: Sequence[Reviewer]) -> tuple[Concern, ...]:
    """Earlier gates that are shut, and roles that answer for sections and whose approval nobody asks for."""
    facts = await early_facts(ws, unit, blueprint.engagement_id)
    people = [as_stakeholder(one) for one in await unit.stakeholders.list(blueprint.engagement_id)]

    def found() -> tuple[Concern, ...]:
        return (*concerns_of_gates(facts), *left_out(blueprint.sections, people, reviewers, name_to_the_eye))

    return await asyncio.to_thread(found)


async def _gone(unit: Unit, blueprint: Blueprint) -> list[str]:
    """Statements of findings that a version cites and that nobody can cite any more."""
    cited = [one.finding_id for one in blueprint.evidence]
    stored = await unit.findings.of_ids(blueprint.engagement_id, cited) if cited else []
    live = {one.finding.id for one in stored if one.finding.status is not FindingStatus.REJECTED}
    return [one.statement for one in blueprint.evidence if one.finding_id not in live]


async def section_view(ws: Workspace, engagement_id: str, number: int, section_id: SectionId, principal: Principal | None) -> SectionView:
    """A section as somebody reviews it, or anybody for None; after a change, with the content that was approved before.

    Raises:
        NotFound: there is no such engagement, version or section.
    """
    async with ws.database.reading() as unit:
        blueprint = await _version(unit, engagement_id, number)
        section = blueprint.section(section_id)
        if section is None:
            raise NotFound("This version has no such section.", where=section_id.value)
        review = (await standing_in(ws, unit, blueprint)).section(section_id)
        assert review is not None
        entries, _ = await unit.reviews.list(engagement_id, group=section_id.value, limit=None)
        whole = sorted((one for one in entries if one.choice_id is None and one.number <= number), key=lambda one: one.id)
        mine = principal.key_id if principal else None
        decisions = [one for one in whole if one.verb.decides and one.reviewer_id == mine]
        approvals = [one for one in whole if one.verb is Verb.APPROVE and one.section_hash != section.content_hash]
        before = next((one for one in reversed(approvals) if one.reviewer_id == mine), approvals[-1] if approvals else None)
        approved = (await unit.blueprints.get(engagement_id, version_id(before.number))).section(section_id) if before else None
    return SectionView(
        number=number,
        section=section,
        review=review,
        own=decisions[-1] if decisions else None,
        approved_number=before.number if before else None,
        approved=approved,
    )


async def changed_section(ws: Workspace, engagement_id: str, number: int, section_id: SectionId) -> ChangedSection:
    """What a reviewer was shown of a section, and what it is in the newest version: for one whose act was refused as out of date.

    Raises:
        NotFound: there is no such engagement or version.
    """
    async with ws.database.reading() as unit:
        shown = await _version(unit, engagement_id, number)
        current = await _version(unit, engagement_id, None)
    now = current.section(section_id)
    return ChangedSection(
        shown_number=shown.number,
        shown=shown.section(section_id),
        current_number=current.number,
        current=now,
        current_hash=now.content_hash if now else None,
    )


async def review_trail(
    ws: Workspace, engagement_id: str, section_id: SectionId, offset: int = 0, limit: int = 50
) -> tuple[list[ReviewEntry], int]:
    """Some acts on a section in all its versions, the newest first, and how many there are: comments, decisions, what was settled.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.reviews.list(engagement_id, group=section_id.value, newest_first=True, offset=offset, limit=limit)


async def newest_signed(ws: Workspace, engagement_id: str) -> Blueprint | None:
    """The newest version that carries a sound signature: what is carried out. None if there is none.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await newest_signed_in(unit, engagement_id)


async def newest_signed_in(unit: Unit, engagement_id: str) -> Blueprint | None:
    """As `newest_signed`, inside a transaction."""
    signatures, _ = await unit.sign_offs.list(engagement_id, newest_first=True, limit=_SIGNATURES)
    for one in sorted(signatures, key=lambda one: -one.number):
        blueprint = await unit.blueprints.find(engagement_id, version_id(one.number))
        if blueprint is not None and await asyncio.to_thread(is_signed, blueprint, one):
            return blueprint
    return None


async def _version(unit: Unit, engagement_id: str, number: int | None) -> Blueprint:
    await unit.engagements.get(engagement_id)
    if number is not None:
        return await unit.blueprints.get(engagement_id, version_id(number))
    newest = await unit.blueprints.latest(engagement_id)
    if newest is None:
        raise NotFound("There is no blueprint yet.", remedy="Draft one first.")
    return newest
