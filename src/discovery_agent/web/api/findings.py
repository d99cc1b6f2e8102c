"""Findings: list them, and confirm, correct or reject one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from pydantic import Field

from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.interviews import correct_finding
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Principal, StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import NotFound, StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Who, Ws, opened, problems
from discovery_agent.web.api.fields import Id, Limit, Offset, Page, Statement, Version
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements/{engagement_id}/findings", tags=["Findings"], responses=problems())


class Verdict(fields.Body):
    """A finding that is right, or wrong."""

    version: Version
    status: Literal["confirmed", "rejected"]


class Correction(fields.Body):
    """A finding that should read otherwise; its quotes stay."""

    version: Version
    status: Literal["corrected"]
    statement: Annotated[Statement, Field(description="How it should read.")]


FindingDecision = Annotated[Verdict | Correction, Field(discriminator="status")]


@router.get("", summary="List findings")
async def list_findings(
    ws: Ws,
    who: Who,
    engagement_id: Id,
    kind: FindingKind | None = None,
    status: FindingStatus | None = None,
    conversation_id: Annotated[str | None, Query(max_length=80)] = None,
    speaker: Annotated[str | None, Query(max_length=200)] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words that all occur in the statement or its quotes.")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[StoredFinding]:
    """In the order in which they were said. A stakeholder names the interview, which has to be their own.

    What was said in interviews that are still private is left out.
    """
    if conversation_id is not None:
        await opened(ws, who, conversation_id, engagement_id)
    else:
        may(who, engagement_id)
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        items, total = await unit.findings.list(
            engagement_id,
            kind=kind,
            status=status,
            conversation_id=conversation_id,
            speaker=speaker,
            q=q,
            released_only=engagement.private_until_release and conversation_id is None,
            offset=offset,
            limit=limit,
        )
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.get("/{finding_id}", summary="Show a finding")
async def get_finding(ws: Ws, who: Who, engagement_id: Id, finding_id: Id) -> StoredFinding:
    """With its quotes."""
    return await _finding(ws, who, engagement_id, finding_id)


@router.patch("/{finding_id}", summary="Confirm, correct or reject a finding", responses=problems(409))
async def decide(
    ws: Ws,
    who: Who,
    engagement_id: Id,
    finding_id: Id,
    decision: Annotated[
        FindingDecision,
        Body(
            examples=[
                {"version": 1, "status": "confirmed"},
                {"version": 1, "status": "corrected", "statement": "Claims are settled within four working days."},
            ]
        ),
    ],
) -> StoredFinding:
    """By the lead, or by the stakeholder who said it. An older version than the stored one is refused, and the answer shows how it stands."""
    await _finding(ws, who, engagement_id, finding_id, write=True)
    try:
        return await correct_finding(
            ws,
            engagement_id,
            finding_id,
            status=FindingStatus(decision.status),
            statement=decision.statement if isinstance(decision, Correction) else None,
            version=decision.version,
            actor=name_of(who),
        )
    except StaleVersion as error:
        raise changed_meanwhile(error, await _finding(ws, who, engagement_id, finding_id)) from error


async def _finding(ws: Workspace, who: Principal, engagement_id: str, finding_id: str, *, write: bool = False) -> StoredFinding:
    if who.role is AccessRole.STAKEHOLDER:
        if who.engagement_id != engagement_id:
            raise NotFound("There is no such engagement.", where=engagement_id)
    else:
        may(who, engagement_id, write=write)
    async with ws.database.reading() as unit:
        stored = await unit.findings.get(engagement_id, finding_id)
    try:
        await opened(ws, who, stored.conversation_id, engagement_id, write=write)
    except NotFound as error:
        raise NotFound("There is no such finding.", where=finding_id) from error
    return stored
