from __future__ import annotations

import pytest

from discovery_agent.domain.engagement import AuditEntry, Job, JobKind, JobState
from discovery_agent.domain.findings import FindingKind, ProposedFinding, UnverifiedFinding
from discovery_agent.errors import InvalidRequest, NotFound
from discovery_agent.models.usage import Usage
from discovery_agent.storage import AssessmentHead, AssessmentRecord, Database, ExtractionRecord, ExtractionState, Spent
from tests.storage.filling import START, interviewed, started


def _window(of: str, talk: str, key: str, *, first: int = 0, state: ExtractionState = ExtractionState.DONE) -> ExtractionRecord:
    claim = UnverifiedFinding(
        proposal=ProposedFinding(kind=FindingKind.KPI, statement="Nine days", confidence=0.5),
        conversation_id=talk,
        reasons=("another number",),
        proposed_by="rules",
    )
    return ExtractionRecord(
        engagement_id=of,
        conversation_id=talk,
        window_key=key,
        first=first,
        last=first + 9,
        state=state,
        analyst="rules",
        error="No answer." if state is ExtractionState.FAILED else None,
        usage=Spent(calls=2, cost_usd=None),
        finding_ids=("f-1",),
        unverified=(claim,),
    )


async def test_windows_are_kept_by_conversation_in_the_order_of_what_was_said(database: Database) -> None:
    of, talk = await interviewed(database)
    late, early = _window(of, talk, "a", first=10), _window(of, talk, "b")
    async with database.unit() as unit:
        for window in (late, early):
            await unit.extractions.put(window)
        assert await unit.extractions.list(of, talk) == [early, late]
        assert await unit.extractions.get(of, talk, "a") == late
        with pytest.raises(NotFound):
            await unit.extractions.get(of, talk, "c")


async def test_a_window_that_is_read_at_last_takes_the_place_of_its_failure(database: Database) -> None:
    of, talk = await interviewed(database)
    failure, success = _window(of, talk, "a", state=ExtractionState.FAILED), _window(of, talk, "a")
    async with database.unit() as unit:
        await unit.extractions.put(failure)
        assert await unit.extractions.failed(of) == [failure]
        await unit.extractions.put(success)
        assert await unit.extractions.failed(of) == [] and await unit.extractions.list(of, talk) == [success]
        assert await unit.extractions.delete_of(of, talk) == 1


async def test_windows_belong_to_a_conversation_of_their_engagement(database: Database) -> None:
    _, talk = await interviewed(database)
    other = await started(database)
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.extractions.put(_window(other, talk, "a"))


def _assessment(of: str, number: int) -> AssessmentRecord:
    return AssessmentRecord(
        id=f"a_{number}",
        engagement_id=of,
        basis=f"basis {number}",
        analyst="rules",
        created_at=START.replace(minute=number),
        payload={"verdicts": {"open": 2}, "note": "\x00 ½", "share": 0.1},
        sections={"goals": [{"number": index, "statement": f"Goal {index}"} for index in range(5)], "conflicts": [{"a": None}]},
    )


async def test_the_latest_assessment_is_read_without_or_with_its_sections(database: Database) -> None:
    of = await started(database)
    first, second = _assessment(of, 1), _assessment(of, 2)
    async with database.unit() as unit:
        assert await unit.assessments.latest(of) is None
        for one in (second, first):
            await unit.assessments.add(one)
    async with database.reading() as unit:
        assert await unit.assessments.latest(of) == second.model_copy(update={"sections": {}})
        assert await unit.assessments.latest(of, sections=True) == second
        assert await unit.assessments.get(of, first.id, sections=True) == first
        heads = await unit.assessments.list(of)
        assert [one.id for one in heads] == [second.id, first.id] and {type(one) for one in heads} == {AssessmentHead}


