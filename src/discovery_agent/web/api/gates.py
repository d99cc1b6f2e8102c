"""Gates between the phases: what is missing for the next one, who can supply it, who closes which readiness gap."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from discovery_agent.discovery import gates as use
from discovery_agent.domain.gates import GapOwner, Missing, Phase
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Day, Id, Limit, Offset, Page, Version

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Gates"], responses=problems())

_FIRST = 50


class GateHead(BaseModel):
    """A gate with the first things that it lacks."""

    phase: Phase
    hands_over: str
    open: bool
    met: list[str]
    partly: list[str] = Field(description="How much is there of what is not all there yet.")
    missing_total: int = Field(ge=0, description="How much it lacks; all of it is at `/gates/{phase}/missing`.")
    missing: list[Missing]


class GatesView(BaseModel):
    """Where an engagement stands."""

    current: Phase = Field(description="The first phase whose gate is shut; execution if all are open.")
    gates: list[GateHead]


class GapAssignment(fields.Body):
    """Who closes a readiness gap."""

    version: Version | None = Field(default=None, description="Of the owner that was read; none if there was none.")
    owner_id: Annotated[str, Field(min_length=1, max_length=80)] | None = Field(description="A stakeholder, or null for nobody.")
    due: Day | None = None


@router.get("/gates", summary="Show the gates")
async def get_gates(ws: Ws, engagement: Readable) -> GatesView:
    """All five, computed anew from what is known now, each with at most 50 things that it lacks."""
    found = await use.gates_of(ws, engagement.id)
    heads = [
        GateHead(
            phase=one.phase,
            hands_over=one.hands_over,
            open=one.open,
            met=list(one.met),
            partly=list(one.partly),
            missing_total=len(one.missing),
            missing=list(one.missing[:_FIRST]),
        )
        for one in found.gates
    ]
    return GatesView(current=found.current, gates=heads)


@router.get("/gates/{phase}/missing", summary="List what a gate lacks")
async def list_missing(ws: Ws, engagement: Readable, phase: Phase, offset: Offset = 0, limit: Limit = 50) -> Page[Missing]:
    """Each with who can supply it, and where."""
    items, total = await use.gate_missing(ws, engagement.id, phase, offset, limit)
    return Page(items=list(items), total=total, offset=offset, limit=limit)


@router.get("/readiness-gaps", summary="List readiness gaps")
async def list_gaps(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[use.ReadinessGap]:
    """What keeps the data of an operational goal from being ready, and who closes it."""
    items, total = await use.gaps_of(ws, engagement.id, offset, limit)
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.put("/readiness-gaps/{gap_id}/owner", summary="Say who closes a gap", responses=problems(409))
async def set_owner(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    gap_id: Id,
    new: Annotated[GapAssignment, Body(examples=[{"owner_id": "s_Zb3kQ0vP1sXy", "due": "2026-06-30"}])],
) -> GapOwner:
    """A stakeholder of the engagement. If somebody was quicker, the answer is 409: load the gaps again."""
    return await use.set_gap_owner(ws, engagement.id, gap_id, new.owner_id, due=new.due, version=new.version, principal=who)
