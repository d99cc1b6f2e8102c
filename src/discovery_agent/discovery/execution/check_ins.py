"""KPI check-ins: measured, corrected with a trace, and set against the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.reviewing.looking import newest_signed_in
from discovery_agent.discovery.reviewing.reviewers import require_key
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint, KpiTarget
from discovery_agent.domain.conversation import Value, content_id
from discovery_agent.domain.days import long_day
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.execution import CheckIn, Drift, check_ins_of, drift_of, standing_check_ins
from discovery_agent.domain.review import LEADING
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.unit import Unit

_REFUSAL = "Only the owner or a lead notes how a KPI stands."
_EARLIEST = date(2000, 1, 1)


class ListedCheckIn(Value):
    """A check-in in a list: also those that were corrected or taken back since, which do not count any more."""

    check_in: CheckIn
    stands: bool = Field(description="Whether it counts: nothing replaced it, and it was not taken back.")


class Replanning(Value):
    """Why a new version may be due. Nothing makes one by itself: the lead drafts it, and reviewers look at it."""

    reasons: tuple[str, ...] = ()
    newest: int | None = Field(default=None, description="Number of the newest version; None if there is none.")
    path: str = Field(default="/blueprint", description="Page below the engagement's where a new version is drafted.")


async def check_in(
    ws: Workspace,
    engagement_id: str,
    kpi_id: str,
    day: date,
    value: float,
    principal: Principal,
    *,
    remark: str = "",
    client_key: str | None = None,
) -> CheckIn:
    """Note how a KPI stood on a day, in the KPI's unit. The same with the same `client_key` counts once.

    The KPI is one of the version that is carried out: the newest signed one, or as long as none is signed the newest.

    Raises:
        NotFound: the engagement is not theirs, or the version has no such KPI.
        AccessDenied: they are neither owner nor lead.
        InvalidRequest: the day lies in the future, or the key was used for another check-in.
    """
    _require_day(ws, day)
    async with ws.database.unit() as unit:
        who = await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        kpi = _kpi(await _carried_out(unit, engagement_id), kpi_id)
        new = CheckIn(
            engagement_id=engagement_id,
            id=content_id("ci", who.key_id, client_key) if client_key else new_id("ci"),
            at=ws.now(),
            kpi_id=kpi.id,
            day=day,
            value=value,
            note=_remark(remark),
            by=name_of(principal),
            metric=kpi.metric,
            unit=kpi.unit,
            kpi_findings=kpi.findings,
        )
        if client_key and (known := await unit.check_ins.find(engagement_id, new.id)) is not None:
            if (known.kpi_id, known.day, known.value) != (new.kpi_id, new.day, new.value):
                raise InvalidRequest("Another check-in came with this key before.", where="client_key", remedy="Take a new key for each.")
            return known
        await unit.check_ins.add(new)
        await note(ws, unit, engagement_id, name_of(principal), "check_in.added", new.id, _told(new))
    return new


async def correct_check_in(
    ws: Workspace, engagement_id: str, check_in_id: str, day: date, value: float, principal: Principal, *, remark: str = ""
) -> CheckIn:
    """Put another figure in place of a check-in. What stood there stays on record, and counts no more.

    Raises:
        NotFound, AccessDenied, InvalidRequest: as `check_in`.
        StaleVersion: somebody corrected it or took it back meanwhile.
    """
    _require_day(ws, day)
    return await _replace(ws, engagement_id, check_in_id, principal, {"day": day, "value": value, "note": _remark(remark)}, "corrected")


async def withdraw_check_in(ws: Workspace, engagement_id: str, check_in_id: str, principal: Principal, *, remark: str) -> CheckIn:
    """Take a check-in back, with the reason. It stays on record, and counts no more.

    Raises:
        NotFound, AccessDenied, InvalidRequest, StaleVersion: as `correct_check_in`; a reason is needed.
    """
    reason = _remark(remark)
    if not any(sign.isalnum() for sign in reason):
        raise InvalidRequest("A check-in is taken back for a reason.", where="note", remedy="Write it in a sentence.")
    return await _replace(ws, engagement_id, check_in_id, principal, {"note": reason, "withdrawn": True}, "withdrawn")


async def list_check_ins(
    ws: Workspace, engagement_id: str, kpi_id: str | None = None, offset: int = 0, limit: int = 50
) -> tuple[Sequence[ListedCheckIn], int]:
    """Some check-ins, the latest day first, and how many there are; of one KPI if it is named, under whatever id it had before.

    Raises:
        NotFound: there is no such engagement, or the version that is carried out has no such KPI.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        every = [one async for one in unit.check_ins.all(engagement_id)]
        if kpi_id is not None:
            every = check_ins_of(_kpi(await _carried_out(unit, engagement_id), kpi_id), every)
    stands = {one.id for one in standing_check_ins(every)}
    listed = sorted(every, key=lambda one: (one.day, one.at, one.id), reverse=True)
    return [ListedCheckIn(check_in=one, stands=one.id in stands) for one in listed[offset : offset + limit]], len(listed)


