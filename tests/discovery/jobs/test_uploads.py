"""A transcript that is uploaded: stored, read, analysed window by window; what fails is shown and can be tried again alone."""

from __future__ import annotations

import asyncio

import pytest

from discovery_agent.discovery.jobs import list_jobs, try_again
from discovery_agent.discovery.uploads import retry_failed, upload_transcript
from discovery_agent.domain.conversation import ConversationKind, Role
from discovery_agent.domain.engagement import ConversationState, JobKind, JobState, StakeholderRecord
from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import InvalidRequest, NotFound, TooMany
from discovery_agent.models.usage import Usage
from discovery_agent.settings import Settings
from discovery_agent.storage import ExtractionState
from discovery_agent.transcripts.registry import LARGEST
from tests import fake_model_server as fake
from tests.discovery.jobs.conftest import Open
from tests.discovery.jobs.working import KICKOFF, LONG, Counted, Engaged, engaged, finds, is_rating, reads_nothing
from tests.fake_model_server import FakeModelServer


async def test_an_uploaded_transcript_is_read_and_analysed(claims: Engaged) -> None:
    job = await claims.upload(KICKOFF, "kick-off 2026-03-02.txt")
    assert (job.state, job.done, job.total, job.message) == (JobState.DONE, 1, 1, None)
    (record,) = await claims.conversations()
    assert (record.title, record.state, record.kind) == ("kick-off 2026-03-02", ConversationState.ANALYSED, ConversationKind.MEETING)
    assert (record.id, record.utterances) == (job.conversation_id, 3)
    kinds = {one.finding.kind for one in await claims.findings()}
    assert {FindingKind.BUSINESS_GOAL, FindingKind.KPI} <= kinds
    async with claims.ws.database.reading() as unit:
        entries, _ = await unit.audit.list(claims.id)
        assert await unit.uploads.list(claims.id) == []
    assert (entries[0].actor, entries[0].action, entries[0].detail) == ("lead", "transcript.uploaded", "kick-off 2026-03-02.txt")


async def test_stakeholders_of_the_engagement_give_speakers_their_roles(claims: Engaged) -> None:
    async with claims.ws.database.unit() as unit:
        await unit.stakeholders.add(StakeholderRecord(id="s", engagement_id=claims.id, name="Ada", role=Role.SPONSOR))
    job = await claims.upload(KICKOFF)
    async with claims.ws.database.reading() as unit:
        people = await unit.conversations.participants(claims.id, job.conversation_id or "")
    assert {one.name: one.role for one in people} == {"Ada": Role.SPONSOR, "Ben": Role.UNKNOWN}


async def test_the_same_file_twice_is_one_conversation_and_the_second_job_says_so(claims: Engaged) -> None:
    await claims.upload(KICKOFF, "kickoff.txt")
    before = await claims.findings()
    job = await claims.upload(KICKOFF, "copy of kickoff.txt")
    assert job.state is JobState.DONE
    assert job.message == "This is the same conversation as “kickoff”, which is here already; nothing was analysed again."
    assert len(await claims.conversations()) == 1 and await claims.findings() == before


