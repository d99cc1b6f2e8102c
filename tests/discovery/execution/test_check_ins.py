"""Check-ins of KPIs: noted, corrected with a trace, and set against the plan of the version that is carried out."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from discovery_agent.discovery.engagements import add_stakeholder, audit_trail
from discovery_agent.discovery.execution import (
    change_review_date,
    check_in,
    correct_check_in,
    drifts,
    list_check_ins,
    list_review_dates,
    plan_review_date,
    replanning,
    withdraw_check_in,
)
from discovery_agent.discovery.reviewing import act
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.execution import DriftState
from discovery_agent.domain.review import Verb
from discovery_agent.errors import AccessDenied, DiscoveryError, InvalidRequest, NotFound, StaleVersion
from tests.blueprints import blueprint, kpi
from tests.discovery.members import Members
from tests.discovery.members import sign_despite_shut_gates as sign
from tests.discovery.service import Clock


@pytest.fixture
async def lead(members: Members) -> Principal:
    await members.keep(blueprint(members.engagement_id))
    return await members.lead()


async def test_a_check_in_is_set_against_the_line_and_a_correction_leaves_a_trace(
    ws: Workspace, members: Members, lead: Principal, clock: Clock
) -> None:
    of = members.engagement_id
    clock.passes(days=125)  # the fifth of July
    first = await check_in(ws, of, "kpi-1", date(2026, 7, 1), 9.5, lead)
    assert [one.state for one in await drifts(ws, of)] == [DriftState.AWAY]
    second = await correct_check_in(ws, of, first.id, date(2026, 7, 1), 6.5, lead, remark="Two regions were missing.")
    (found,) = await drifts(ws, of)
    assert found.state is DriftState.ON_TRACK and found.latest == 6.5 and found.deadline_day == date(2026, 9, 30)
    listed, total = await list_check_ins(ws, of, "kpi-1")
    assert total == 2 and {one.check_in.value: one.stands for one in listed} == {9.5: False, 6.5: True}
    with pytest.raises(StaleVersion):
        await correct_check_in(ws, of, first.id, date(2026, 7, 1), 7.0, lead)
    with pytest.raises(InvalidRequest, match="for a reason"):
        await withdraw_check_in(ws, of, second.id, lead, remark=" ")
    await withdraw_check_in(ws, of, second.id, lead, remark="Another team's figure.")
    assert [one.state for one in await drifts(ws, of)] == [DriftState.UNKNOWN]
    assert (await list_check_ins(ws, of))[1] == 3
    actions = [one.action for one in (await audit_trail(ws, of))[0][:3]]
    assert actions == ["check_in.withdrawn", "check_in.corrected", "check_in.added"]


async def test_the_same_check_in_sent_twice_counts_once_and_two_corrections_at_once_do_not_both(
    ws: Workspace, members: Members, lead: Principal
) -> None:
    of = members.engagement_id
    sent = [check_in(ws, of, "kpi-1", date(2026, 3, 1), 8.0, lead, client_key="c1") for _ in range(3)]
    first, *others = [await one for one in sent]
    assert all(one == first for one in others)
    with pytest.raises(InvalidRequest):
        await check_in(ws, of, "kpi-1", date(2026, 3, 1), 7.0, lead, client_key="c1")

    async def corrected(value: float) -> float | DiscoveryError:
        try:
            return (await correct_check_in(ws, of, first.id, date(2026, 3, 1), value, lead)).value
        except DiscoveryError as error:
            return error

    done = await asyncio.gather(*(corrected(float(value)) for value in range(4)))
    assert sum(isinstance(one, float) for one in done) == 1 and (await list_check_ins(ws, of))[1] == 2


async def test_what_cannot_have_been_measured_or_is_not_theirs_to_note_is_refused(ws: Workspace, members: Members, lead: Principal) -> None:
    of = members.engagement_id
    reviewer = await members.reviewer("Ana")
    with pytest.raises(InvalidRequest, match="today or before"):
        await check_in(ws, of, "kpi-1", date(2026, 3, 3), 8.0, lead)
    with pytest.raises(NotFound):
        await check_in(ws, of, "kpi-7", date(2026, 3, 1), 8.0, lead)
    with pytest.raises(AccessDenied):
        await check_in(ws, of, "kpi-1", date(2026, 3, 1), 8.0, reviewer)
    assert (await list_check_ins(ws, of))[1] == 0


async def test_the_signed_version_is_carried_out_while_the_next_one_is_a_draft(ws: Workspace, members: Members, lead: Principal) -> None:
    of = members.engagement_id
    ana = await members.reviewer("Ana")
    await members.require(lead, ana)
    first = await members.keep(blueprint(of, 2))
    for one in first.sections:
        await act(ws, of, 2, one.id, one.content_hash, Verb.APPROVE, "", ana)
    await sign(ws, of, 2, first.content_hash, lead)
    await check_in(ws, of, "kpi-1", date(2026, 3, 1), 9.0, lead)
    # In the next version the KPI was joined with another finding and has a new id; its check-ins go with it.
    await members.keep(blueprint(of, 3, kpis=(kpi(id="kpi-2", findings=("f-1", "f-2"), target_value=2.0),)))
    (drift,) = await drifts(ws, of)
    assert (drift.kpi_id, drift.target) == ("kpi-1", 4.0)
    with pytest.raises(NotFound):
        await check_in(ws, of, "kpi-2", date(2026, 3, 1), 9.0, lead)


async def test_a_kpi_that_falls_behind_offers_a_new_version_and_makes_none(
    ws: Workspace, members: Members, lead: Principal, clock: Clock
) -> None:
    of = members.engagement_id
    assert (await replanning(ws, of)).reasons == ()
    clock.passes(days=125)
    await check_in(ws, of, "kpi-1", date(2026, 7, 1), 8.9, lead)
    found = await replanning(ws, of)
    assert len(found.reasons) == 1 and "should be at 6.5 days" in found.reasons[0]
    assert (found.newest, found.path) == (1, "/blueprint") and (await members.standing()).newest == 1


async def test_review_dates_are_planned_held_and_cancelled(ws: Workspace, members: Members, lead: Principal) -> None:
    of = members.engagement_id
    maria = await add_stakeholder(ws, of, "Maria Santos")
    planned = await plan_review_date(ws, of, date(2026, 5, 4), "First look at the pilot", [maria.id, maria.id], lead)
    assert planned.people == (maria.id,)
    held = await change_review_date(ws, of, planned.id, version=1, principal=lead, held=True, notes="On its way.")
    assert held.held and held.title == planned.title and held.version == 2
    with pytest.raises(StaleVersion):
        await change_review_date(ws, of, planned.id, version=1, principal=lead, cancelled=True)
    with pytest.raises(InvalidRequest):
        await plan_review_date(ws, of, date(2026, 3, 1), "Too late", [], lead)
    with pytest.raises(NotFound):
        await plan_review_date(ws, of, date(2026, 5, 4), "With whom?", ["s_none"], lead)
    with pytest.raises(AccessDenied):
        await plan_review_date(ws, of, date(2026, 5, 4), "Mine", [], await members.reviewer("Ana"))
    assert (await list_review_dates(ws, of))[1] == 1
