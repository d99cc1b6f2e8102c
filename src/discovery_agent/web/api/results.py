"""What follows from the findings: goal tree, verdicts, conflicts, agenda, coverage, and what changed."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from discovery_agent.discovery.assessments import (
    AssessmentOverview,
    ChangeHead,
    Section,
    assessment_overview,
    assessment_section,
    request_assessment,
)
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agenda import AgendaItem, by_person
from discovery_agent.domain.changes import Completed, Moved, Node, Superseded
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.coverage import SingleVoice, Voice
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.engagement import Job
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode
from discovery_agent.storage.records import AssessmentHead
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Ws, problems
from discovery_agent.web.api.fields import LARGEST_NUMBER, Limit, Offset, Page

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Assessment"], responses=problems())


class Latest(BaseModel):
    """The newest assessment."""

    assessment: AssessmentOverview | None = Field(description="None before the first.")


class GoalTreePart(BaseModel):
    """A part of the goal tree: `offset` and `limit` count in each of its three lists."""

    business_goals: Page[BusinessGoalNode]
    unlinked_operational_goals: Page[OperationalGoalNode] = Field(description="Those that could not be tied to a business goal.")
    unlinked_kpis: Page[KpiNode] = Field(description="Those that could not be tied to a goal.")


class CoveragePart(BaseModel):
    """Who was heard, and what rests on one voice: `offset` and `limit` count in each list."""

    voices: Page[Voice]
    missing_roles: tuple[Role, ...] = Field(description="Roles that nobody who spoke is known to have.")
    single_voices: Page[SingleVoice]


class PersonAgenda(BaseModel):
    """What to ask one person."""

    person: str = Field(description="A name, or a role of which nobody was heard yet.")
    questions: tuple[AgendaItem, ...] = Field(description="The most telling first; at most ten.")
    total: int = Field(ge=0)


class Changes(BaseModel):
    """What the newest conversations changed: `offset` and `limit` count in each list."""

    since: ChangeHead
    confirmed: Page[Node]
    completed: Page[Completed]
    contradicted: Page[Conflict]
    superseded: Page[Superseded]
    added: Page[Node]
    withdrawn: Page[Node]
    moved: Page[Moved]


@router.get("/assessments", summary="List assessments")
async def list_assessments(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[AssessmentHead]:
    """The newest first; the oldest are not kept."""
    async with ws.database.reading() as unit:
        return fields.cut(await unit.assessments.list(engagement.id), offset, limit)


@router.post("/assessments", summary="Ask for a new assessment", status_code=status.HTTP_202_ACCEPTED)
async def request(ws: Ws, engagement: Changeable) -> Job:
    """It is made in the background. New conversations ask for one by themselves."""
    return await request_assessment(ws, engagement.id)


@router.get("/assessments/latest", summary="Show the newest assessment")
async def latest(ws: Ws, engagement: Readable) -> Latest:
    """Its figures; the lists have addresses of their own."""
    return Latest(assessment=await assessment_overview(ws, engagement.id))


@router.get("/goal-tree", summary="Show the goal tree")
async def goal_tree(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> GoalTreePart:
    """Business goals, the operational goals that serve them, and their KPIs."""
    goals, operational, kpis = await _pages(
        ws, engagement.id, offset, limit, Section.BUSINESS_GOALS, Section.OPERATIONAL_GOALS, Section.UNLINKED_KPIS
    )
    return GoalTreePart(business_goals=goals, unlinked_operational_goals=operational, unlinked_kpis=kpis)


@router.get("/kpis", summary="List KPIs")
async def kpis(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[KpiNode]:
    """All of the goal tree, with what is not known of each."""
    return await _page(ws, engagement.id, Section.KPIS, offset, limit)


@router.get("/verdicts", summary="List verdicts")
async def verdicts(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[GoalDecision]:
    """For each operational goal: whether AI is needed, whether the data is ready, and what it would pay."""
    return await _page(ws, engagement.id, Section.GOALS, offset, limit)


@router.get("/conflicts", summary="List conflicts")
async def conflicts(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[Conflict]:
    """Where what stakeholders said cannot all be true, with both quotes."""
    return await _page(ws, engagement.id, Section.CONFLICTS, offset, limit)


@router.get("/agenda", summary="List what to ask next")
async def agenda(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[AgendaItem]:
    """The question whose answer could change most comes first."""
    return await _page(ws, engagement.id, Section.AGENDA, offset, limit)


@router.get("/agenda/by-person", summary="List whom to ask what")
async def agenda_by_person(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[PersonAgenda]:
    """Each question with the first person who can answer it."""
    items, _ = await assessment_section(ws, engagement.id, Section.AGENDA, limit=LARGEST_NUMBER)
    grouped = await asyncio.to_thread(by_person, items)
    people = [PersonAgenda(person=name, questions=asked[:10], total=len(asked)) for name, asked in grouped.items()]
    return fields.cut(people, offset, limit)


@router.get("/coverage", summary="Show who was heard")
async def coverage(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> CoveragePart:
    """And which conclusions rest on one voice."""
    voices, single = await _pages(ws, engagement.id, offset, limit, Section.VOICES, Section.SINGLE_VOICES)
    overview = await assessment_overview(ws, engagement.id)
    return CoveragePart(voices=voices, missing_roles=overview.missing_roles if overview else (), single_voices=single)


@router.get("/changes", summary="Show what the newest conversations changed")
async def changes(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Changes:
    """Against the assessment before the newest."""
    overview = await assessment_overview(ws, engagement.id)
    parts = (
        Section.CONFIRMED,
        Section.COMPLETED,
        Section.CONTRADICTED,
        Section.SUPERSEDED,
        Section.ADDED,
        Section.WITHDRAWN,
        Section.MOVED,
    )
    found = await _pages(ws, engagement.id, offset, limit, *parts)
    return Changes(
        since=overview.change if overview else ChangeHead(), **{part.value: page for part, page in zip(parts, found, strict=True)}
    )


async def _page(
    ws: Workspace, engagement_id: str, section: Section, offset: int, limit: int, assessment_id: str | None = None
) -> Page[Any]:
    items, total = await assessment_section(ws, engagement_id, section, assessment_id=assessment_id, offset=offset, limit=limit)
    return Page(items=list(items), total=total, offset=offset, limit=limit)


async def _pages(ws: Workspace, engagement_id: str, offset: int, limit: int, *sections: Section) -> list[Page[Any]]:
    """Parts of one and the same assessment, also if another is stored meanwhile."""
    overview = await assessment_overview(ws, engagement_id)
    named = overview.id if overview else None
    return [await _page(ws, engagement_id, section, offset, limit, named) for section in sections]
