from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.interviewing.closing import Confirm, Correct, Reject
from discovery_agent.discovery.interviews import answer, open_interview, start_interview, stop_interview, view_interview
from discovery_agent.discovery.recap_in_text import CLOSED, read_message, recap_reply
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import ConversationState
from discovery_agent.domain.findings import FindingStatus
from tests.discovery.service import Clock, opened_workspace

LONG_ANSWER = (
    "We want to cut the time to settle a claim from nine days to four days by June. The scanner breaks every week, which is a real pain. "
    "We must keep every claim for ten years. I am against a chatbot. The data is in the claims system and nobody checks it. "
    "I worry that nobody will use it. First Lena opens the letter, then she types it into the claims system."
)
ME = "Maria Santos (stakeholder)"


@pytest.fixture
async def ws(tmp_path: Path) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, Clock()) as workspace:
        yield workspace


async def at_recap(ws: Workspace, *, private: bool = True, said: str | None = None) -> str:
    """An interview that has come to its recap."""
    engagement = await create_engagement(ws, "Claims", private_until_release=private)
    maria = await add_stakeholder(ws, engagement.id, "Maria Santos", role=Role.BUSINESS)
    record = await start_interview(ws, engagement.id, maria.id)
    async for _ in open_interview(ws, record.id):
        pass
    words = "We want to cut the time to settle a claim from nine days to four days by June. The scanner breaks every week, which is a real pain."
    async for _ in answer(ws, record.id, said or words, "a1"):
        pass
    await stop_interview(ws, record.id)
    await ws.settle()
    return record.id


async def statuses(ws: Workspace, interview: str) -> list[FindingStatus]:
    return [one.finding.status for one in (await view_interview(ws, interview)).understood]


async def test_the_recap_is_confirmed_rated_and_released_step_by_step(ws: Workspace) -> None:
    interview = await at_recap(ws)
    listed = await recap_reply(ws, interview, "", actor=ME)
    lines = (await view_interview(ws, interview)).recap
    assert lines and all(line.statement in listed and line.quote in listed for line in lines) and "1. " in listed
    asked = await recap_reply(ws, interview, "Yes, that is all right.", actor=ME)
    assert "1 (poorly) to 4" in asked and "may the lead read" in asked
    assert set(await statuses(ws, interview)) == {FindingStatus.CONFIRMED}
    assert (await view_interview(ws, interview)).record.state is ConversationState.RECAP
    assert "may the lead read" in await recap_reply(ws, interview, "4", actor=ME)
    closed = await recap_reply(ws, interview, "4, release", actor=ME)
    record = (await view_interview(ws, interview)).record
    assert "closed" in closed and (record.state, record.rating) == (ConversationState.CLOSED, 4) and record.released_at
    assert await recap_reply(ws, interview, "thanks", actor=ME) == CLOSED


async def test_all_of_it_fits_in_one_message(ws: Workspace) -> None:
    interview = await at_recap(ws)
    await recap_reply(ws, interview, "yes, 3, keep private", actor=ME)
    record = (await view_interview(ws, interview)).record
    assert (record.state, record.rating, record.released_at) == (ConversationState.CLOSED, 3, None)


async def test_lines_are_corrected_and_dropped_by_their_numbers(ws: Workspace) -> None:
    interview = await at_recap(ws)
    lines = (await view_interview(ws, interview)).recap
    assert len(lines) >= 2
    reply = await recap_reply(ws, interview, "1: Settle a claim in three days by June\ndrop 2", actor=ME)
    assert reply.startswith("Noted.")
    found = {one.finding.id: one for one in (await view_interview(ws, interview)).understood}
    assert found[lines[0].finding_ids[0]].finding.statement == "Settle a claim in three days by June"
    assert found[lines[0].finding_ids[0]].finding.status is FindingStatus.CORRECTED
    assert all(found[one].finding.status is FindingStatus.REJECTED for one in lines[1].finding_ids)
    await recap_reply(ws, interview, "yes\n4\nrelease", actor=ME)
    assert (await view_interview(ws, interview)).record.state is ConversationState.CLOSED
    assert found[lines[0].finding_ids[0]].finding.statement == "Settle a claim in three days by June"


async def test_a_reply_on_some_lines_only_is_told_which_lines_are_left(ws: Workspace) -> None:
    interview = await at_recap(ws, said=LONG_ANSWER)
    lines = (await view_interview(ws, interview)).recap
    assert len(lines) >= 4
    reply = await recap_reply(ws, interview, "1: yes\n3: yes", actor=ME)
    left = [number for number in range(1, len(lines) + 1) if number not in (1, 3)]
    assert f"Lines {', '.join(map(str, left[:-1]))} and {left[-1]} still wait for your word." in reply
    assert f"1. {lines[0].heading}: {lines[0].statement} (done)" in reply
    assert f"2. {lines[1].heading}: {lines[1].statement}\n" in reply
    rated = await recap_reply(ws, interview, "4, release", actor=ME)
    assert rated.startswith("First the lines") and "still wait" in rated
    for number in left[:-1]:
        reply = await recap_reply(ws, interview, f"{number}: yes", actor=ME)
    assert f"Line {left[-1]} still waits for your word." in reply


