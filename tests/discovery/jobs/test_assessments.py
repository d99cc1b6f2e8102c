"""Assessments: what they rest on, what is left out, how they are read, and what the newest conversations changed."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from discovery_agent.discovery import assessing
from discovery_agent.discovery.assessing import KEPT
from discovery_agent.discovery.assessments import (
    Assessment,
    Section,
    assessment_overview,
    assessment_section,
    interview_known,
    latest_assessment,
    note_change,
    request_assessment,
)
from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.engagements import add_stakeholder, delete_engagement, shelf_name, update_engagement
from discovery_agent.discovery.jobs import try_again
from discovery_agent.domain.conversation import ConversationKind, Role, Stakeholder
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, JobKind, JobState, StoredFinding, StoredUtterance
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading
from discovery_agent.domain.likeness import Similarity
from discovery_agent.errors import NotFound
from discovery_agent.settings import Settings, data_folder
from tests.discovery.jobs.conftest import Open
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged, engaged
from tests.domain.said import finding


async def assess(engagement: Engaged) -> None:
    await request_assessment(engagement.ws, engagement.id)
    await engagement.ws.settle()


async def one(engagement: Engaged, kind: FindingKind) -> StoredFinding:
    return next(found for found in await engagement.findings() if found.finding.kind is kind)


async def interview(engagement: Engaged, *, released: bool) -> str:
    """An interview with Dora, who wants something that nobody else named."""
    ws = engagement.ws
    person = await add_stakeholder(ws, engagement.id, "Dora", role=Role.COMPLIANCE)
    record = ConversationRecord(
        id="c_dora",
        engagement_id=engagement.id,
        kind=ConversationKind.INTERVIEW,
        title="Interview with Dora",
        stakeholder_id=person.id,
        state=ConversationState.CLOSED,
        released_at=ws.now() if released else None,
        created_at=ws.now(),
    )
    said = StoredUtterance(
        index=0, speaker="Dora", text="Lose no letter.", reading=AnswerReading(kind=AnswerKind.SUBSTANTIAL, settles=("goal",))
    )
    async with ws.database.unit() as unit:
        await unit.conversations.add(record, [said], participants=[Stakeholder(name="Dora", role=Role.COMPLIANCE)])
        wish = finding(FindingKind.BUSINESS_GOAL, "Lose no letter.", "Dora", conversation=record.id)
        await unit.findings.put(engagement.id, record.id, [wish])
    return record.id


def goals(assessment: Assessment) -> list[str]:
    return [goal.statement for goal in assessment.goal_tree.business_goals]


async def test_an_analysis_is_followed_by_an_assessment_of_everything(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    assessment = await claims.assessment()
    assert goals(assessment) and assessment.goal_tree.kpis and assessment.decisions.agenda
    assert [voice.name for voice in assessment.decisions.coverage.voices] == ["Ada", "Ben"]
    assert assessment.analyst == "rules" and not assessment.stale
    assert assessment.knowledge.notes and assessment.change.empty
    assert [(job.kind, job.state) for job in await claims.jobs()] == [
        (JobKind.ASSESS, JobState.DONE),
        (JobKind.ANALYSE_TRANSCRIPT, JobState.DONE),
    ]


async def test_an_engagement_without_anything_can_be_assessed(claims: Engaged) -> None:
    assert await latest_assessment(claims.ws, claims.id) is None and await assessment_overview(claims.ws, claims.id) is None
    assert await assessment_section(claims.ws, claims.id, Section.AGENDA) == ((), 0)
    await assess(claims)
    assert goals(await claims.assessment()) == []


async def test_the_same_basis_is_not_assessed_twice(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    first = await claims.assessment()
    await assess(claims)
    assert (await claims.assessment()).id == first.id
    assert (await claims.jobs())[0].message == "Nothing has changed since the last assessment."


async def test_a_rejected_finding_counts_for_nothing(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    goal = await one(claims, FindingKind.BUSINESS_GOAL)
    assert goal.finding.statement in goals(await claims.assessment())
    await correct_finding(claims.ws, claims.id, goal.finding.id, status=FindingStatus.REJECTED, version=goal.version, actor="lead")
    await assess(claims)
    after = await claims.assessment()
    assert goal.finding.statement not in goals(after)
    assert [entry.statement for entry in after.change.withdrawn] == [goal.finding.statement]


async def test_a_corrected_finding_counts_as_it_was_corrected(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    goal = await one(claims, FindingKind.BUSINESS_GOAL)
    await correct_finding(
        claims.ws,
        claims.id,
        goal.finding.id,
        status=FindingStatus.CORRECTED,
        statement="Pay small claims at once",
        version=goal.version,
        actor="lead",
    )
    await assess(claims)
    after = await claims.assessment()
    assert "Pay small claims at once" in goals(after) and goal.finding.statement not in goals(after)
    assert ("Pay small claims at once", goal.finding.statement) in [(entry.now, entry.was) for entry in after.change.superseded]


async def test_what_a_stakeholder_has_not_released_is_in_no_assessment(claims: Engaged) -> None:
    conversation = await interview(claims, released=False)
    await assess(claims)
    before = await claims.assessment()
    assert goals(before) == [] and [voice.turns for voice in before.decisions.coverage.voices] == [0]
    async with claims.ws.database.unit() as unit:
        record = await unit.conversations.get(claims.id, conversation)
        await unit.conversations.update(record.model_copy(update={"released_at": claims.ws.now()}))
    await assess(claims)
    after = await claims.assessment()
    assert goals(after) == ["Lose no letter."] and [voice.turns for voice in after.decisions.coverage.voices] == [1]
    assert [entry.title for entry in after.change.conversations] == ["Interview with Dora"]


async def test_where_the_engagement_is_open_interviews_count_at_once(claims: Engaged) -> None:
    open_one = await engaged(claims.ws, private=False)
    await interview(open_one, released=False)
    await assess(open_one)
    assert goals(await open_one.assessment()) == ["Lose no letter."]


async def test_a_transcript_that_waits_for_its_analysis_does_not_count(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    async with claims.ws.database.unit() as unit:
        (record,), _ = await unit.conversations.list(claims.id)
        await unit.conversations.update(record.model_copy(update={"state": ConversationState.WAITING}))
    await assess(claims)
    assert goals(await claims.assessment()) == []


async def test_roles_and_people_who_were_not_heard_yet_come_from_the_engagement(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    assert (await claims.assessment()).decisions.coverage.missing_roles[0] is Role.SPONSOR
    await add_stakeholder(claims.ws, claims.id, "Ada", role=Role.SPONSOR)
    await add_stakeholder(claims.ws, claims.id, "Eve", role=Role.TECHNICAL)
    await assess(claims)
    coverage = (await claims.assessment()).decisions.coverage
    assert [(voice.name, voice.role, voice.turns > 0) for voice in coverage.voices] == [
        ("Ada", Role.SPONSOR, True),
        ("Ben", Role.UNKNOWN, True),
        ("Eve", Role.TECHNICAL, False),
    ]
    assert Role.SPONSOR not in coverage.missing_roles and Role.TECHNICAL in coverage.missing_roles


async def test_the_change_report_is_about_the_conversations_that_came_last(claims: Engaged) -> None:
    await claims.upload(KICKOFF, "kickoff.txt")
    first = await claims.assessment()
    await claims.upload(FOLLOW_UP, "follow-up.txt")
    second = await claims.assessment()
    change = second.change
    assert (change.before, change.since) == (first.id, first.created_at)
    assert [entry.title for entry in change.conversations] == ["follow-up"]
    assert change.contradicted and {quote.speaker for side in change.contradicted[0].sides for quote in side.quotes} == {"Ada", "Cleo"}

    kept = await one(claims, FindingKind.KPI)
    await correct_finding(claims.ws, claims.id, kept.finding.id, status=FindingStatus.CONFIRMED, version=kept.version, actor="lead")
    await assess(claims)
    third = await claims.assessment()
    assert third.id != second.id
    assert third.change == change  # a small change of the lead does not push the report on the last conversation aside


async def test_an_assessment_is_read_in_slices_and_whole_alike(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    await claims.upload(FOLLOW_UP)
    whole = await claims.assessment()
    overview = await assessment_overview(claims.ws, claims.id)
    assert overview is not None and overview.id == whole.id
    read: list[object] = []
    while True:
        some, total = await assessment_section(claims.ws, claims.id, Section.AGENDA, offset=len(read), limit=4)
        if not some:
            break
        read.extend(some)
    assert tuple(read) == whole.decisions.agenda and total == len(read) == overview.sizes["agenda"]
    assert tuple((await assessment_section(claims.ws, claims.id, Section.KPIS))[0]) == whole.goal_tree.kpis
    assert tuple((await assessment_section(claims.ws, claims.id, Section.GOALS))[0]) == whole.decisions.goals
    assert tuple((await assessment_section(claims.ws, claims.id, Section.CONTRADICTED))[0]) == whole.change.contradicted
    assert overview.findings == len(await claims.findings()) and overview.conversations == 2
    assert sum(count.goals for count in overview.verdicts) == len(whole.decisions.goals)
    assert overview.kpi_gaps == {gap: sum(gap in node.kpi.gaps for node in whole.goal_tree.kpis) for gap in overview.kpi_gaps}


async def test_only_the_newest_assessments_are_kept_and_the_change_report_needs_no_older_one(claims: Engaged) -> None:
    for at in range(KEPT + 2):
        await claims.upload(f"Ada: Our goal is to answer letters of kind {at} faster.".encode(), f"{at}.txt")
    async with claims.ws.database.reading() as unit:
        assert len(await unit.assessments.list(claims.id)) == KEPT
    assert [entry.title for entry in (await claims.assessment()).change.conversations] == [str(KEPT + 1)]


async def test_an_assessment_is_stale_while_a_newer_one_is_under_way(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    await request_assessment(claims.ws, claims.id)
    assert (await claims.assessment()).stale
    await claims.ws.settle()
    assert not (await claims.assessment()).stale


async def test_an_engagement_that_is_not_there_has_no_assessment(claims: Engaged) -> None:
    for asked in (
        request_assessment(claims.ws, "e_nobody"),
        latest_assessment(claims.ws, "e_nobody"),
        assessment_overview(claims.ws, "e_nobody"),
        assessment_section(claims.ws, "e_nobody", Section.GOALS),
        interview_known(claims.ws, "e_nobody"),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_texts_are_embedded_once_over_all_assessments_and_their_vectors_go_with_the_engagement(
    claims: Engaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    await claims.upload(KICKOFF)
    embedded: list[str] = []
    real = claims.ws.bench.embeddings.embed
    monkeypatch.setattr(type(claims.ws.bench.embeddings), "embed", lambda _, texts: embedded.extend(texts) or real(texts))
    await assess(claims)
    await add_stakeholder(claims.ws, claims.id, "Eve")
    await assess(claims)
    assert embedded == []
    folder = claims.ws.settings.data_dir / "engagements" / shelf_name(claims.id)
    assert list(folder.rglob("statements"))
    monkeypatch.setattr(claims.ws.bench.knowledge, "delete_engagement", lambda _: shutil.rmtree(folder, ignore_errors=True), raising=False)
    await delete_engagement(claims.ws, claims.id)
    assert not folder.exists()


async def test_before_anything_is_known_an_interview_knows_its_subject_and_its_people(claims: Engaged) -> None:
    await add_stakeholder(claims.ws, claims.id, "Ada", role=Role.SPONSOR)
    known = await interview_known(claims.ws, claims.id)
    assert (known.subject, known.kinds, known.agenda) == ("Claims Pay claims faster", {}, ())
    assert known.people == (Stakeholder(name="Ada", role=Role.SPONSOR),)


async def test_interviews_build_on_the_newest_assessment(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    await interview(claims, released=True)
    await assess(claims)
    known = await interview_known(claims.ws, claims.id)
    assessment = await claims.assessment()
    assert known.agenda == assessment.decisions.agenda and known.kinds[FindingKind.BUSINESS_GOAL] >= 2
    assert known.settled == ("goal",) and "target" in known.kpi
    assert {person.name for person in known.people} == {"Ada", "Ben", "Dora"}
    await claims.upload(FOLLOW_UP)
    assert (await interview_known(claims.ws, claims.id)).contradictions


async def test_interviews_know_nothing_of_what_is_private(claims: Engaged) -> None:
    await interview(claims, released=False)
    await assess(claims)
    known = await interview_known(claims.ws, claims.id)
    assert known.kinds == {} and known.settled == () and known.agenda == ()


async def test_what_an_assessment_says_is_parsed_once_for_all_questions(claims: Engaged, monkeypatch: pytest.MonkeyPatch) -> None:
    await claims.upload(KICKOFF)
    first = await interview_known(claims.ws, claims.id)
    monkeypatch.setattr("discovery_agent.discovery.known.Known", None)
    assert await interview_known(claims.ws, claims.id) == first


async def test_the_engagement_is_named_as_it_is_now(claims: Engaged) -> None:
    await claims.upload(KICKOFF)
    async with claims.ws.database.reading() as unit:
        engagement = await unit.engagements.get(claims.id)
    await update_engagement(claims.ws, engagement.model_copy(update={"title": "Motor claims"}))
    assert (await interview_known(claims.ws, claims.id)).subject == "Motor claims Pay claims faster"


async def test_the_event_loop_answers_while_an_engagement_is_assessed(claims: Engaged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The assessment waits for something that the loop does meanwhile; if it ran in the loop, that would never happen."""
    happened = threading.Event()
    real = assessing.build_goal_tree

    def waits(findings: Sequence[Finding], similarity: Similarity) -> GoalTree:
        assert happened.wait(30)
        return real(findings, similarity)

    monkeypatch.setattr(assessing, "build_goal_tree", waits)
    await request_assessment(claims.ws, claims.id)
    while (await claims.jobs())[0].state is not JobState.RUNNING:
        await asyncio.sleep(0)
    happened.set()
    await claims.ws.settle()
    assert (await claims.jobs())[0].state is JobState.DONE


