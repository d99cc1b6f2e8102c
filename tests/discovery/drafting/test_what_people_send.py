"""What people send for a blueprint: marks that nobody sees, teams of nobody, estimates that end their own task, and large sections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from discovery_agent.discovery.drafting import (
    PlanChanges,
    editing,
    idle_estimates,
    plan_settings,
    reading,
    save_assumption,
    save_plan,
    save_section,
    with_current_defects,
    work,
)
from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.delivery import day_of
from discovery_agent.domain.blueprint.document import Blueprint, Course, SectionId
from discovery_agent.domain.economics import Span
from discovery_agent.domain.engagement import JobState
from discovery_agent.domain.planning.work import Estimate, RoleRate
from discovery_agent.errors import InvalidRequest
from tests.discovery.drafting.drafted import Drafted, parts_of, with_claim

VISION = SectionId.SPONSOR_VISION
UNSEEN = "\u0000\u001b\u202e\ufffe\uffff"


async def test_an_estimate_that_changes_the_course_can_be_taken_back(invoices: Drafted) -> None:
    first = await invoices.newest()
    assert first.plan and first.course is Course.AUTOMATE
    huge = Estimate(optimistic=9000, likely=9500, pessimistic=10000)
    tasks = [one.id for one in first.plan.tasks]
    second = await save_plan(invoices.ws, invoices.id, 1, PlanChanges(estimates=dict.fromkeys(tasks, huge)), "Lea")
    # As when a course has gone and its tasks with it.
    held = {one.id for one in second.plan.tasks} if second.plan else set[str]()
    settings = await plan_settings(invoices.ws, invoices.id)
    assert settings
    gone = settings.model_copy(update={"estimates": {**settings.estimates, "e-gone.build_rules": huge}})
    async with invoices.ws.database.unit() as unit:
        await unit.plan_settings.update(gone)
    idle = await idle_estimates(invoices.ws, invoices.id)
    assert idle == tuple(one for one in gone.estimates if one not in held) and "e-gone.build_rules" in idle
    back = PlanChanges(estimates=dict.fromkeys(gone.estimates))
    third = await save_plan(invoices.ws, invoices.id, 2, back, "Lea")
    assert third.course is Course.AUTOMATE and third.plan and [one.id for one in third.plan.tasks] == tasks
    assert third.plan.forecast.budget == first.plan.forecast.budget
    assert not await idle_estimates(invoices.ws, invoices.id)
    with pytest.raises(InvalidRequest, match="no such task"):
        await save_plan(invoices.ws, invoices.id, 3, PlanChanges(estimates={"e-gone.build_rules": None}), "Lea")
    with pytest.raises(InvalidRequest, match="no such task"):
        await save_plan(invoices.ws, invoices.id, 3, PlanChanges(estimates={"e-gone.build_rules": huge}), "Lea")


async def test_characters_that_nobody_sees_are_not_kept(invoices: Drafted) -> None:
    version = await invoices.newest()
    new = Part(
        id="partners",
        heading=f"Part{UNSEEN}ners\r\nand others",
        columns=(f"Wh{UNSEEN}o", "For what"),
        claims=(Claim(text=f"The bank{UNSEEN} pays."),),
        rows=(Row(cells=(f"The{UNSEEN} bank", f"{UNSEEN}")),),
    )
    made = await save_section(invoices.ws, invoices.id, 1, VISION, [*parts_of(version, VISION), new], "Lea")
    stored = parts_of(made, VISION)[-1]
    assert (stored.heading, stored.columns) == ("Partners and others", ("Who", "For what"))
    assert stored.claims[0].text == "The bank pays." and stored.rows[0].cells == ("The bank", "")
    assert made.plan
    role = made.plan.inputs.roles[0]
    told = await save_plan(invoices.ws, invoices.id, 2, PlanChanges(roles=(role.model_copy(update={"name": f"Own{UNSEEN}er"}),)), "Lea")
    assert told.plan and next(one for one in told.plan.inputs.roles if one.id == role.id).name == "Owner"
    listed = next(one for one in told.assumptions if one.id == "gap_closed.rules_automation")
    last = await save_assumption(invoices.ws, invoices.id, 3, listed.model_copy(update={"text": f"A sha{UNSEEN}re"}), "Lea")
    assert next(one for one in last.assumptions if one.id == listed.id).text == "A share"
    assert not any(sign in last.model_dump_json() for sign in UNSEEN[2:])


async def test_rules_words_with_unseen_characters_stay_the_rules_when_they_are_sent_back(invoices: Drafted) -> None:
    version = await invoices.newest()
    section = version.section(VISION)
    assert section
    odd = section.parts[0].model_copy(update={"heading": "For\u202e whom"})
    strange = version.model_copy(
        update={
            "id": "v0002",
            "number": 2,
            "sections": tuple(
                one.model_copy(update={"parts": (odd, *one.parts[1:])}) if one.id is VISION else one for one in version.sections
            ),
        }
    )
    async with invoices.ws.database.unit() as unit:
        await unit.blueprints.add(strange)
    made = await save_section(invoices.ws, invoices.id, 2, VISION, parts_of(strange, VISION), "Lea")
    assert made.section(VISION) == strange.section(VISION) and not made.edits


async def test_a_team_of_next_to_nobody_is_refused_and_the_least_one_is_planned_or_refused_in_words(invoices: Drafted) -> None:
    version = await invoices.newest()
    assert version.plan
    role = RoleRate(id=version.plan.tasks[0].role, name="Owner", day_rate=Span(low=1, likely=2, high=3), people=0.01)
    few = role.model_copy(update={"people": 1e-6})  # as a form might build it
    with pytest.raises(InvalidRequest, match="at least"):
        await save_plan(invoices.ws, invoices.id, 1, PlanChanges(roles=(few,)), "Lea")
    made = await save_plan(invoices.ws, invoices.id, 1, PlanChanges(roles=(role,)), "Lea")
    assert made.plan and made.plan.forecast.duration_days.p80 > version.plan.forecast.duration_days.p80
    for days in (1e7, float("nan")):
        with pytest.raises(InvalidRequest, match="calendar"):
            day_of(made.plan, days)
    longest = Estimate(optimistic=10000, likely=10000, pessimistic=10000)
    least = tuple(one.model_copy(update={"people": 0.01}) for one in version.plan.inputs.roles)
    changes = PlanChanges(roles=least, estimates=dict.fromkeys([one.id for one in version.plan.tasks], longest))
    endless = await save_plan(invoices.ws, invoices.id, 2, changes, "Lea")
    assert endless.course is Course.DO_NOT_BUILD  # nobody builds what takes ten thousand years


async def test_what_takes_long_leaves_the_loop_to_others(invoices: Drafted, monkeypatch: pytest.MonkeyPatch) -> None:
    version = await invoices.newest()
    seen: list[bool] = []

    def watched(work: Callable[..., object]) -> Callable[..., object]:
        def doing(*args: object) -> object:
            seen.append(threading.current_thread() is threading.main_thread())
            return work(*args)

        return doing

    monkeypatch.setattr(editing, "defects_of", watched(editing.defects_of))
    monkeypatch.setattr(reading, "defects_of", watched(reading.defects_of))
    parts = with_claim(parts_of(version, VISION), "need", Claim(text="Suppliers call."))
    await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Lea")
    await with_current_defects(invoices.ws, await invoices.newest())
    assert seen == [False, False]


async def test_what_a_lead_deleted_and_renamed_is_so_after_a_rate_changed(invoices: Drafted) -> None:
    version = await invoices.newest()
    before = [one for one in parts_of(version, VISION) if one.id != "unlike"]
    renamed = [one.model_copy(update={"heading": "Why now"}) if one.id == "need" else one for one in before]
    new = Part(id="partners", heading="Partners", claims=(Claim(text="The bank pays."),))
    second = await save_section(invoices.ws, invoices.id, 1, VISION, [*renamed, new], "Lea")
    rate = next(one for one in second.assumptions if one.id == "rate.developer")
    third = await save_assumption(invoices.ws, invoices.id, 2, rate.model_copy(update={"low": 900, "value": 1000, "high": 1100}), "Ben")
    heads = [(one.id, one.heading) for one in parts_of(third, VISION)]
    assert heads == [(one.id, one.heading) for one in [*renamed, new]]
    assert parts_of(third, VISION)[-1].claims[0].text == "The bank pays."


async def test_a_draft_that_ends_after_somebody_saved_a_version_is_not_stored_over_it(
    invoices: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await invoices.newest()
    write = work.written

    async def meanwhile(*args: Any) -> Blueprint:
        parts = with_claim(parts_of(first, VISION), "need", Claim(text="Suppliers call."))
        await save_section(invoices.ws, invoices.id, 1, VISION, parts, "Ben")
        return await write(*args)

    monkeypatch.setattr(work, "written", meanwhile)
    job = await invoices.draft()
    assert job.state is JobState.FAILED and job.message and "saved version 2 while this was drafted" in job.message
    newest = await invoices.newest()
    assert newest.number == 2 and newest.made_by == "Ben"
    monkeypatch.setattr(work, "written", write)
    assert (await invoices.draft()).state is JobState.DONE, "Drafted anew, it knows of that version."
    anew = await invoices.newest()
    assert anew.number == 3 and "rewritten in version 2: sponsor vision" in anew.change