async def test_what_goes_beyond_the_lines_is_offered_and_left_unconfirmed_by_a_yes(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_agent.domain.interview.recap.MOST_LINES", 2)
    interview = await at_recap(ws, said=LONG_ANSWER)
    lines = (await view_interview(ws, interview)).recap
    further = [line for line in lines if line.further]
    assert len(lines) - len(further) == 2 and len(further) >= 2
    asked = await recap_reply(ws, interview, "yes", actor=ME)
    assert f"I noted {len(further)} more things" in asked and further[0].statement not in asked
    more = await recap_reply(ws, interview, "more", actor=ME)
    assert f"3. {further[0].heading}: {further[0].statement}" in more and "1 (poorly) to 4" in more
    assert f"I noted {'one more thing' if len(further) == 2 else f'{len(further) - 1} more things'}" in await recap_reply(
        ws, interview, "3: yes", actor=ME
    )
    await recap_reply(ws, interview, "4, release", actor=ME)
    view = await view_interview(ws, interview)
    found = {one.finding.id: one.finding.status for one in view.understood}
    assert view.record.state is ConversationState.CLOSED
    assert found[further[0].finding_ids[0]] is FindingStatus.CONFIRMED
    assert found[further[1].finding_ids[0]] is FindingStatus.PROPOSED


async def test_a_yes_that_takes_something_back_confirms_nothing(ws: Workspace) -> None:
    interview = await at_recap(ws)
    reply = await recap_reply(ws, interview, "yes but number 1 is nonsense", actor=ME)
    assert "number" in reply and set(await statuses(ws, interview)) == {FindingStatus.PROPOSED}


async def test_a_rating_before_the_lines_closes_nothing(ws: Workspace) -> None:
    interview = await at_recap(ws)
    reply = await recap_reply(ws, interview, "4, release", actor=ME)
    assert reply.startswith("First the lines") and (await view_interview(ws, interview)).record.state is ConversationState.RECAP


async def test_words_that_mean_nothing_here_change_nothing(ws: Workspace) -> None:
    interview = await at_recap(ws)
    for strange in ("banana", "1:", "99: no such line", "1: ???", "🤷", "null\x00"):
        reply = await recap_reply(ws, interview, strange, actor=ME)
        assert "Answer “yes”" in reply
    assert set(await statuses(ws, interview)) == {FindingStatus.PROPOSED}


async def test_nobody_is_asked_for_a_release_where_nothing_is_private(ws: Workspace) -> None:
    interview = await at_recap(ws, private=False)
    asked = await recap_reply(ws, interview, "yes", actor=ME)
    assert "1 (poorly) to 4" in asked and "lead" not in asked
    await recap_reply(ws, interview, "2", actor=ME)
    assert (await view_interview(ws, interview)).record.rating == 2


async def test_an_interview_in_which_nothing_was_understood_is_only_rated(ws: Workspace) -> None:
    interview = await at_recap(ws, said="Hm.")
    asked = await recap_reply(ws, interview, "", actor=ME)
    assert "nothing" in asked and "1 (poorly) to 4" in asked
    await recap_reply(ws, interview, "1, no", actor=ME)
    record = (await view_interview(ws, interview)).record
    assert (record.state, record.rating, record.released_at) == (ConversationState.CLOSED, 1, None)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!",
        "yes, all of it",
        "OK",
        "that's right",
        "That is all right, thank you",
        "All good",
        "looks good",
        "correct",
        "yes please",
    ],
)
def test_plain_agreement_means_that_all_is_right(text: str) -> None:
    assert read_message(text).all_right


@pytest.mark.parametrize(
    "text", ["yes but the first is wrong", "right, except for the days", "ok so what about the fax", "no", "not right", "yesterday"]
)
def test_agreement_with_a_reservation_does_not(text: str) -> None:
    assert not read_message(text).all_right


@pytest.mark.parametrize(
    ("text", "rating", "release"),
    [
        ("4, release", 4, True),
        ("rating 3 of 4 and you may share it", 3, True),
        ("2/4 keep it private", 2, False),
        ("4, do not release", 4, False),
        ("1 - please don't share", 1, False),
        ("4, they must not read it", 4, False),
        ("release it", None, True),
        ("5, release", None, True),
        ("4.5", None, None),
        ("14 days", None, None),
    ],
)
def test_rating_and_release_are_read_from_one_message(text: str, rating: int | None, release: bool | None) -> None:
    read = read_message(text)
    assert (read.rating, read.release) == (rating, release)


def test_lines_are_spoken_of_by_number() -> None:
    read = read_message("1: nine days, not four\nline 2) yes\n3. wrong; drop 4\n12: no, it is the 3rd floor")
    assert read.lines == {
        1: Correct(text="nine days, not four"),
        2: Confirm(),
        3: Reject(),
        4: Reject(),
        12: Correct(text="no, it is the 3rd floor"),
    }
    assert not read.all_right and read.rating is None