async def drifts(ws: Workspace, engagement_id: str) -> tuple[Drift, ...]:
    """Each KPI of the version that is carried out against its plan: a straight line from baseline to target by its date.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        blueprint = await _carried_out_or_none(unit, engagement_id)
        if blueprint is None:
            return ()
        every = [one async for one in unit.check_ins.all(engagement_id)]
        said = await _said_on(unit, blueprint)
    today = ws.now().date()
    return tuple(drift_of(kpi, every, starts_on=blueprint.starts_on, said_on=said[kpi.id], today=today) for kpi in blueprint.kpis)


async def replanning(ws: Workspace, engagement_id: str) -> Replanning:
    """Why a new version may be due: a KPI is behind or goes the wrong way, or conversations were assessed since.

    Raises:
        NotFound: there is no such engagement.
    """
    moved = [one.warning for one in await drifts(ws, engagement_id) if one.alarming]
    async with ws.database.reading() as unit:
        newest = await unit.blueprints.latest(engagement_id)
        heads = await unit.assessments.list(engagement_id)
    if newest is not None and heads and heads[0].id != newest.assessment_id:
        moved.append(f"There is an assessment of {long_day(heads[0].created_at)} that version {newest.number} does not rest on.")
    return Replanning(reasons=tuple(moved) if newest else (), newest=newest.number if newest else None)


async def _replace(
    ws: Workspace, engagement_id: str, check_in_id: str, principal: Principal, changes: dict[str, object], what: str
) -> CheckIn:
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        await require_key(ws, unit, engagement_id, principal, LEADING, _REFUSAL)
        before = await unit.check_ins.get(engagement_id, check_in_id)
        every = [one async for one in unit.check_ins.all(engagement_id)]
        if before.id not in {one.id for one in standing_check_ins(every)}:
            raise StaleVersion(
                "This check-in was corrected or taken back meanwhile.", where=check_in_id, remedy="Look at the newest, and decide anew."
            )
        fields = {"id": new_id("ci"), "at": ws.now(), "by": name_of(principal), "corrects": before.id, "version": 1}
        after = before.model_copy(update=fields | changes)
        await unit.check_ins.add(after)
        await note(ws, unit, engagement_id, name_of(principal), f"check_in.{what}", before.id, f"{_told(before)} -> {_told(after)}")
    return after


async def _carried_out(unit: Unit, engagement_id: str) -> Blueprint:
    blueprint = await _carried_out_or_none(unit, engagement_id)
    if blueprint is None:
        raise NotFound("There is no blueprint yet, so there is no KPI to check.", remedy="Draft one first.")
    return blueprint


async def _carried_out_or_none(unit: Unit, engagement_id: str) -> Blueprint | None:
    return await newest_signed_in(unit, engagement_id) or await unit.blueprints.latest(engagement_id)


async def _said_on(unit: Unit, blueprint: Blueprint) -> dict[str, date]:
    """For each KPI, the day from which "in six months" counts: that of the conversation in which its deadline was said."""
    ids = [one for kpi in blueprint.kpis for one in kpi.findings]
    found = {one.finding.id: one for one in await unit.findings.of_ids(blueprint.engagement_id, ids)}
    held: dict[str, date] = {}
    for conversation_id in {one.conversation_id for one in found.values()}:
        record = await unit.conversations.get(blueprint.engagement_id, conversation_id)
        held[conversation_id] = record.held_on or record.created_at.date()
    said: dict[str, date] = {}
    for kpi in blueprint.kpis:
        mine = [found[one] for one in kpi.findings if one in found]
        telling = [one for one in mine if one.finding.kpi and one.finding.kpi.deadline == kpi.deadline] or mine
        said[kpi.id] = min((held[one.conversation_id] for one in telling), default=blueprint.at.date())
    return said


def _kpi(blueprint: Blueprint, kpi_id: str) -> KpiTarget:
    found = next((one for one in blueprint.kpis if one.id == kpi_id), None)
    if found is None:
        raise NotFound(f"Version {blueprint.number} has no such KPI.", where=kpi_id)
    return found


def _require_day(ws: Workspace, day: date) -> None:
    if not _EARLIEST <= day <= ws.now().date():
        raise InvalidRequest("A KPI was measured today or before.", where="day", remedy="Name the day on which it was measured.")


def _remark(text: str) -> str:
    return printable(text).strip()[:1000]


def _told(one: CheckIn) -> str:
    if one.withdrawn:
        return f"taken back: {one.note}"
    return f"{one.metric}: {one.value:g} {one.unit or ''}".strip() + f" on {one.day.isoformat()}"
