"""The register keeps what people decided on a conflict while what is said goes on changing."""

from __future__ import annotations

import asyncio

import pytest

from discovery_agent.discovery.agreement import ConflictChange, change_conflict, composed_objective, conflict_register, register_states
from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.engagements import audit_trail, create_engagement
from discovery_agent.domain.agreement.objective import PartKind
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.engagement import Principal, StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound, StaleVersion
from tests.discovery.agreement.agreeing import Agreeing


async def changed(talks: Agreeing, **change: object) -> None:
    before = await talks.conflict()
    await change_conflict(talks.ws, talks.id, before.id, ConflictChange.model_validate(change), before.version, talks.lead)


async def assessed(talks: Agreeing) -> None:
    await request_assessment(talks.ws, talks.id)
    await talks.ws.settle()


async def cleos_target(talks: Agreeing) -> StoredFinding:
    return next(one for one in await talks.engaged.findings() if one.finding.kind is FindingKind.KPI and one.finding.speakers == ("Cleo",))


async def decided(talks: Agreeing, status: FindingStatus, statement: str | None = None) -> None:
    one = await cleos_target(talks)
    await correct_finding(talks.ws, talks.id, one.finding.id, status=status, statement=statement, version=one.version, actor="lead")
    await assessed(talks)


async def test_an_assessment_enters_its_conflicts_with_both_quotes_and_a_proposed_owner(talks: Agreeing) -> None:
    one = await talks.conflict()
    assert (one.state, one.owner_id, one.real) == (ConflictState.OPEN, None, True)
    assert one.proposed_owner_id == talks.people["Ada"].id  # nobody owns the KPI; a sponsor is more senior than somebody from business
    assert [side.quotes[0].text for side in one.conflict.sides] == [
        "We need to bring handling time per claim down to four days by June.",
        "Handling time per claim must come down to two days.",
    ]


async def test_what_the_lead_decided_outlives_the_next_assessment(talks: Agreeing) -> None:
    await changed(talks, state="in_talks", owner_id=talks.people["Cleo"].id, apparent=False, resolution="They meet on Friday.")
    await talks.engaged.upload(b"Dora: Our claims handling costs 38 euros per claim.\n", "cost.txt")
    one = await talks.conflict()
    assert (one.state, one.owner_id, one.resolution) == (ConflictState.IN_TALKS, talks.people["Cleo"].id, "They meet on Friday.")
    assert one.changed_by == "Lea (lead)"


async def test_a_conflict_that_is_no_longer_found_is_gone_and_open_again_when_it_comes_back(talks: Agreeing) -> None:
    await talks.settle("two days")
    await decided(talks, FindingStatus.REJECTED)
    gone = await talks.conflict()
    assert gone.state is ConflictState.GONE
    await decided(talks, FindingStatus.CONFIRMED)
    back = await talks.conflict()
    assert (back.id, back.state, back.chosen) == (gone.id, ConflictState.OPEN, None)
    assert back.resolution == "Agreed in the meeting of 3 March."


async def test_of_two_leads_who_decide_at_once_the_later_is_refused(talks: Agreeing) -> None:
    before = await talks.conflict()

    async def decide(words: str) -> str:
        change = ConflictChange(state=ConflictState.ACCEPTED, resolution=words)
        try:
            return (await change_conflict(talks.ws, talks.id, before.id, change, before.version, talks.lead)).resolution
        except StaleVersion:
            return "refused"

    results = await asyncio.gather(decide("We go with both."), decide("The board decides later."))
    assert sorted(results, key=lambda one: one == "refused")[1] == "refused"
    assert (await talks.conflict()).resolution in results


async def test_a_conflict_ends_with_a_resolution_and_with_a_side_that_there_is(talks: Agreeing) -> None:
    with pytest.raises(InvalidRequest, match="ends with a resolution"):
        await changed(talks, state="settled", resolution=" \u200b ")
    with pytest.raises(InvalidRequest, match="No side holds"):
        await changed(talks, state="settled", resolution="Three days.", chosen="three days")
    with pytest.raises(InvalidRequest, match="once the conflict is settled"):
        await changed(talks, chosen="two days")
    with pytest.raises(InvalidRequest, match="decided by what is said"):
        await changed(talks, state="gone")
    assert (await talks.conflict()).version == 1


async def test_only_a_lead_of_this_engagement_decides(talks: Agreeing, reviewer: Principal) -> None:
    one = await talks.conflict()
    change = ConflictChange(state=ConflictState.IN_TALKS)
    for whom in (reviewer, talks.as_("Ada")):
        with pytest.raises(AccessDenied):
            await change_conflict(talks.ws, talks.id, one.id, change, one.version, whom)
    other = await create_engagement(talks.ws, "Another")
    stranger = talks.lead.model_copy(update={"engagement_id": other.id})
    with pytest.raises(NotFound):
        await change_conflict(talks.ws, talks.id, one.id, change, one.version, stranger)
    with pytest.raises(NotFound):
        await change_conflict(talks.ws, other.id, one.id, change, one.version, stranger)
    with pytest.raises(NotFound):
        await changed(talks, owner_id="s_of_nobody")


async def test_each_decision_is_in_the_audit_trail(talks: Agreeing) -> None:
    await talks.settle("two days")
    entries, _ = await audit_trail(talks.ws, talks.id)
    entry = next(one for one in entries if one.action == "conflict.changed")
    assert entry.actor == "Lea (lead)" and "open -> settled" in entry.detail and "two days" in entry.detail


async def test_the_register_is_read_by_state(talks: Agreeing) -> None:
    assert (await register_states(talks.ws, talks.id))[ConflictState.OPEN] == 1
    await talks.settle(None)
    settled, total = await conflict_register(talks.ws, talks.id, state=ConflictState.SETTLED)
    assert total == 1 and settled[0].resolution == "Agreed in the meeting of 3 March."
    assert await conflict_register(talks.ws, talks.id, state=ConflictState.OPEN) == ([], 0)


async def measure(talks: Agreeing) -> tuple[str, bool, tuple[str, ...]]:
    composition = await composed_objective(talks.ws, talks.id)
    assert composition
    (part,) = [one for one in composition.draft.parts if one.kind is PartKind.MEASURE]
    return part.text, part.open, part.settled


async def test_a_settled_conflict_leaves_the_draft_open_no_longer_and_gives_the_side_that_was_chosen(talks: Agreeing) -> None:
    assert await measure(talks) == (
        "handling time per claim from 9 days by June to four days (Management) or two days (Sales): not agreed",
        True,
        (),
    )
    one = await talks.settle("two days")
    text, is_open, settled = await measure(talks)
    assert (text, is_open, settled) == ("handling time per claim from 9 days to two days by June", False, (one.id,))


async def test_a_settlement_that_takes_neither_side_is_told_in_its_own_words(talks: Agreeing) -> None:
    await talks.settle(None, "Four days now, two days once Ben has a colleague")
    text, is_open, _ = await measure(talks)
    assert not is_open
    assert text.endswith("target settled: Four days now, two days once Claims has a colleague")


async def test_going_on_without_agreement_settles_nothing_in_the_draft(talks: Agreeing) -> None:
    await changed(talks, state="accepted", resolution="The board will not wait.")
    text, is_open, _ = await measure(talks)
    assert is_open and text.endswith("four days (Management) or two days (Sales): not agreed")


async def test_an_apparent_conflict_opens_nothing(talks: Agreeing) -> None:
    await changed(talks, apparent=True)
    _, is_open, _ = await measure(talks)
    assert not is_open
