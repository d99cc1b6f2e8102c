"""Execution: check-ins of KPIs, drift, review dates, lessons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, status
from pydantic import Field

from discovery_agent.discovery import execution as use
from discovery_agent.domain.execution import CheckIn, Drift, Lesson, LessonState, ReviewDate
from discovery_agent.errors import StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import ClientKey, Day, Id, Limit, Line, Offset, Page, Truth, Version, only_numbers
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Execution"], responses=problems())

Measured = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False, description="In the KPI's unit."), only_numbers]
Remark = Annotated[str, Field(max_length=1000)]
Text = Annotated[str, Field(min_length=1, max_length=20_000, description="Markdown.")]
Title = Annotated[Line, Field(min_length=3)]
People = Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=500, description="Ids of stakeholders.")]


class NewCheckIn(fields.Body):
    """How a KPI stood on a day."""

    kpi_id: Annotated[str, Field(min_length=1, max_length=200)]
    day: Day
    value: Measured
    note: Remark = ""
    client_key: ClientKey | None = None


class Correction(fields.Body):
    """What it should have said."""

    day: Day
    value: Measured
    note: Remark = ""


class Withdrawal(fields.Body):
    """Why it is taken back."""

    note: Annotated[Remark, Field(min_length=1)]


class NewReviewDate(fields.Body):
    """When stakeholders look at how it goes."""

    day: Day
    title: Line
    people: People = Field(default_factory=list[str])


class ReviewDateChange(fields.Body):
    """What is to be changed; what is left out stays."""

    version: Version
    day: Day | None = None
    title: Line | None = None
    people: People | None = None
    held: Truth | None = None
    notes: Annotated[str, Field(max_length=4000)] | None = None
    cancelled: Truth | None = None


class NewLesson(fields.Body):
    """What was learned."""

    title: Title
    body: Text


class LessonChange(fields.Body):
    """What is to be changed; what is left out stays."""

    version: Version
    title: Title | None = None
    body: Text | None = None


class LessonApproval(fields.Body):
    """A lesson that is to be a page of the knowledge base."""

    version: Version
    names_seen: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=300)]],
        Field(max_length=1000, description="Names in it that are to stay, each one."),
    ] = Field(default_factory=list[str])


class LessonRejection(fields.Body):
    """A lesson that is to be none."""

    version: Version


@router.get("/check-ins", summary="List check-ins")
async def list_check_ins(
    ws: Ws,
    engagement: Readable,
    kpi_id: Annotated[str | None, Query(max_length=200)] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[use.ListedCheckIn]:
    """The latest day first; also those that were corrected or taken back, which do not count any more."""
    items, total = await use.list_check_ins(ws, engagement.id, kpi_id, offset, limit)
    return Page(items=list(items), total=total, offset=offset, limit=limit)


@router.post("/check-ins", summary="Check a KPI in", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def check_in(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewCheckIn, Body(examples=[{"kpi_id": "kpi-1a2b3c4d5e6f", "day": "2026-03-31", "value": 7.5}])],
) -> CheckIn:
    """Of the version that is carried out: the newest signed one, or the newest as long as none is signed."""
    return await use.check_in(ws, engagement.id, new.kpi_id, new.day, new.value, who, remark=new.note, client_key=new.client_key)


@router.post(
    "/check-ins/{check_in_id}/correction", summary="Correct a check-in", status_code=status.HTTP_201_CREATED, responses=problems(409)
)
async def correct_check_in(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    check_in_id: Id,
    new: Annotated[Correction, Body(examples=[{"day": "2026-03-31", "value": 7.2, "note": "Two regions were missing."}])],
) -> CheckIn:
    """The new one counts; the old one stays on record."""
    return await use.correct_check_in(ws, engagement.id, check_in_id, new.day, new.value, who, remark=new.note)


@router.post(
    "/check-ins/{check_in_id}/withdrawal", summary="Take a check-in back", status_code=status.HTTP_201_CREATED, responses=problems(409)
)
async def withdraw_check_in(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    check_in_id: Id,
    new: Annotated[Withdrawal, Body(examples=[{"note": "It was the figure of another team."}])],
) -> CheckIn:
    """It stays on record, and counts no more."""
    return await use.withdraw_check_in(ws, engagement.id, check_in_id, who, remark=new.note)


@router.get("/drift", summary="Show each KPI against its plan")
async def list_drift(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[Drift]:
    """On a straight line from baseline to target by its date. What is not known stays unknown, and `missing` says what."""
    return fields.cut(list(await use.drifts(ws, engagement.id)), offset, limit)


@router.get("/replanning", summary="Say why a new version may be due")
async def replanning(ws: Ws, engagement: Readable) -> use.Replanning:
    """Nothing makes one by itself."""
    return await use.replanning(ws, engagement.id)


@router.get("/review-dates", summary="List review dates")
async def list_review_dates(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[ReviewDate]:
    """The latest first; also those that were held or cancelled."""
    items, total = await use.list_review_dates(ws, engagement.id, offset, limit)
    return Page(items=list(items), total=total, offset=offset, limit=limit)


@router.post("/review-dates", summary="Plan a review date", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def plan_review_date(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewReviewDate, Body(examples=[{"day": "2027-01-15", "title": "First look at the pilot"}])],
) -> ReviewDate:
    """From today on."""
    return await use.plan_review_date(ws, engagement.id, new.day, new.title, new.people, who)


@router.patch("/review-dates/{date_id}", summary="Change a review date", responses=problems(409))
async def change_review_date(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    date_id: Id,
    change: Annotated[ReviewDateChange, Body(examples=[{"version": 1, "held": True, "notes": "On its way; next look in May."}])],
) -> ReviewDate:
    """What is left out stays as it is. An older version than the stored one is refused, and the answer shows how it stands."""
    wanted = change.model_dump(exclude_none=True)
    try:
        return await use.change_review_date(ws, engagement.id, date_id, principal=who, **wanted)
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_review_date(ws, engagement.id, date_id)) from error


@router.get("/lessons", summary="List lessons")
async def list_lessons(
    ws: Ws, engagement: Readable, state: LessonState | None = None, offset: Offset = 0, limit: Limit = 50
) -> Page[Lesson]:
    """The newest first."""
    items, total = await use.list_lessons(ws, engagement.id, state, offset, limit)
    return Page(items=list(items), total=total, offset=offset, limit=limit)


@router.post("/lessons", summary="Write a lesson", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def write_lesson(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[
        NewLesson,
        Body(examples=[{"title": "Ask for the exceptions first", "body": "Rules covered nine of ten cases; the tenth took the time."}]),
    ],
) -> Lesson:
    """As a draft, which no search finds."""
    return await use.write_lesson(ws, engagement.id, new.title, new.body, who)


@router.post("/lesson-proposals", summary="Have lessons proposed")
async def propose_lessons(ws: Ws, who: Who, engagement: Changeable) -> list[Lesson]:
    """By rule, from drift, dissent and corrected assumptions; gives the new ones. Each is proposed once."""
    return await use.propose_lessons(ws, engagement.id, who)


@router.get("/lessons/{lesson_id}/names", summary="List the names in a lesson")
async def lesson_names(ws: Ws, engagement: Readable, lesson_id: Id) -> list[str]:
    """Of people and of the organisation: they are to be taken out, or confirmed on approval."""
    return list(await use.lesson_names(ws, engagement.id, lesson_id))


@router.patch("/lessons/{lesson_id}", summary="Change a draft", responses=problems(409))
async def change_lesson(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    lesson_id: Id,
    change: Annotated[LessonChange, Body(examples=[{"version": 1, "title": "Ask for the exceptions before the rules"}])],
) -> Lesson:
    """What is left out stays as it is."""
    try:
        return await use.change_lesson(
            ws, engagement.id, lesson_id, title=change.title, body=change.body, version=change.version, principal=who
        )
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_lesson(ws, engagement.id, lesson_id)) from error


@router.post("/lessons/{lesson_id}/approval", summary="Approve a lesson", responses=problems(409))
async def approve_lesson(
    ws: Ws, who: Who, engagement: Changeable, lesson_id: Id, new: Annotated[LessonApproval, Body(examples=[{"version": 1}])]
) -> Lesson:
    """Makes it a page of the knowledge base, for every engagement. Names in it have to be confirmed one by one."""
    try:
        return await use.approve_lesson(ws, engagement.id, lesson_id, version=new.version, principal=who, names_seen=new.names_seen)
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_lesson(ws, engagement.id, lesson_id)) from error


@router.post("/lessons/{lesson_id}/rejection", summary="Reject a lesson", responses=problems(409))
async def reject_lesson(
    ws: Ws, who: Who, engagement: Changeable, lesson_id: Id, new: Annotated[LessonRejection, Body(examples=[{"version": 1}])]
) -> Lesson:
    """It stays on record; if it was approved, its page is taken out of the knowledge base."""
    try:
        return await use.reject_lesson(ws, engagement.id, lesson_id, version=new.version, principal=who)
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_lesson(ws, engagement.id, lesson_id)) from error
