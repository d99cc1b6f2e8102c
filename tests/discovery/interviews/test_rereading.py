"""Answers that could not be read: shown among the jobs, and read again as a job."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.jobs import get_job, list_jobs, try_again
from discovery_agent.discovery.uploads import retry_failed
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import InvalidRequest
from discovery_agent.storage.records import ExtractionState
from tests import fake_model_server as fake
from tests.discovery.interviews.talking import PAIN, QUESTION, WISH, Interview, begin, finding, plays
from tests.fake_model_server import FakeModelServer

GOAL = finding("business_goal", "Pay claims in four days.", ("u1", "we want four days by June"))


@pytest.fixture
async def interview(model_ws: Workspace, server: FakeModelServer) -> Interview:
    server.choose = plays("Hello. What should be different in a year?")
    return await begin(model_ws)


async def answers_jobs(interview: Interview) -> list[Job]:
    return [job for job in await list_jobs(interview.ws, interview.engagement_id) if job.kind is JobKind.READ_ANSWERS]


async def test_answers_that_could_not_be_read_are_one_failed_job_that_can_be_tried_again(
    server: FakeModelServer, interview: Interview
) -> None:
    server.choose = plays(QUESTION, fake.status(503))
    await interview.say(WISH)
    await interview.say(PAIN)
    (failed,) = await answers_jobs(interview)
    assert (failed.state, failed.conversation_id) == (JobState.FAILED, interview.id)
    assert failed.message and failed.message.startswith("An answer could not be read: ") and failed.remedy
    server.choose = plays(QUESTION, [GOAL])
    again = await try_again(interview.ws, interview.engagement_id, failed.id)
    await interview.ws.settle()
    done = await get_job(interview.ws, interview.engagement_id, again.id)
    assert (done.state, done.total, done.done, done.message) == (JobState.DONE, 2, 2, None)
    assert {one.state for one in await interview.readings()} == {ExtractionState.DONE}
    async with interview.ws.database.reading() as unit:
        found, _ = await unit.findings.list(interview.engagement_id, limit=None)
    assert "Pay claims in four days." in {one.finding.statement for one in found}


async def test_only_the_answers_that_failed_are_read_again_and_what_fails_again_is_said(
    server: FakeModelServer, interview: Interview
) -> None:
    server.choose = plays(QUESTION, [GOAL])
    await interview.say(WISH)
    server.choose = plays(QUESTION, fake.status(503))
    await interview.say(PAIN)
    asked = len(server.requests)
    job = await retry_failed(interview.ws, interview.engagement_id, interview.id)
    await interview.ws.settle()
    ended = await get_job(interview.ws, interview.engagement_id, job.id)
    assert (ended.state, ended.total) == (JobState.FAILED, 1)
    assert ended.message and ended.message.startswith("1 answer could not be read: ") and ended.remedy
    assert all(PAIN in request.text for request in server.requests[asked:])
    assert len(await answers_jobs(interview)) == 2


async def test_an_interview_that_was_read_whole_has_nothing_to_try_again(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION, [GOAL])
    await interview.say(WISH)
    with pytest.raises(InvalidRequest, match="nothing to try again"):
        await retry_failed(interview.ws, interview.engagement_id, interview.id)
    assert await answers_jobs(interview) == []


async def test_what_is_read_again_of_a_private_interview_is_not_assessed(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION, fake.status(503))
    await interview.say(WISH)
    server.choose = plays(QUESTION, [GOAL])
    await retry_failed(interview.ws, interview.engagement_id, interview.id)
    await interview.ws.settle()
    assert not [job for job in await list_jobs(interview.ws, interview.engagement_id) if job.kind is JobKind.ASSESS]