async def test_a_section_is_read_in_slices(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        await unit.assessments.add(_assessment(of, 1))
        some, total = await unit.assessments.section(of, "a_1", "goals", offset=3, limit=10)
        assert [one["number"] for one in some] == [3, 4] and total == 5
        assert await unit.assessments.section(of, "a_1", "none") == ([], 0)
        assert await unit.assessments.section_sizes(of, "a_1") == {"goals": 5, "conflicts": 1}


async def test_old_assessments_can_be_removed(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        for number in range(4):
            await unit.assessments.add(_assessment(of, number))
        assert await unit.assessments.prune(of, keep=2) == 2
        assert [one.id for one in await unit.assessments.list(of)] == ["a_3", "a_2"]
        assert await unit.assessments.section(of, "a_1", "goals") == ([], 0)
        with pytest.raises(NotFound):
            await unit.assessments.get(of, "a_1")


async def test_an_assessment_is_kept_once(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        await unit.assessments.add(_assessment(of, 1))
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.assessments.add(_assessment(of, 1))


def _job(of: str, number: int) -> Job:
    at = START.replace(minute=number)
    return Job(id=f"j_{number}", engagement_id=of, kind=JobKind.ANALYSE_TRANSCRIPT, title="weekly.vtt", created_at=at, updated_at=at)


async def test_jobs_are_listed_newest_first_and_unfinished_ones_apart(database: Database) -> None:
    of, other = await started(database), await started(database)
    jobs = [_job(of, number) for number in range(3)]
    async with database.unit() as unit:
        for job in [*jobs, _job(other, 9)]:
            await unit.jobs.add(job)
        finished = await unit.jobs.update(jobs[1].model_copy(update={"state": JobState.DONE, "done": 4, "total": 4}))
        assert await unit.jobs.get(of, "j_1") == finished
        assert [job.id for job in await unit.jobs.list(of)] == ["j_2", "j_1", "j_0"]
        assert [job.id for job in await unit.jobs.list(of, limit=1)] == ["j_2"]
        assert [job.id for job in await unit.jobs.unfinished(of)] == ["j_0", "j_2"]
        assert [job.id for job in await unit.jobs.unfinished()] == ["j_0", "j_2", "j_9"]
        for attempt in (unit.jobs.get(other, "j_1"), unit.jobs.update(finished.model_copy(update={"engagement_id": other}))):
            with pytest.raises(NotFound):
                await attempt


async def test_of_many_jobs_those_of_one_kind_or_state_a_slice_and_the_counts_are_read_alone(database: Database) -> None:
    of, other = await started(database), await started(database)
    titles = {5: 'a "kind":"assess" of \\ "kind":"assess"', 6: "kind_assess"}
    jobs = [_job(of, number).model_copy(update={"title": titles.get(number, "weekly.vtt")}) for number in range(7)]
    jobs[3] = jobs[3].model_copy(update={"kind": JobKind.ASSESS})
    jobs[4] = jobs[4].model_copy(update={"kind": JobKind.ASSESS, "state": JobState.RUNNING})
    jobs[0] = jobs[0].model_copy(update={"state": JobState.DONE})
    async with database.unit() as unit:
        await unit.jobs.add_all([*jobs, _job(other, 9).model_copy(update={"kind": JobKind.ASSESS})])
        with pytest.raises(InvalidRequest):
            await unit.jobs.add_all([_job(of, 6)])
    async with database.reading() as unit:
        assert await unit.jobs.counts(of) == {JobState.DONE: 1, JobState.QUEUED: 5, JobState.RUNNING: 1}
        assert await unit.jobs.counts("e_none") == {}
        assert [one.id for one in await unit.jobs.list(of, 2, 3)] == ["j_3", "j_2"]
        assert [one.id for one in await unit.jobs.unfinished(of, kind=JobKind.ASSESS)] == ["j_3", "j_4"]
        assert [one.id for one in await unit.jobs.unfinished(kind=JobKind.ASSESS, state=JobState.QUEUED)] == ["j_3", "j_9"]
        assert [one.id for one in await unit.jobs.unfinished(of, kind=JobKind.ANALYSE_TRANSCRIPT, limit=2)] == ["j_1", "j_2"]


async def test_an_uploaded_file_is_kept_byte_for_byte_until_it_is_deleted(database: Database) -> None:
    of, other = await started(database), await started(database)
    data = bytes(range(256)) * 5000
    async with database.unit() as unit:
        await unit.uploads.put(of, "j_1", "first.vtt", b"")
        await unit.uploads.put(of, "j_1", "../../weekly \x00.vtt", data)
    async with database.unit() as unit:
        upload = await unit.uploads.get(of, "j_1")
        assert (upload.name, upload.data) == ("../../weekly \x00.vtt", data)
        assert await unit.uploads.list(of) == ["j_1"] and await unit.uploads.list(other) == []
        with pytest.raises(NotFound):
            await unit.uploads.get(other, "j_1")
        await unit.uploads.delete(other, "j_1")
        assert await unit.uploads.list(of) == ["j_1"]
        await unit.uploads.delete(of, "j_1")
        with pytest.raises(NotFound):
            await unit.uploads.get(of, "j_1")


async def test_the_audit_trail_is_read_latest_first_and_belongs_to_its_engagement(database: Database) -> None:
    of = await started(database)
    entries = [AuditEntry(at=START, actor="Ada", action="finding.corrected", subject=f"f-{number}") for number in range(4)]
    async with database.unit() as unit:
        for entry in entries:
            await unit.audit.add(of, entry)
        await unit.audit.add(None, entries[0])
    async with database.unit() as unit:
        some, total = await unit.audit.list(of, offset=1, limit=2)
        assert some == [entries[2], entries[1]] and total == 4
        assert await unit.audit.list(None) == ([entries[0]], 1)
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.audit.add("e_none", entries[0])


async def test_spending_adds_up_by_engagement_and_by_purpose(database: Database) -> None:
    of, talk = await interviewed(database)
    other = await started(database)
    async with database.unit() as unit:
        assert await unit.spending.total(of) == Spent()
        await unit.spending.add(of, talk, "extract", Usage(calls=1, input_tokens=100, output_tokens=10, cost_usd=0.25), START)
        await unit.spending.add(of, None, "assess", Usage(calls=2, cached_calls=1, input_tokens=50, output_tokens=5, cost_usd=0.5))
        await unit.spending.add(other, None, "assess", Usage(calls=7))
        assert await unit.spending.total(of) == Spent(calls=3, cached_calls=1, input_tokens=150, output_tokens=15, cost_usd=0.75)
        assert (await unit.spending.by_purpose(of))["extract"].calls == 1
        await unit.conversations.delete(of, talk)
        assert (await unit.spending.total(of)).cost_usd == 0.75


async def test_a_call_without_a_known_price_makes_the_sum_unknown(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        await unit.spending.add(of, None, "extract", Usage(calls=1, cost_usd=0.25))
        await unit.spending.add(of, None, "extract", Usage(calls=1, cost_usd=None))
        total = await unit.spending.total(of)
    assert total.calls == 2 and total.cost_usd is None