async def test_the_same_file_in_another_engagement_is_its_own_conversation(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    other = await engaged(claims.ws)
    job = await other.upload(KICKOFF)
    assert job.message is None and len(await other.findings()) == len(await claims.findings()) > 0


async def test_two_uploads_of_one_file_at_once_are_one_conversation_that_is_read_once(server: FakeModelServer, modelled: Engaged) -> None:
    server.choose = counted = Counted()
    await asyncio.gather(*(upload_transcript(modelled.ws, modelled.id, name, LONG.encode(), "lead") for name in ("a.txt", "b.txt")))
    await modelled.ws.settle()
    jobs = [job for job in await modelled.jobs() if job.kind is JobKind.ANALYSE_TRANSCRIPT]
    assert {job.state for job in jobs} == {JobState.DONE} and len(await modelled.conversations()) == 1
    assert sorted(job.message is None for job in jobs) == [False, True]
    assert set(counted.answered.values()) == {1}


async def test_several_files_at_once_are_all_analysed(claims: Engaged) -> None:
    texts = [f"Ada: Our goal is to answer letters of kind {at} within {at + 2} days.".encode() for at in range(6)]
    await asyncio.gather(*(upload_transcript(claims.ws, claims.id, f"{at}.txt", text, "lead") for at, text in enumerate(texts)))
    await claims.ws.settle()
    assert {job.state for job in await claims.jobs()} == {JobState.DONE}
    assert len(await claims.conversations()) == 6 and len({one.conversation_id for one in await claims.findings()}) == 6


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "empty.txt", "empty.txt: The file is empty."),
        (b"PK\x03\x04 nonsense", "broken.docx", "broken.docx: "),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.png", "picture.png: "),
        (b'{"utterances": [', "cut.json", "cut.json"),
    ],
)
async def test_a_broken_file_fails_with_where_and_what_to_do_and_harms_nothing(claims: Engaged, data: bytes, name: str, says: str) -> None:
    await claims.upload(KICKOFF)
    before = await claims.findings()
    job = await claims.upload(data, name)
    assert job.state is JobState.FAILED and job.conversation_id is None
    assert job.message and job.message.startswith(says) and job.remedy
    assert await claims.findings() == before and len(await claims.conversations()) == 1
    async with claims.ws.database.reading() as unit:
        assert await unit.uploads.list(claims.id) == []
    with pytest.raises(InvalidRequest, match="could not be read"):
        await try_again(claims.ws, claims.id, job.id)


async def test_a_name_with_folders_and_control_characters_becomes_a_plain_one(claims: Engaged) -> None:
    job = await claims.upload(KICKOFF, "..\\..\\etc/\x1b[31mpasswd\x00.txt")
    (record,) = await claims.conversations()
    assert job.title == record.source == "[31mpasswd .txt"


async def test_a_file_beyond_the_limit_is_refused_and_not_stored(claims: Engaged) -> None:
    with pytest.raises(TooMany):
        await upload_transcript(claims.ws, claims.id, "huge.txt", bytes(LARGEST + 1), "lead")
    assert await claims.jobs() == []


async def test_an_engagement_that_is_not_there_takes_no_file(claims: Engaged) -> None:
    with pytest.raises(NotFound):
        await upload_transcript(claims.ws, "e_nobody", "a.txt", KICKOFF, "lead")


async def test_a_window_that_fails_is_shown_and_read_alone_when_tried_again(server: FakeModelServer, modelled: Engaged) -> None:
    def fails_at_twelve(exchange: fake.Exchange) -> fake.Behaviour:
        return fake.status(500) if "Point 12:" in exchange.text else reads_nothing(exchange)

    server.choose = fails_at_twelve
    job = await modelled.upload(LONG.encode())
    windows = await modelled.windows(job.conversation_id or "")
    (failed,) = (one for one in windows if one.state is ExtractionState.FAILED)
    assert failed.first <= 12 <= failed.last and failed.error and failed.remedy
    assert job.state is JobState.DONE and job.message and job.message.startswith(f"1 of {len(windows)} stretches could not be read: ")
    assert (await modelled.conversations())[0].state is ConversationState.ANALYSED

    asked = len(server.requests)
    server.choose = finds("Talk about claims.", "we have to talk about claims", 12)
    again = await retry_failed(modelled.ws, modelled.id, job.conversation_id or "")
    await modelled.ws.settle()
    assert len(server.requests) == asked + 2
    assert {one.state for one in await modelled.windows(job.conversation_id or "")} == {ExtractionState.DONE}
    assert [one.finding.statement for one in await modelled.findings()] == ["Talk about claims."]
    ended = next(one for one in await modelled.jobs() if one.id == again.id)
    assert (ended.state, ended.done, ended.total, ended.message) == (JobState.DONE, 1, 1, None)
    with pytest.raises(InvalidRequest, match="nothing to try again"):
        await retry_failed(modelled.ws, modelled.id, job.conversation_id or "")


