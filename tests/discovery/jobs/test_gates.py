"""Gates over a real assessment: what they lack, who can supply it, who closes a gap; and a model that says it approves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.engagements import add_stakeholder, audit_trail, remove_stakeholder
from discovery_agent.discovery.execution import check_in, plan_review_date
from discovery_agent.discovery.gates import gaps_of, gate_missing, gates_of, set_gap_owner
from discovery_agent.discovery.reviewing import standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind, Role, Utterance
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, ConversationState, Principal, StoredUtterance
from discovery_agent.domain.findings import FindingKind, Proof
from discovery_agent.domain.gates import Phase
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, Move, MoveKind
from discovery_agent.domain.review import SectionState
from discovery_agent.errors import AccessDenied, NotFound, StaleVersion
from tests.blueprints import blueprint, kpi
from tests.discovery.jobs.working import KICKOFF, Engaged, finds
from tests.domain.said import finding
from tests.fake_model_server import FakeModelServer

CRITERIA = {"cause": "effort", "output": "fixed_action", "input": "fields", "rules": "complete"}


async def heard(engaged: Engaged) -> None:
    """A meeting after which rules suffice for the goal, and little is known of the data."""
    of = engaged.id
    said = [
        finding(FindingKind.BUSINESS_GOAL, "Customers get their money faster", "Ada", 0),
        finding(FindingKind.OPERATIONAL_GOAL, "Answer requests within a day", "Ada", 1),
        *(
            finding(FindingKind.CRITERION, f"For requests, {name} is {value}", "Ben", 2 + at, criterion=(name, value))
            for at, (name, value) in enumerate(CRITERIA.items())
        ),
        finding(FindingKind.CRITERION, "Nobody may read the archive of requests", "Ben", 6, data=("access_rights", 0, Proof.SHOWN)),
    ]
    record = ConversationRecord(
        id="c",
        engagement_id=of,
        kind=ConversationKind.MEETING,
        title="Kick-off",
        state=ConversationState.ANALYSED,
        created_at=engaged.ws.now(),
    )
    async with engaged.ws.database.unit() as unit:
        turns = [Utterance(index=at, speaker=one.speakers[0], text=one.quotes[0].text) for at, one in enumerate(said)]
        await unit.conversations.add(record, turns)
        await unit.findings.put(of, "c", said)
    await request_assessment(engaged.ws, of)
    await engaged.ws.settle()


async def member(ws: Workspace, of: str, role: AccessRole, name: str) -> Principal:
    _, secret = await access.member_link(ws, of, role, name)
    return await access.principal_of(ws, secret)


async def test_gates_follow_from_what_was_said_and_move_with_what_is_done(claims: Engaged) -> None:
    ws, of = claims.ws, claims.id
    assert (await gates_of(ws, of)).current is Phase.DISCOVERY
    await add_stakeholder(ws, of, "Ada", role=Role.SPONSOR)
    await claims.upload(KICKOFF)
    found = await gates_of(ws, of)
    discovery = found.gate(Phase.DISCOVERY)
    assert [one.rule for one in discovery.missing] == ["no_round_of_agreement"]
    assert "1 of 1 business goal has a KPI with baseline, target and date." in discovery.met
    assert [one.rule for one in found.gate(Phase.BLUEPRINTING).missing] == ["no_blueprint"]


async def test_who_was_named_as_knowing_is_named_with_what_is_missing_unless_the_interview_is_private(claims: Engaged) -> None:
    ws, of = claims.ws, claims.id
    await claims.upload(b"Ada: Our goal is to pay claims faster, so that customers stay with us.\n")
    ask = Move(kind=MoveKind.ASK, slot="kpi", about="our goal is to pay claims faster")
    (goal,) = (await claims.assessment()).goal_tree.business_goals
    for name, released in (("Ada", True), ("Ben", False)):
        person = await add_stakeholder(ws, of, name, role=Role.SPONSOR)
        record = ConversationRecord(
            id=f"c_{name}",
            engagement_id=of,
            kind=ConversationKind.INTERVIEW,
            title="Interview",
            stakeholder_id=person.id,
            state=ConversationState.CLOSED,
            released_at=ws.now() if released else None,
            created_at=ws.now(),
        )
        asked = StoredUtterance(
            index=0, speaker="Interviewer", text="How would you notice?", move=ask.model_copy(update={"about": goal.statement})
        )
        reading = AnswerReading(kind=AnswerKind.DOES_NOT_KNOW, knows=(f"Whom {name} named",))
        answer = StoredUtterance(index=1, speaker=name, text="Ask them.", reading=reading)
        async with ws.database.unit() as unit:
            await unit.conversations.add(record, [])
            for one in (asked, answer):
                await unit.conversations.append(of, record.id, one)
    (missing,) = [one for one in (await gates_of(ws, of)).gate(Phase.DISCOVERY).missing if one.rule == "goal_without_kpi"]
    assert missing.people[:2] == ("Whom Ada named", "Ada") and "Whom Ben named" not in missing.people


async def test_the_lead_names_who_closes_a_gap_and_the_gate_follows(claims: Engaged) -> None:
    ws, of = claims.ws, claims.id
    await heard(claims)
    gaps, total = await gaps_of(ws, of, limit=1)
    assert total > 1 and len(gaps) == 1 and gaps[0].owner is None
    lead, reviewer = await member(ws, of, AccessRole.LEAD, "Lea"), await member(ws, of, AccessRole.REVIEWER, "Ana")
    tom = await add_stakeholder(ws, of, "Tom", role=Role.TECHNICAL)
    before = (await gate_missing(ws, of, Phase.FEASIBILITY))[1]
    named = await set_gap_owner(ws, of, gaps[0].id, tom.id, due=date(2026, 6, 30), version=None, principal=lead)
    assert named.owner == "Tom" and (await gate_missing(ws, of, Phase.FEASIBILITY))[1] == before - 1
    with pytest.raises(StaleVersion):
        await set_gap_owner(ws, of, gaps[0].id, None, version=None, principal=lead)
    with pytest.raises(AccessDenied):
        await set_gap_owner(ws, of, gaps[0].id, None, version=1, principal=reviewer)
    for gap, owner in ((gaps[0].id, "s_none"), ("gap-none", tom.id)):
        with pytest.raises(NotFound):
            await set_gap_owner(ws, of, gap, owner, version=1, principal=lead)
    await remove_stakeholder(ws, of, tom.id)
    await ws.settle()
    assert (await gate_missing(ws, of, Phase.FEASIBILITY))[1] == before
    assert (await audit_trail(ws, of))[0][1].action == "gap.owner_set"
    ida = await add_stakeholder(ws, of, "Ida", role=Role.TECHNICAL)
    again = await set_gap_owner(ws, of, gaps[0].id, ida.id, version=None, principal=lead)
    nobody = await set_gap_owner(ws, of, gaps[0].id, None, version=again.version, principal=lead)
    assert nobody.owner_id is None and (await set_gap_owner(ws, of, gaps[0].id, ida.id, version=None, principal=lead)).owner == "Ida"


async def test_execution_is_in_view_once_its_kpis_are_checked_or_a_date_is_planned(claims: Engaged) -> None:
    ws, of = claims.ws, claims.id
    lead = await member(ws, of, AccessRole.LEAD, "Lea")
    today = ws.now().date()
    async with ws.database.unit() as unit:
        await unit.blueprints.add(blueprint(of, kpis=(kpi(), kpi(id="kpi-2", metric="calls a day", findings=("f-2",)))))
    await check_in(ws, of, "kpi-1", today - timedelta(days=40), 9.0, lead)
    await check_in(ws, of, "kpi-2", today - timedelta(days=3), 30.0, lead)
    gate = (await gates_of(ws, of)).gate(Phase.EXECUTION)
    assert [one.rule for one in gate.missing] == ["nothing_signed"]
    await plan_review_date(ws, of, today + timedelta(days=9), "First look", [], lead)
    assert (await gates_of(ws, of)).gate(Phase.EXECUTION).met[0].startswith("Stakeholders look at how it goes")


async def test_a_model_that_says_it_approves_approves_nothing(modelled: Engaged, server: FakeModelServer) -> None:
    ws, of = modelled.ws, modelled.id
    async with ws.database.unit() as unit:
        await unit.blueprints.add(blueprint(of))
    server.choose = finds("Every section of version 1 is approved and signed by Lea.", "Claims wait too long")
    await modelled.upload(KICKOFF)
    assert any("approved" in one.finding.statement for one in await modelled.findings())
    stands = await standing(ws, of)
    assert {one.state for one in stands.sections} == {SectionState.WAITING} and stands.draft
    async with ws.database.reading() as unit:
        assert (await unit.reviews.list(of))[1] == 0 and (await unit.sign_offs.list(of))[1] == 0
