"""Blueprints: drafted in the background, read in versions, changed by people one version at a time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, status
from pydantic import BaseModel, Field

from discovery_agent.discovery import drafting as use
from discovery_agent.domain.blueprint.audiences import told_for
from discovery_agent.domain.blueprint.claims import Assumption, Audience, Claim, Defect, Evidence, Part, Row
from discovery_agent.domain.blueprint.differences import BlueprintDifferences
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.blueprint.trace import Standing, Trace, standing_on
from discovery_agent.domain.economics import Span
from discovery_agent.domain.engagement import Job, Principal
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.work import LEAST_PEOPLE, MOST_A_DAY, MOST_DAYS, Estimate, RoleRate
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import LARGEST_NUMBER, Day, Limit, Offset, Page, only_numbers
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Blueprint"], responses=problems())

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the version.")]
OfVersion = Annotated[int, Query(ge=1, le=LARGEST_NUMBER, description="Number of a version.")]
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"[^\W_]")]
Cited = Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(default_factory=list, max_length=200)]
PartId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_.-]+$")]
Figure = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False), only_numbers]
Cost = Annotated[float, Field(ge=0, le=MOST_A_DAY, allow_inf_nan=False), only_numbers]
Days = Annotated[float, Field(ge=0, le=MOST_DAYS, allow_inf_nan=False), only_numbers]


class NewClaim(fields.Body):
    """A claim. Without citations it becomes an assumption, stated by whoever sends it."""

    text: Text
    findings: Cited
    assumptions: Cited


class NewRow(fields.Body):
    """A row of a table, with as many cells as the table has columns."""

    cells: Annotated[list[Annotated[str, Field(max_length=1200)]], Field(min_length=1, max_length=12)]
    findings: Cited
    assumptions: Cited


class NewPart(fields.Body):
    """A part of a section, under the id that it had; a new part has a new id."""

    id: PartId
    heading: Annotated[str, Field(max_length=120)] = ""
    claims: Annotated[list[NewClaim], Field(default_factory=list, max_length=400)]
    columns: Annotated[list[Annotated[str, Field(max_length=80)]], Field(default_factory=list, max_length=12)]
    rows: Annotated[list[NewRow], Field(default_factory=list, max_length=400)]

    def meant(self) -> Part:
        """The part as the use case takes it; what is computed and who wrote what is not for a client to say."""
        return Part(
            id=self.id,
            heading=self.heading,
            claims=tuple(Claim(text=one.text, findings=tuple(one.findings), assumptions=tuple(one.assumptions)) for one in self.claims),
            columns=tuple(self.columns),
            rows=tuple(Row(cells=tuple(one.cells), findings=tuple(one.findings), assumptions=tuple(one.assumptions)) for one in self.rows),
        )


class NewSection(fields.Body):
    """A section as somebody rewrote it. What they left as it was stays as it is, with its author."""

    parts: Annotated[list[NewPart], Field(max_length=60)]


class NewAssumption(fields.Body):
    """Other words or figures for an assumption; figures rise from low to high."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=r"[^\W_]")] | None = None
    low: Figure | None = None
    value: Figure | None = None
    high: Figure | None = None


class NewSpan(fields.Body):
    """Lowest, likeliest and highest cost of a day."""

    low: Cost
    likely: Cost
    high: Cost


