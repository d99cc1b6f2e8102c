"""Dates at which stakeholders look at how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.reviewing.reviewers import require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.execution import ReviewDate
from discovery_agent.domain.review import LEADING
from discovery_agent.errors import InvalidRequest
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.unit import Unit

_REFUSAL = "Only the owner or a lead plans when stakeholders meet."
_LATEST = date(2100, 12, 31)


async def plan_review_date(
    ws: Workspace, engagement_id: str, day: date, title: str, people: Sequence[str], principal: Principal
) -> ReviewDate:
    """Plan a date at which stakeholders look at how it goes; `people` are ids of stakeholders.

    Raises:
        NotFound: the engagement is not theirs, or has no such stakeholder.
        AccessDenied: they are neither owner nor lead.
        InvalidRequest: the day has passed, or there is no title.
    """
    async with ws.database.unit() as unit:
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        _require_day(ws, day)
        planned = ReviewDate(
            engagement_id=engagement_id,
            id=new_id("rd"),
            at=ws.now(),
            day=day,
            title=_title(title),
            people=await _known(unit, engagement_id, people),
            by=name_of(principal),
        )
        await unit.review_dates.add(planned)
        await note(ws, unit, engagement_id, name_of(principal), "review_date.planned", planned.id, f"{planned.title}, {day.isoformat()}")
    return planned


async def change_review_date(
    ws: Workspace,
    engagement_id: str,
    date_id: str,
    *,
    version: int,
    principal: Principal,
    day: date | None = None,
    title: str | None = None,
    people: Sequence[str] | None = None,
    held: bool | None = None,
    notes: str | None = None,
    cancelled: bool | None = None,
) -> ReviewDate:
    """Move a date, say that it was held and what came of it, or cancel it; what is left out stays.

    Raises:
        NotFound, AccessDenied, InvalidRequest: as `plan_review_date`.
        StaleVersion: somebody changed it meanwhile.
    """
    async with ws.database.unit() as unit:
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        before = await unit.review_dates.get(engagement_id, date_id)
        if day is not None and day != before.day:
            _require_day(ws, day)
        wanted = {
            "version": version,
            "day": day,
            "title": None if title is None else _title(title),
            "people": None if people is None else await _known(unit, engagement_id, people),
            "held": held,
            "notes": None if notes is None else printable(notes).strip()[:4000],
            "cancelled": cancelled,
        }
        changed = before.model_copy(update={name: value for name, value in wanted.items() if value is not None})
        stored = await unit.review_dates.update(changed)
        named = [name for name in wanted if name != "version" and getattr(stored, name) != getattr(before, name)]
        await note(ws, unit, engagement_id, name_of(principal), "review_date.changed", date_id, ", ".join(named))
    return stored


async def get_review_date(ws: Workspace, engagement_id: str, date_id: str) -> ReviewDate:
    """The date of an id.

    Raises:
        NotFound: the engagement has none.
    """
    async with ws.database.reading() as unit:
        return await unit.review_dates.get(engagement_id, date_id)


async def list_review_dates(ws: Workspace, engagement_id: str, offset: int = 0, limit: int = 50) -> tuple[Sequence[ReviewDate], int]:
    """Some dates, the latest first, and how many there are; also those that were held or cancelled.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        every = [one async for one in unit.review_dates.all(engagement_id)]
    every.sort(key=lambda one: (one.day, one.id), reverse=True)
    return every[offset : offset + limit], len(every)


async def _known(unit: Unit, engagement_id: str, people: Sequence[str]) -> tuple[str, ...]:
    for one in people:
        await unit.stakeholders.get(engagement_id, one)
    return tuple(dict.fromkeys(people))


def _title(text: str) -> str:
    title = " ".join(printable(text).split())
    if not any(sign.isalnum() for sign in title):
        raise InvalidRequest("A date needs a title.", where="title", remedy="Say in a few words what is looked at.")
    return title[:200]


def _require_day(ws: Workspace, day: date) -> None:
    if not ws.now().date() <= day <= _LATEST:
        raise InvalidRequest("The day has passed, or lies too far ahead.", where="day", remedy="Name a day from today on.")