async def test_a_model_that_never_answers_fails_the_job_and_the_transcript_waits(server: FakeModelServer, modelled: Engaged) -> None:
    server.choose = lambda _: fake.status(401, kind="invalid_api_key", message="Incorrect API key")
    job = await modelled.upload(LONG.encode())
    assert job.state is JobState.FAILED and job.conversation_id and job.message and job.remedy
    assert (await modelled.conversations())[0].state is ConversationState.WAITING
    assert [one.kind for one in await modelled.jobs()] == [JobKind.ANALYSE_TRANSCRIPT]


async def test_trying_a_failed_job_again_goes_on_with_what_is_missing(
    server: FakeModelServer, model_settings: Settings, opened: Open
) -> None:
    first = await engaged(await opened(model_settings))
    server.choose = lambda exchange: fake.status(500) if is_rating(exchange) else reads_nothing(exchange)
    job = await first.upload(LONG.encode())
    assert job.state is JobState.FAILED
    asked = len(server.requests)
    server.choose = reads_nothing
    again = await try_again(first.ws, first.id, job.id)
    await first.ws.settle()
    assert next(one for one in await first.jobs() if one.id == again.id).state is JobState.DONE
    assert {is_rating(one) for one in server.requests[asked:]} == {True}  # the findings had been answered, and are not paid for again
    assert (await first.conversations())[0].state is ConversationState.ANALYSED


async def test_what_calls_cost_is_booked_once_for_each_window(server: FakeModelServer, modelled: Engaged) -> None:
    server.choose = reads_nothing
    await modelled.upload(LONG.encode())
    async with modelled.ws.database.reading() as unit:
        spent = await unit.spending.by_purpose(modelled.id)
    assert spent["transcript"].calls == len(server.requests) > 4
    assert spent["transcript"].cost_usd == pytest.approx(len(server.requests) * (100 * 1.0 + 20 * 2.0) / 1e6)


async def test_the_cap_of_an_engagement_stops_calls_and_counts_what_was_spent_before(
    server: FakeModelServer, model_settings: Settings, opened: Open
) -> None:
    capped = model_settings.model_copy(update={"max_cost_usd": 0.02, "max_output_tokens": 256, "concurrency": 2})
    server.choose = reads_nothing
    first = await engaged(await opened(capped))
    job = await first.upload(LONG.encode())
    assert job.state is JobState.DONE and job.message is None

    poor = await engaged(await opened(capped))
    async with poor.ws.database.unit() as unit:
        await unit.spending.add(poor.id, None, "interview", Usage(calls=1, cost_usd=0.0199))
    asked = len(server.requests)
    job = await poor.upload(LONG.replace("Point", "Matter").encode())
    assert job.state is JobState.FAILED and job.message and "cap of USD 0.02" in job.message
    assert len(server.requests) == asked


async def test_no_more_windows_are_read_at_once_than_the_settings_allow_over_all_jobs(
    server: FakeModelServer, model_settings: Settings, opened: Open
) -> None:
    under_way = most = 0

    async def behave(request: fake.Exchange) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        while most < 3:  # the first ones wait for each other
            await asyncio.sleep(0.002)
        under_way -= 1
        await reads_nothing(request)(request)

    server.choose = lambda _: behave
    busy = await engaged(await opened(model_settings.model_copy(update={"concurrency": 3})))
    texts = [f"Ben: This is meeting {at}.\n{LONG}".encode() for at in range(4)]
    await asyncio.gather(*(upload_transcript(busy.ws, busy.id, f"{at}.txt", text, "lead") for at, text in enumerate(texts)))
    await busy.ws.settle()
    assert {job.state for job in await list_jobs(busy.ws, busy.id)} == {JobState.DONE}
    assert most == 3


async def test_a_job_whose_engagement_is_deleted_meanwhile_stops_quietly(
    server: FakeModelServer, model_settings: Settings, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    gone = await engaged(await opened(model_settings.model_copy(update={"concurrency": 2})))
    server.choose = counted = Counted(answers_at_most=2)
    await upload_transcript(gone.ws, gone.id, "a.txt", LONG.encode(), "lead")
    await counted.keeps_waiting(2)
    async with gone.ws.database.unit() as unit:
        await unit.engagements.delete(gone.id)
    counted.opens()
    await gone.ws.settle()
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]