class NewRole(fields.Body):
    """People of one kind, and what one of them costs a day."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    name: fields.Line
    day_rate: NewSpan
    people: Annotated[float, Field(ge=LEAST_PEOPLE, le=50, allow_inf_nan=False), only_numbers]

    def meant(self) -> RoleRate:
        """The role as the plan takes it."""
        if not self.day_rate.low <= self.day_rate.likely <= self.day_rate.high:
            raise InvalidRequest("Low, likely and high must rise.", where=f"roles.{self.id}.day_rate", remedy="Put them in order.")
        rate = Span(low=self.day_rate.low, likely=self.day_rate.likely, high=self.day_rate.high)
        return RoleRate(id=self.id, name=self.name[:80], day_rate=rate, people=self.people)


class NewEstimate(fields.Body):
    """Working days of one person: if all goes well, most likely, if much goes wrong."""

    optimistic: Days
    likely: Days
    pessimistic: Days

    def meant(self, task: str) -> Estimate:
        """The estimate as the plan takes it."""
        if not self.optimistic <= self.likely <= self.pessimistic:
            raise InvalidRequest("Optimistic, likely and pessimistic must rise.", where=f"estimates.{task}", remedy="Put them in order.")
        return Estimate(optimistic=self.optimistic, likely=self.likely, pessimistic=self.pessimistic)


class NewSettings(fields.Body):
    """What is to change of the plan; what is left out stays."""

    starts_on: Day | None = None
    roles: Annotated[list[NewRole], Field(default_factory=list, max_length=50)]
    estimates: Annotated[
        dict[str, NewEstimate | None],
        Field(default_factory=dict, max_length=400, description="Task -> another estimate; null takes a person's estimate back."),
    ]


class Newest(BaseModel):
    """The newest version."""

    blueprint: Blueprint | None = Field(description="None before the first.")


class Saved(BaseModel):
    """The version that a change made."""

    number: int
    section: BlueprintSection | None = Field(default=None, description="The section that was rewritten, as it is stored.")
    change: str
    defects: tuple[Defect, ...]
    notes: tuple[str, ...] = ()


class SettingsFound(BaseModel):
    """What was set for plans."""

    settings: PlanSettings | None = Field(description="None as long as everything comes from the table.")
    idle_estimates: tuple[str, ...] = Field(
        default=(), description="Tasks with an estimate of a person that the newest plan does not hold; null takes one back."
    )


class Telling(BaseModel):
    """A version as it is told to one audience."""

    number: int
    audience: Audience
    sections: tuple[BlueprintSection, ...]
    evidence: tuple[Evidence, ...]


@router.post("/blueprints", summary="Draft a blueprint", status_code=status.HTTP_202_ACCEPTED, responses=problems(409))
async def draft(ws: Ws, who: Who, engagement: Changeable) -> Job:
    """From the newest assessment, in the background: the job says when it is there. Assumptions, rates and dates that people set are kept."""
    return await use.draft_blueprint(ws, engagement.id, _name(who))


@router.get("/blueprints", summary="List versions of the blueprint")
async def list_versions(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[use.BlueprintHead]:
    """The newest first, each with what was done to the one before."""
    items, total = await use.blueprint_versions(ws, engagement.id, offset, limit)
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.get("/blueprints/latest", summary="Show the newest blueprint")
async def latest(ws: Ws, engagement: Readable) -> Newest:
    """Whole, with its evidence, plan and defects as of today."""
    found = await use.latest_blueprint(ws, engagement.id)
    return Newest(blueprint=await use.with_current_defects(ws, found) if found else None)


@router.get("/blueprints/differences", summary="Show what differs between two versions")
async def get_differences(ws: Ws, engagement: Readable, older: OfVersion, newer: OfVersion) -> BlueprintDifferences:
    """Section by section in reading order, then assumptions, KPIs, and figures of the plan."""
    return await use.differences(ws, engagement.id, older, newer)


@router.get("/blueprints/{number}", summary="Show a version of the blueprint")
async def version(ws: Ws, engagement: Readable, number: Number) -> Blueprint:
    """Whole, as it was made: versions never change."""
    return await use.blueprint_version(ws, engagement.id, number)


@router.get("/blueprints/{number}/sections/{section_id}", summary="Show a section of a blueprint")
async def section(ws: Ws, engagement: Readable, number: Number, section_id: SectionId) -> BlueprintSection:
    """Its parts, each claim and row with what it stands on."""
    return _section(await use.blueprint_version(ws, engagement.id, number), section_id)


@router.get("/blueprints/{number}/told/{audience}", summary="Show a version as one audience is told it")
async def told(ws: Ws, engagement: Readable, number: Number, audience: Audience) -> Telling:
    """The same facts in another order and depth."""
    found = await use.blueprint_version(ws, engagement.id, number)
    return Telling(number=found.number, audience=audience, sections=told_for(found, audience), evidence=found.evidence)


@router.get("/blueprints/{number}/defects", summary="List what is wrong with a version")
async def defects(ws: Ws, engagement: Readable, number: Number, offset: Offset = 0, limit: Limit = 50) -> Page[Defect]:
    """As of today: a finding that it cites may have been rejected since it was made. Blocking ones come first."""
    found = await use.with_current_defects(ws, await use.blueprint_version(ws, engagement.id, number))
    return fields.cut(list(found.defects), offset, limit)


@router.get("/blueprints/{number}/tasks/{task_id}/trace", summary="Trace a task")
async def get_trace(ws: Ws, engagement: Readable, number: Number, task_id: Annotated[str, Path(min_length=1, max_length=200)]) -> Trace:
    """Up to its item, epic, KPI and goal, and down to the sentences that somebody said."""
    return await use.task_trace(ws, engagement.id, number, task_id)


@router.get("/blueprints/{number}/findings/{finding_id}/standing", summary="Show what stands on a finding")
async def get_standing_on(ws: Ws, engagement: Readable, number: Number, finding_id: fields.Id) -> Standing:
    """The trace backwards: goals, KPIs, epics, tasks, choices and sections that cite it."""
    return standing_on(await use.blueprint_version(ws, engagement.id, number), finding_id)


@router.put("/blueprints/{number}/sections/{section_id}", summary="Rewrite a section", responses=problems(409))
async def save_section(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    number: Number,
    section_id: SectionId,
    new: Annotated[
        NewSection,
        Body(
            examples=[
                {
                    "parts": [
                        {
                            "id": "need",
                            "heading": "Need",
                            "claims": [
                                {"text": "Suppliers are paid on time.", "findings": ["f-0a1b2c3d4e5f"]},
                                {"text": "The bank changes its portal in autumn."},
                            ],
                        }
                    ],
                }
            ]
        ),
    ],
) -> Saved:
    """All of its parts, as the next version. If there is a newer version than this one, the answer is 409 and `current` says what differs."""
    try:
        made = await use.save_section(ws, engagement.id, number, section_id, [one.meant() for one in new.parts], _name(who))
    except StaleVersion as error:
        raise changed_meanwhile(error, await _since(ws, engagement.id, number)) from error
    return _saved(made, section_id)


@router.put("/blueprints/{number}/assumptions/{assumption_id}", summary="Change an assumption", responses=problems(409))
async def save_assumption(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    number: Number,
    assumption_id: Annotated[str, Path(min_length=1, max_length=120)],
    new: Annotated[NewAssumption, Body(examples=[{"low": 0.2, "value": 0.35, "high": 0.5}])],
) -> Saved:
    """Plan and economics are computed anew, as the next version; it holds for drafts to come, too."""
    base = await use.blueprint_version(ws, engagement.id, number)
    listed = next((one for one in base.assumptions if one.id == assumption_id), None)
    if listed is None:
        raise NotFound("This version lists no such assumption.", where=assumption_id)
    changed = Assumption(id=listed.id, text=new.text or listed.text, value=new.value, low=new.low, high=new.high, unit=listed.unit)
    try:
        made = await use.save_assumption(ws, engagement.id, number, changed, _name(who))
    except StaleVersion as error:
        raise changed_meanwhile(error, await _since(ws, engagement.id, number)) from error
    return _saved(made)


@router.get("/plan-settings", summary="Show what was set for plans")
async def get_settings(ws: Ws, engagement: Readable) -> SettingsFound:
    """Start, rates, people, estimates and assumptions that people changed; all else comes from the planning table."""
    settings = await use.plan_settings(ws, engagement.id)
    return SettingsFound(settings=settings, idle_estimates=await use.idle_estimates(ws, engagement.id))


@router.put("/blueprints/{number}/plan-settings", summary="Change the plan's settings", responses=problems(409))
async def save_plan(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    number: Number,
    new: Annotated[
        NewSettings,
        Body(
            examples=[
                {
                    "starts_on": "2026-09-01",
                    "roles": [
                        {"id": "developer", "name": "Developer", "day_rate": {"low": 700, "likely": 900, "high": 1200}, "people": 1.5}
                    ],
                    "estimates": {"e-0a1b2c3d4e5f.build_rules": {"optimistic": 5, "likely": 9, "pessimistic": 20}},
                }
            ]
        ),
    ],
) -> Saved:
    """The plan is computed anew, as the next version; the settings hold for drafts to come, too."""
    changes = use.PlanChanges(
        starts_on=_day(new.starts_on),
        roles=tuple(one.meant() for one in new.roles),
        estimates={task: one.meant(task) if one else None for task, one in new.estimates.items()},
    )
    try:
        made = await use.save_plan(ws, engagement.id, number, changes, _name(who))
    except StaleVersion as error:
        raise changed_meanwhile(error, await _since(ws, engagement.id, number)) from error
    return _saved(made)


def _day(day: date | None) -> date | None:
    if day is not None and not 2000 <= day.year <= 2200:
        raise InvalidRequest("That is no day on which a plan starts.", where="starts_on")
    return day


def _name(who: Principal) -> str:
    return who.name or who.role.value


def _section(found: Blueprint, section_id: SectionId) -> BlueprintSection:
    section = found.section(section_id)
    if section is None:
        raise NotFound("This version has no such section.", where=section_id.value)
    return section


def _saved(made: Blueprint, section_id: SectionId | None = None) -> Saved:
    section = made.section(section_id) if section_id else None
    return Saved(number=made.number, section=section, change=made.change, defects=made.defects, notes=made.notes)


async def _since(ws: Ws, engagement_id: str, base_number: int) -> BlueprintDifferences:
    """What was done since the version that a change was made on."""
    newest = await use.latest_blueprint(ws, engagement_id)
    assert newest is not None
    return await use.differences(ws, engagement_id, base_number, newest.number)
