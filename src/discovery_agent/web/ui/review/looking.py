"""What the page of review shows, read in one go, and a cheap way to tell whether anything has changed since."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery.drafting import latest_blueprint
from discovery_agent.discovery.reviewing import newest_signed, review_rules, review_trail, reviewers_of, standing
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.review import ReviewEntry, Reviewer, ReviewRules, ReviewStanding
from discovery_agent.web.ui.visit import Visit

_ALL = 10_000


@dataclass(frozen=True)
class Look:
    """The newest version and where it stands."""

    blueprint: Blueprint
    standing: ReviewStanding
    reviewers: tuple[Reviewer, ...]
    rules: ReviewRules | None
    signed_before: int | None
    """Number of the signed version, if it is an earlier one."""


async def look_at(visit: Visit, engagement_id: str) -> Look | None:
    """Everything that the page shows besides the open section; None if there is no blueprint yet."""
    ws = visit.workspace
    blueprint = await latest_blueprint(ws, engagement_id)
    if blueprint is None:
        return None
    stands = await standing(ws, engagement_id, blueprint.number, signer=visit.principal if visit.writes else None)
    before = None if stands.signed is not None else await newest_signed(ws, engagement_id)
    return Look(
        blueprint=blueprint,
        standing=stands,
        reviewers=await reviewers_of(ws, engagement_id),
        rules=await review_rules(ws, engagement_id),
        signed_before=before.number if before else None,
    )


async def acts_on(visit: Visit, engagement_id: str, section_id: SectionId) -> list[ReviewEntry]:
    """All acts on a section, in the order in which they were made."""
    entries, _ = await review_trail(visit.workspace, engagement_id, section_id, limit=_ALL)
    return sorted(entries, key=lambda one: one.id)


async def state_of(visit: Visit, engagement_id: str) -> tuple[object, ...]:
    """A value that is another one once somebody acted, signed, drafted, or was named or let in or out."""
    async with visit.workspace.database.reading() as unit:
        _, versions = await unit.blueprints.list(engagement_id, limit=0)
        _, acts = await unit.reviews.list(engagement_id, limit=0)
        _, signatures = await unit.sign_offs.list(engagement_id, limit=0)
        rules = await unit.review_rules.find(engagement_id, "rules")
        keys = tuple((one.id, one.revoked_at) for one in await unit.access.list(engagement_id))
    return versions, acts, signatures, rules.version if rules else None, keys