async def test_a_large_engagement_is_assessed_in_a_process_of_its_own_with_the_same_result(
    settings: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tables_only = tmp_path / "knowledge"
    shutil.copytree(data_folder("knowledge"), tables_only, ignore=shutil.ignore_patterns("pages", "page_vectors*"))
    large = await engaged(await opened(settings.model_copy(update={"knowledge_dir": tables_only})))
    await large.upload(KICKOFF)
    here = await large.assessment()
    async with large.ws.database.unit() as unit:
        await unit.assessments.prune(large.id, 0)
    monkeypatch.setattr(assessing, "LARGE", 0)
    await assess(large)
    there = await large.assessment()
    assert there.id != here.id
    assert (there.basis, there.goal_tree, there.decisions.coverage) == (here.basis, here.goal_tree, here.decisions.coverage)
    assert [(one.question, one.worth) for one in there.decisions.agenda] == [(one.question, one.worth) for one in here.decisions.agenda]
    assert any("no knowledge page" in note for note in there.knowledge.notes)


async def test_a_process_that_fails_makes_the_job_fail_and_not_the_server(
    claims: Engaged, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await claims.upload(KICKOFF)
    monkeypatch.setattr(assessing, "LARGE", 0)
    monkeypatch.setattr(assessing, "__name__", "discovery_agent.no_such_module")
    await assess(claims)
    job = (await claims.jobs())[0]
    assert job.state is JobState.FAILED and job.remedy == "Try it again."
    assert "ended with 1" in caplog.text
    again = await try_again(claims.ws, claims.id, job.id)
    assert again.kind is JobKind.ASSESS


async def test_a_change_made_where_no_server_runs_waits_for_the_next_one(claims: Engaged) -> None:
    await note_change(claims.ws, claims.id, first=False)
    assert await claims.jobs() == []
    await claims.upload(KICKOFF)
    goal = await one(claims, FindingKind.BUSINESS_GOAL)
    await correct_finding(claims.ws, claims.id, goal.finding.id, status=FindingStatus.REJECTED, version=goal.version, actor="lead")
    await add_stakeholder(claims.ws, claims.id, "Eve")
    await claims.ws.settle()
    waiting = [job for job in await claims.jobs() if job.state is JobState.QUEUED]
    assert [job.kind for job in waiting] == [JobKind.ASSESS]
    asked = await request_assessment(claims.ws, claims.id)
    await claims.ws.settle()
    assert asked.id == waiting[0].id and goal.finding.statement not in goals(await claims.assessment())
