"""The end of an interview: line by line, rated, released, all of it or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from discovery_agent.discovery.interviews import (
    Confirm,
    Correct,
    Reject,
    correct_finding,
    finish_recap,
    read_again,
    release_interview,
    stop_interview,
)
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import ConversationState, StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.settings import Settings
from tests.discovery.interviews.talking import PAIN, WISH, Interview, begin, finding, plays
from tests.fake_model_server import FakeModelServer

Opened = Callable[[Settings], Awaitable[Workspace]]


@pytest.fixture
async def at_recap(interview: Interview) -> Interview:
    await interview.say(WISH)
    await interview.say(PAIN)
    await stop_interview(interview.ws, interview.id)
    return interview


async def lines(interview: Interview) -> dict[str, RecapLine]:
    """The lines by what they say first."""
    return {line.statement: line for line in (await interview.view()).recap}


def line_with(found: dict[str, RecapLine], words: str) -> RecapLine:
    return next(line for statement, line in found.items() if words in statement)


async def by_id(interview: Interview) -> dict[str, StoredFinding]:
    return {one.finding.id: one for one in (await interview.view()).understood}


async def test_each_line_is_confirmed_corrected_or_rejected_and_the_rest_stays_proposed(at_recap: Interview) -> None:
    found = await lines(at_recap)
    figures, scanned = line_with(found, "9 days"), line_with(found, "scanned")
    record = await finish_recap(
        at_recap.ws,
        at_recap.id,
        decisions={figures.id: Confirm(), scanned.id: Correct(text="Letters are scanned a week late.")},
        rating=3,
        release=True,
        actor="Ada Berg",
    )
    assert (record.state, record.rating) == (ConversationState.CLOSED, 3) and record.released_at
    after = await by_id(at_recap)
    kpi = next(after[one] for one in figures.finding_ids if after[one].finding.kind is FindingKind.KPI)
    assert kpi.finding.status is FindingStatus.CONFIRMED
    pain = after[scanned.finding_ids[0]]
    assert (pain.finding.status, pain.finding.statement) == (FindingStatus.CORRECTED, "Letters are scanned a week late.")
    assert pain.corrected_from == scanned.statement and pain.finding.quotes[0].text in PAIN
    decided = {*figures.finding_ids, *scanned.finding_ids}
    assert {one.finding.status for name, one in after.items() if name not in decided} <= {FindingStatus.PROPOSED}
    audit = await at_recap.audit()
    assert {"interview.closed", "finding.confirmed", "finding.corrected"} <= set(audit)


async def test_a_rejected_line_takes_with_it_what_was_read_from_its_words(at_recap: Interview) -> None:
    found = await lines(at_recap)
    scanned = line_with(found, "scanned")
    await finish_recap(at_recap.ws, at_recap.id, decisions={scanned.id: Reject()}, rating=2, release=False, actor="Ada Berg")
    after = await by_id(at_recap)
    assert {after[one].finding.status for one in scanned.finding_ids} == {FindingStatus.REJECTED}


async def test_without_release_the_interview_closes_and_stays_private(at_recap: Interview) -> None:
    record = await finish_recap(at_recap.ws, at_recap.id, decisions={}, rating=4, release=False, actor="Ada Berg")
    assert record.state is ConversationState.CLOSED and record.released_at is None


async def test_the_same_call_again_changes_nothing_and_another_one_is_refused(at_recap: Interview) -> None:
    ws, name = at_recap.ws, at_recap.id
    first = await finish_recap(ws, name, decisions={}, rating=4, release=True, actor="Ada Berg")
    again = await finish_recap(ws, name, decisions={}, rating=4, release=True, actor="Ada Berg")
    assert again.version == first.version
    assert (await at_recap.audit()).count("interview.closed") == 1
    with pytest.raises(StaleVersion):
        await finish_recap(ws, name, decisions={}, rating=1, release=True, actor="Ada Berg")
    line = next(iter((await lines(at_recap)).values()))
    with pytest.raises(StaleVersion):
        await finish_recap(ws, name, decisions={line.id: Reject()}, rating=4, release=True, actor="Ada Berg")


async def test_an_interview_closed_in_private_can_be_released_later(at_recap: Interview) -> None:
    ws, name = at_recap.ws, at_recap.id
    with pytest.raises(InvalidRequest):
        await release_interview(ws, name, actor="Ada Berg")
    await finish_recap(ws, name, decisions={}, rating=4, release=False, actor="Ada Berg")
    released = await release_interview(ws, name, actor="Ada Berg")
    again = await release_interview(ws, name, actor="Ada Berg")
    assert released.released_at is not None and again.version == released.version
    assert (await at_recap.audit()).count("interview.released") == 1


@pytest.mark.parametrize("rating", [0, 5])
async def test_a_rating_out_of_range_is_refused(at_recap: Interview, rating: int) -> None:
    with pytest.raises(InvalidRequest):
        await finish_recap(at_recap.ws, at_recap.id, decisions={}, rating=rating, release=True, actor="Ada Berg")


async def test_an_empty_correction_stores_nothing_at_all(at_recap: Interview) -> None:
    found = list((await lines(at_recap)).values())
    decisions = {found[0].id: Confirm(), found[-1].id: Correct(text=" \u200b ")}
    with pytest.raises(InvalidRequest):
        await finish_recap(at_recap.ws, at_recap.id, decisions=decisions, rating=3, release=True, actor="Ada Berg")
    assert {one.finding.status for one in (await by_id(at_recap)).values()} == {FindingStatus.PROPOSED}
    assert (await at_recap.view()).record.state is ConversationState.RECAP


async def test_a_line_that_is_not_there_any_more_is_stale(at_recap: Interview) -> None:
    with pytest.raises(StaleVersion):
        await finish_recap(at_recap.ws, at_recap.id, decisions={"r-gone": Confirm()}, rating=3, release=True, actor="Ada Berg")


async def test_an_open_interview_cannot_be_closed(interview: Interview) -> None:
    with pytest.raises(InvalidRequest, match="recap"):
        await finish_recap(interview.ws, interview.id, decisions={}, rating=3, release=True, actor="Ada Berg")


async def test_a_correction_that_changes_a_figure_changes_the_kpi(at_recap: Interview) -> None:
    found = await lines(at_recap)
    figures = line_with(found, "9 days")
    text = figures.statement.replace("4 days", "5 days")
    await finish_recap(at_recap.ws, at_recap.id, decisions={figures.id: Correct(text=text)}, rating=3, release=True, actor="Ada Berg")
    after = await by_id(at_recap)
    (kpi,) = (after[one].finding.kpi for one in figures.finding_ids if after[one].finding.kpi)
    assert kpi and kpi.baseline and kpi.baseline.value == 9
    assert kpi.target is not None and kpi.target.value == 5


async def test_a_figure_that_the_correction_leaves_out_is_dropped(at_recap: Interview) -> None:
    kpi = next(one for one in (await by_id(at_recap)).values() if one.finding.kpi)
    done = await correct(at_recap, kpi, FindingStatus.CORRECTED, "Claims wait about nine days.")
    assert done.finding.kpi and done.finding.kpi.target is None and done.finding.kpi.deadline is None
    assert done.finding.kpi.baseline and done.finding.kpi.baseline.value == 9


async def test_a_corrected_fact_on_the_work_no_longer_counts_as_it_was_read(at_recap: Interview) -> None:
    fact = next(one for one in (await by_id(at_recap)).values() if one.finding.criterion)
    done = await correct(at_recap, fact, FindingStatus.CORRECTED, "It is quite different.")
    assert done.finding.criterion is None


async def test_a_position_can_be_turned_round(server: FakeModelServer, model_ws: Workspace) -> None:
    server.choose = plays("Hello. What should be different?")
    interview = await begin(model_ws)
    position = finding("position", "A chatbot for customers.", ("u1", "We need a chatbot")) | {"stance": "for"}
    server.choose = plays("What for?", [position])
    await interview.say("We need a chatbot, everybody has one.")
    (stored,) = (await by_id(interview)).values()
    done = await correct(interview, stored, FindingStatus.CORRECTED, "Against: A chatbot for customers.")
    assert done.finding.stance == "against" and done.finding.statement == "A chatbot for customers."


async def correct(
    interview: Interview, stored: StoredFinding, status: FindingStatus, statement: str | None = None, *, version: int | None = None
) -> StoredFinding:
    return await correct_finding(
        interview.ws,
        interview.engagement_id,
        stored.finding.id,
        status=status,
        statement=statement,
        version=version or stored.version,
        actor="Ada Berg",
    )


async def test_a_finding_is_corrected_while_the_interview_goes_on_and_keeps_what_it_was(interview: Interview) -> None:
    await interview.say(PAIN)
    stored = next(one for one in (await by_id(interview)).values() if one.finding.kind is FindingKind.PAIN_POINT)
    first = await correct(interview, stored, FindingStatus.CORRECTED, "Letters lie about.")
    second = await correct(interview, first, FindingStatus.CORRECTED, "Letters lie about for a week.\n")
    assert second.finding.statement == "Letters lie about for a week."
    assert second.corrected_from == stored.finding.statement and second.finding.quotes == stored.finding.quotes
    rejected = await correct(interview, second, FindingStatus.REJECTED)
    assert rejected.finding.status is FindingStatus.REJECTED
    assert (await interview.audit())[:3] == ["finding.rejected", "finding.corrected", "finding.corrected"]


async def test_a_correction_in_the_same_words_confirms(interview: Interview) -> None:
    await interview.say(PAIN)
    stored = next(iter((await by_id(interview)).values()))
    done = await correct(interview, stored, FindingStatus.CORRECTED, f" {stored.finding.statement} ")
    assert done.finding.status is FindingStatus.CONFIRMED and done.corrected_from is None


async def test_of_two_who_decide_on_one_version_the_second_is_refused(settings: Settings, opened: Opened) -> None:
    interview = await begin(await opened(settings))
    await interview.say(PAIN)
    stored = next(iter((await by_id(interview)).values()))
    await correct(interview, stored, FindingStatus.CONFIRMED)
    with pytest.raises(StaleVersion):
        await correct(interview, stored, FindingStatus.REJECTED)


@pytest.mark.parametrize(
    ("status", "statement"),
    [
        (FindingStatus.PROPOSED, None),
        (FindingStatus.CORRECTED, None),
        (FindingStatus.CORRECTED, "\u200b"),
        (FindingStatus.CORRECTED, "x" * 1001),
    ],
)
async def test_what_is_no_decision_is_refused(interview: Interview, status: FindingStatus, statement: str | None) -> None:
    await interview.say(PAIN)
    stored = next(iter((await by_id(interview)).values()))
    with pytest.raises(InvalidRequest):
        await correct(interview, stored, status, statement)


async def test_a_finding_of_another_engagement_is_not_found(interview: Interview) -> None:
    await interview.say(PAIN)
    stored = next(iter((await by_id(interview)).values()))
    other = await begin(interview.ws)
    with pytest.raises(NotFound):
        await correct(other, stored, FindingStatus.CONFIRMED)


async def test_what_a_person_decided_stays_when_the_answer_is_read_again(interview: Interview) -> None:
    await interview.say(PAIN)
    stored = next(one for one in (await by_id(interview)).values() if one.finding.kind is FindingKind.PAIN_POINT)
    await correct(interview, stored, FindingStatus.REJECTED)
    async with interview.ws.database.unit() as unit:
        await unit.extractions.delete_of(interview.engagement_id, interview.id)
    await read_again(interview.ws, interview.id)
    assert (await by_id(interview))[stored.finding.id].finding.status is FindingStatus.REJECTED
