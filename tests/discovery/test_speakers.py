"""Who speaks in transcripts, and how they become stakeholders."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.engagements import add_stakeholder, create_engagement, list_stakeholders
from discovery_agent.discovery.interviews import answer, open_interview, start_interview
from discovery_agent.discovery.speakers import add_speaker, speakers_of
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import Engagement
from discovery_agent.errors import InvalidRequest, NotFound
from tests.discovery.service import Clock, opened_workspace

FIRST = """Priya Nair: I'm the head of customer service, and our customers wait two and a half days.
Facilitator: And you, Ben?
Ben: We copy numbers from one screen to the other all day long, every day.
"""
SECOND = "Priya Nair: The wait is worse now.\nTomas Berg: The invoices come back.\nPRIYA NAIR: Yes, they do.\n"


@pytest.fixture
async def ws(tmp_path: Path) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, Clock()) as workspace:
        yield workspace


@pytest.fixture
async def engagement(ws: Workspace) -> Engagement:
    made = await create_engagement(ws, "Service")
    for name, text in (("first.txt", FIRST), ("second.txt", SECOND)):
        await upload_transcript(ws, made.id, name, text.encode(), "test")
        await ws.settle()
    return made


async def test_speakers_are_listed_once_with_where_and_how_much_they_spoke_and_what_they_said_they_are(
    ws: Workspace, engagement: Engagement
) -> None:
    found = {one.name: one for one in await speakers_of(ws, engagement.id)}
    assert set(found) == {"Priya Nair", "Ben", "Tomas Berg"}, "no facilitator, and nobody twice for the sake of capitals"
    words = {"FIRST": [len(line.split(": ", 1)[1].split()) for line in FIRST.splitlines()], "SECOND": [5, 4, 3]}
    priya = found["Priya Nair"]
    assert [(one.title, one.words) for one in priya.transcripts] == [("first", words["FIRST"][0]), ("second", 5 + 3)]
    assert priya.share == pytest.approx((words["FIRST"][0] + 8) / sum(words["FIRST"] + words["SECOND"]))
    assert found["Tomas Berg"].share == pytest.approx(4 / 12)

    assert (priya.function, priya.role, priya.stakeholder_id) == ("head of customer service", Role.BUSINESS, None)
    assert priya.said is not None and "head of customer service" in priya.said.quote.text
    assert (found["Ben"].function, found["Ben"].role, found["Ben"].said) == (None, Role.UNKNOWN, None)


async def test_a_speaker_who_is_added_is_that_stakeholder_from_then_on(ws: Workspace, engagement: Engagement) -> None:
    person = await add_speaker(ws, engagement.id, "priya nair", actor="Ada")
    assert (person.name, person.role) == ("Priya Nair", Role.BUSINESS)
    found = {one.name: one for one in await speakers_of(ws, engagement.id)}
    assert found["Priya Nair"].stakeholder_id == person.id
    with pytest.raises(InvalidRequest):
        await add_speaker(ws, engagement.id, "Priya Nair")
    with pytest.raises(NotFound):
        await add_speaker(ws, engagement.id, "Somebody Else")
    assert [one.name for one in await list_stakeholders(ws, engagement.id)] == ["Priya Nair"]

    # What is said in an interview makes nobody a speaker.
    maria = await add_stakeholder(ws, engagement.id, "Maria Santos", role=Role.BUSINESS)
    record = await start_interview(ws, engagement.id, maria.id)
    async for _ in open_interview(ws, record.id):
        pass
    async for _ in answer(ws, record.id, "A claim takes nine days.", "a1"):
        pass
    assert "Maria Santos" not in {one.name for one in await speakers_of(ws, engagement.id)}
