"""Drafting in the background, and what people change in a version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.drafting import (
    PlanChanges,
    blueprint_version,
    blueprint_versions,
    differences,
    draft_blueprint,
    plan_settings,
    save_assumption,
    save_plan,
    save_section,
    with_current_defects,
    work,
)
from discovery_agent.discovery.drafting.work import draft_version
from discovery_agent.discovery.engagements import add_stakeholder, audit_trail, create_engagement
from discovery_agent.domain.blueprint.claims import Assumption, Claim
from discovery_agent.domain.blueprint.document import Blueprint, Course, SectionId
from discovery_agent.domain.conversation import ConversationKind, Role, Utterance
from discovery_agent.domain.economics import Span
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, JobState
from discovery_agent.domain.findings import FindingKind, FindingStatus, Stance
from discovery_agent.domain.planning.work import Estimate, RoleRate
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from tests.builders import conversation, finding
from tests.discovery.drafting.drafted import Drafted, parts_of, with_claim
from tests.discovery.service import Clock, opened_workspace

VISION = SectionId.SPONSOR_VISION


def claims(blueprint: Blueprint, section: SectionId, part: str) -> list[Claim]:
    return [claim for one in parts_of(blueprint, section) if one.id == part for claim in one.claims]


async def test_a_draft_is_made_in_the_background_as_the_first_version(invoices: Drafted) -> None:
    version = await invoices.newest()
    assert (version.number, version.parent, version.course) == (1, None, Course.AUTOMATE)
    assert version.organisation == "Halden Parts" and version.made_by == "rules"
    assert version.plan and version.plan.forecast.payback_month
    heads, total = await blueprint_versions(invoices.ws, invoices.id)
    assert total == 1 and heads[0].content_hash == version.content_hash and not heads[0].signed
    trail, _ = await audit_trail(invoices.ws, invoices.id)
    assert {"blueprint.asked", "blueprint.drafted"} <= {one.action for one in trail}


async def test_nothing_can_be_drafted_before_anything_was_assessed(tmp_path: Path, clock: Clock) -> None:
    async with opened_workspace(tmp_path, clock) as ws:
        engagement = await create_engagement(ws, "Empty")
        with pytest.raises(InvalidRequest, match="no assessment"):
            await draft_blueprint(ws, engagement.id)
        with pytest.raises(NotFound):
            await draft_blueprint(ws, "e-of-somebody-else")


async def test_a_job_that_is_begun_again_after_a_crash_stores_no_second_version(invoices: Drafted) -> None:
    job = await draft_blueprint(invoices.ws, invoices.id, "Lea")
    await invoices.ws.settle()

    async def at_once(_name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        return await work()

    await draft_version(invoices.ws, job, at_once)
    assert (await blueprint_versions(invoices.ws, invoices.id))[1] == 2


async def test_what_a_stakeholder_has_not_released_is_cited_nowhere(invoices: Drafted) -> None:
    ws = invoices.ws
    talk = conversation([("Sofia Reyes", "Honestly, I want an app that books invoices from photos.")], title="Private", source="private")
    secret = finding(
        talk,
        FindingKind.POSITION,
        "An app that books invoices from photos",
        [(0, "an app that books invoices from photos")],
        stance=Stance.FOR,
    )
    sofia = await add_stakeholder(ws, invoices.id, "Sofia Reyes", role=Role.END_USER)
    async with ws.database.unit() as unit:
        record = ConversationRecord(
            id=talk.id,
            engagement_id=invoices.id,
            kind=ConversationKind.INTERVIEW,
            title=talk.title,
            state=ConversationState.CLOSED,
            stakeholder_id=sofia.id,
            created_at=ws.now(),
        )
        await unit.conversations.add(record, [Utterance(index=0, speaker="Sofia Reyes", text=talk.utterances[0].text)])
        await unit.findings.put(invoices.id, talk.id, [secret])
    await invoices.assess()
    await invoices.draft()
    version = await invoices.newest()
    assert version.number == 2 and secret.id not in version.model_dump_json() and "photos" not in version.model_dump_json()
    parts = with_claim(parts_of(version, VISION), "need", Claim(text="They want an app.", findings=(secret.id,)))
    with pytest.raises(InvalidRequest, match="cited"):
        await save_section(ws, invoices.id, 2, VISION, parts, "Lea")
    async with ws.database.unit() as unit:
        record = await unit.conversations.get(invoices.id, talk.id)
        await unit.conversations.update(record.model_copy(update={"released_at": ws.now()}))
    await invoices.assess()
    await invoices.draft()
    assert secret.id in {one for choice in (await invoices.newest()).choices for one in choice.findings}


async def test_a_claim_that_a_person_wrote_names_them_and_is_an_assumption_without_a_citation(invoices: Drafted) -> None:
    before = await invoices.newest()
    parts = with_claim(
        parts_of(before, VISION), "need", Claim(text="The bank closes its portal in 2027.", how="the bank said so", written_by="rules")
    )
    made = await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Lea Brandt")
    new = claims(made, VISION, "need")[-1]
    assert (new.written_by, new.how, new.findings) == ("Lea Brandt", "", ())
    (stated,) = [one for one in made.assumptions if one.id in new.assumptions]
    assert stated.source == "stated by Lea Brandt" and stated.text == "The bank closes its portal in 2027."
    assert any(stated.id in row.assumptions for part in parts_of(made, SectionId.ASSUMPTIONS) for row in part.rows)
    assert [one.written_by for one in claims(made, VISION, "need")[:-1]] == ["rules"] * (len(claims(made, VISION, "need")) - 1)
    assert (
        made.number == 2
        and made.parent == 1
        and made.made_by == "Lea Brandt"
        and not any(one.rule == "claim_without_support" for one in made.defects)
    )
    assert await invoices.newest() == made and await blueprint_version(invoices.ws, invoices.id, 1) == before
    assert made.section(SectionId.RISKS) == before.section(SectionId.RISKS)


async def test_a_figure_that_no_citation_holds_blocks(invoices: Drafted) -> None:
    before = await invoices.newest()
    goal = next(one for one in await invoices.findings() if one.kind is FindingKind.BUSINESS_GOAL)
    parts = with_claim(parts_of(before, VISION), "need", Claim(text="Suppliers are paid within 10 days.", findings=(goal.id,)))
    made = await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Lea")
    assert [one.text for one in made.defects if one.rule == "figure_without_source"] == [
        "In “Vision for the sponsor”, “Need”: nothing that it cites holds 10: Suppliers are paid within 10 days."
    ]


async def test_the_later_of_two_saves_is_refused_and_told_what_differs(invoices: Drafted) -> None:
    first = await invoices.newest()
    parts = with_claim(parts_of(first, VISION), "need", Claim(text="Suppliers call every day."))
    await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Lea")
    with pytest.raises(StaleVersion, match=r"Version 2 by Lea .*Vision for the sponsor, Assumptions"):
        await save_section(invoices.ws, invoices.id, 1, SectionId.RISKS, parts_of(first, SectionId.RISKS), "Ben")
    assert (await invoices.newest()).number == 2


async def test_computed_sections_and_unknown_citations_are_refused(invoices: Drafted) -> None:
    version = await invoices.newest()
    for section in (SectionId.PLAN, SectionId.ECONOMICS, SectionId.CHOICES, SectionId.ASSUMPTIONS):
        with pytest.raises(InvalidRequest, match="computed"):
            await save_section(invoices.ws, invoices.id, 1, section, parts_of(version, section), "Lea")
    parts = with_claim(parts_of(version, VISION), "need", Claim(text="So it is.", findings=("f-000000000000",)))
    with pytest.raises(InvalidRequest, match="not there"):
        await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Lea")
    with pytest.raises(NotFound):
        await save_section(invoices.ws, invoices.id, 1, SectionId.MEMO, [], "Lea")


async def test_an_assumption_that_changes_is_computed_through_and_keeps_what_others_wrote(invoices: Drafted) -> None:
    first = await invoices.newest()
    parts = with_claim(parts_of(first, VISION), "need", Claim(text="Suppliers call every day."), at=0)
    await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Ben")
    share = next(one for one in first.assumptions if one.id == "gap_closed.rules_automation")
    made = await save_assumption(invoices.ws, invoices.id, 2, share.model_copy(update={"low": 0.05, "value": 0.1, "high": 0.2}), "Lea")
    assert made.number == 3 and first.plan and made.plan
    before, after = first.plan.forecast.twelve_month_result, made.plan.forecast.twelve_month_result
    assert before is not None and after is not None and after < before
    (changed,) = [one for one in made.assumptions if one.id == share.id]
    assert (changed.value, changed.changed_by) == (0.1, "Lea")
    assert claims(made, VISION, "need")[0].text == "Suppliers call every day." and claims(made, VISION, "need")[0].written_by == "Ben"
    assert not [one for one in made.defects if one.severity.value == "blocks"], made.defects
    differ = await differences(invoices.ws, invoices.id, 2, 3)
    assert "result after 12 months" in {one.part_id for one in differ.figures}
    assert {share.id} == {one.part_id for one in differ.assumptions}
    # It holds for drafts to come.
    await invoices.draft()
    newest = await invoices.newest()
    assert next(one for one in newest.assumptions if one.id == share.id).value == 0.1
    assert "replaces what people had rewritten in version 3: sponsor vision" in newest.change
    assert claims(newest, VISION, "need")[0].text != "Suppliers call every day."


async def test_economics_that_never_pay_under_a_changed_assumption_change_the_course(invoices: Drafted) -> None:
    number = 1
    for name in ("gap_closed.rules_automation", "gap_closed.hybrid"):
        listed = next(one for one in (await invoices.newest()).assumptions if one.id == name)
        await save_assumption(invoices.ws, invoices.id, number, listed.model_copy(update={"low": 0, "value": 0.01, "high": 0.02}), "Lea")
        number += 1
    made = await invoices.newest()
    assert made.course is Course.DO_NOT_BUILD
    assert made.sections[0].id is SectionId.MEMO


async def test_rates_people_estimates_and_the_start_can_be_set_and_are_kept(invoices: Drafted) -> None:
    first = await invoices.newest()
    assert first.plan
    task = first.plan.tasks[0]
    role = RoleRate(id=task.role, name="Owner of payables", day_rate=Span(low=1000, likely=2000, high=3000), people=0.25)
    changes = PlanChanges(
        starts_on=date(2026, 9, 1), roles=(role,), estimates={task.id: Estimate(optimistic=30, likely=40, pessimistic=60)}
    )
    made = await save_plan(invoices.ws, invoices.id, 1, changes, "Lea")
    assert made.plan and made.starts_on == made.plan.inputs.starts_on == date(2026, 9, 1)
    assert next(one for one in made.plan.inputs.roles if one.id == role.id).changed_by == "Lea"
    assert next(one for one in made.plan.tasks if one.id == task.id).estimate.likely == 40
    assert made.plan.forecast.budget.p50 > first.plan.forecast.budget.p50 + 40 * 1000
    assert not [one for one in made.defects if one.severity.value == "blocks"], made.defects
    settings = await plan_settings(invoices.ws, invoices.id)
    assert settings and settings.changed_by == "Lea"
    await invoices.draft()
    assert (await invoices.newest()).starts_on == date(2026, 9, 1)
    with pytest.raises(InvalidRequest, match="no such role"):
        await save_plan(invoices.ws, invoices.id, 3, PlanChanges(roles=(role.model_copy(update={"id": "wizard"}),)), "Lea")


async def test_a_rate_changed_as_an_assumption_is_the_rate_of_the_plan(invoices: Drafted) -> None:
    first = await invoices.newest()
    rate = next(one for one in first.assumptions if one.id == "rate.developer")
    made = await save_assumption(invoices.ws, invoices.id, 1, rate.model_copy(update={"low": 90, "value": 100, "high": 110}), "Lea")
    assert made.plan and first.plan
    assert next(one for one in made.plan.inputs.roles if one.id == "developer").day_rate.likely == 100
    assert made.plan.forecast.budget.p50 < first.plan.forecast.budget.p50


async def test_figures_out_of_order_are_refused(invoices: Drafted) -> None:
    rate = next(one for one in (await invoices.newest()).assumptions if one.id == "rate.developer")
    for wrong in ({"low": 900.0, "value": 100.0}, {"value": None}, {"low": -1.0, "value": 100.0}):
        with pytest.raises(InvalidRequest):
            await save_assumption(invoices.ws, invoices.id, 1, rate.model_copy(update=wrong), "Lea")
    with pytest.raises(NotFound):
        await save_assumption(invoices.ws, invoices.id, 1, Assumption(id="moon", text="It is full."), "Lea")


async def test_a_cited_finding_that_is_rejected_later_blocks_as_of_that_day(invoices: Drafted) -> None:
    version = await invoices.newest()
    goal = next(one for one in await invoices.findings() if one.kind is FindingKind.OPERATIONAL_GOAL)
    await correct_finding(invoices.ws, invoices.id, goal.id, status=FindingStatus.REJECTED, version=1, actor="Lea")
    today = await with_current_defects(invoices.ws, version)
    assert [one.subject for one in today.defects if one.rule == "cited_finding_is_gone"] == [goal.id]
    assert today.content_hash != version.content_hash or today.defects != version.defects
    await invoices.assess()
    job = await invoices.draft()
    assert job.state is JobState.DONE
    assert goal.id not in {one.finding_id for one in (await invoices.newest()).evidence}


async def test_a_large_engagement_is_drafted_by_a_process_of_its_own(invoices: Drafted, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await invoices.newest()
    monkeypatch.setattr(work, "LARGE", 1)
    job = await invoices.draft()
    assert job.state is JobState.DONE and job.message == "Version 2."
    second = await invoices.newest()
    assert second.number == 2 and second.parent == 1
    assert second.epics == first.epics and second.choices == first.choices
