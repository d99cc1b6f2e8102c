"""What people settled on a fact reaches the verdict, the gates and the draft alike; what is settled in words alone stays open."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.agreement import ConflictChange, change_conflict, conflict_register
from discovery_agent.discovery.assessments import Section, assessment_overview, assessment_section, interview_known
from discovery_agent.discovery.gates import gaps_of, gates_of
from discovery_agent.discovery.report.decision_view import headline
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.blueprint.document import Course, KpiTarget, SectionId
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.findings import Amount, CriterionReading, Direction, FindingKind, Kpi
from discovery_agent.domain.gates import Gate, Phase
from discovery_agent.domain.necessity import Certainty
from tests.builders import amount, conversation, finding
from tests.discovery.drafting.drafted import Drafted, parts_of

METRIC = "Handling time per invoice"
LEAD = Principal(key_id="k-lea", name="Lea Brandt", role=AccessRole.OWNER)


async def nobody_can_write_rules(invoices: Drafted) -> RegisteredConflict:
    """Somebody says that no rules can be written down, against what was said first."""
    talk = conversation([("Jonas Weber", "Nobody can write rules down for these invoices.")], title="Second talk", source="second")
    words = [(0, "Nobody can write rules down for these invoices")]
    said = finding(talk, FindingKind.CRITERION, "Rules: none", words, confidence=0.95)
    await invoices.hear(talk, said.model_copy(update={"criterion": CriterionReading(criterion="rules", value="none")}))
    return await conflict_on(invoices, "rules")


async def conflict_on(invoices: Drafted, criterion: str) -> RegisteredConflict:
    found, _ = await conflict_register(invoices.ws, invoices.id)
    return next(one for one in found if one.conflict.criterion == criterion)


async def end(invoices: Drafted, before: RegisteredConflict, **change: object) -> None:
    changed = ConflictChange.model_validate({"resolution": "Judged on last month's invoices.", **change})
    await change_conflict(invoices.ws, invoices.id, before.id, changed, before.version, LEAD)
    await invoices.assess()


async def verdict(invoices: Drafted) -> GoalDecision:
    goals, _ = await assessment_section(invoices.ws, invoices.id, Section.GOALS)
    return next(one for one in goals if any(about.criterion == "rules" for about in one.necessity.contradictions))


async def feasibility(invoices: Drafted) -> Gate:
    return (await gates_of(invoices.ws, invoices.id)).gate(Phase.FEASIBILITY)


async def test_a_fact_that_people_settled_makes_the_verdict_and_opens_what_hung_on_it(invoices: Drafted) -> None:
    complete = await nobody_can_write_rules(invoices)
    before = await verdict(invoices)
    assert headline(before.necessity) == "Open: people contradict each other"
    assert [one.rule for one in (await feasibility(invoices)).missing].count("verdict_open") == 1
    (holds,) = (side.holds for side in complete.conflict.sides if "Jonas Weber" not in side.speakers)

    await end(invoices, complete, state="settled", chosen=holds)

    after = await verdict(invoices)
    assert headline(after.necessity) == "No AI needed" and after.readiness is not None
    (about,) = after.necessity.contradictions
    assert about.settled and (about.settled.by, about.settled.chosen, about.open) == ("Lea Brandt (owner)", holds, False)
    assert about.settled.at == invoices.ws.now() and len(about.sides) == 2  # both sides stay to be read
    overview = await assessment_overview(invoices.ws, invoices.id)
    assert overview and not any(one.certainty is Certainty.OPEN for one in overview.verdicts)
    assert "verdict_open" not in {one.rule for one in (await feasibility(invoices)).missing}
    assert complete.conflict.crux not in await questions(invoices)
    assert "rules" not in {one.about for one in (await interview_known(invoices.ws, invoices.id)).contradictions}
    assert (await conflict_on(invoices, "rules")).state is ConflictState.SETTLED  # it is found again, and stays settled


async def questions(invoices: Drafted) -> set[str]:
    agenda, _ = await assessment_section(invoices.ws, invoices.id, Section.AGENDA, limit=500)
    return {one.question for one in agenda}


async def test_a_settled_fact_is_open_again_when_the_lead_opens_it_again(invoices: Drafted) -> None:
    conflict = await nobody_can_write_rules(invoices)
    await end(invoices, conflict, state="settled", chosen=conflict.conflict.sides[0].holds)
    await end(invoices, await conflict_on(invoices, "rules"), state="open")
    again = await verdict(invoices)
    assert headline(again.necessity) == "Open: people contradict each other"
    assert again.necessity.contradictions[0].settled is None and conflict.conflict.crux in await questions(invoices)


async def test_a_fact_settled_in_words_alone_stays_open_and_says_what_is_missing(invoices: Drafted) -> None:
    await end(invoices, await nobody_can_write_rules(invoices), state="settled", resolution="We look at it in the pilot.")
    found = await verdict(invoices)
    assert found.necessity.certainty is Certainty.OPEN and found.necessity.contradictions[0].open
    assert headline(found.necessity) == "Open: settled in words, but which side holds is not said"
    (missing,) = (one for one in (await feasibility(invoices)).missing if one.rule == "verdict_open")
    assert "was settled in words: We look at it in the pilot. Say in the register which side holds." in missing.text


async def test_another_side_that_is_heard_later_opens_the_fact_again(invoices: Drafted) -> None:
    conflict = await nobody_can_write_rules(invoices)
    await end(invoices, conflict, state="settled", chosen=conflict.conflict.sides[0].holds)
    talk = conversation([("Petra Lang", "Most of it follows rules, the rest does not.")], title="Third talk", source="third")
    said = finding(talk, FindingKind.CRITERION, "Rules: bulk", [(0, "Most of it follows rules")], confidence=0.95)
    await invoices.hear(talk, said.model_copy(update={"criterion": CriterionReading(criterion="rules", value="bulk")}))
    (about,) = (await verdict(invoices)).necessity.contradictions
    assert len(about.sides) == 3 and about.settled is None


async def test_the_gaps_of_the_gate_are_those_of_the_draft(invoices: Drafted) -> None:
    conflict = await nobody_can_write_rules(invoices)
    (holds,) = (side.holds for side in conflict.conflict.sides if "Jonas Weber" not in side.speakers)
    await end(invoices, conflict, state="settled", chosen=holds)
    await invoices.draft()
    version = await invoices.newest()
    gaps, _ = await gaps_of(invoices.ws, invoices.id, limit=500)
    listed = {row.cells[0].split(":")[0] for part in parts_of(version, SectionId.RISKS) if part.id == "gaps" for row in part.rows}
    assert {gap.name for gap in gaps} == listed
    (course,) = version.goals
    assert course.course is Course.AUTOMATE and "was settled on" in course.why and ".." not in course.why


async def test_a_second_figure_of_the_same_person_is_no_dispute_and_one_of_somebody_else_is(invoices: Drafted) -> None:
    async def wants(name: str, minutes: int) -> None:
        words = f"{minutes} minutes per invoice would do"
        talk = conversation([(name, f"For me {words}.")], title=f"Talk with {name}, {minutes}", source=f"{name}{minutes}")
        kpi = Kpi(metric=METRIC, unit="minutes", direction=Direction.DECREASE, target=amount(minutes, "minutes", text=f"{minutes} minutes"))
        await invoices.hear(talk, finding(talk, FindingKind.KPI, f"{METRIC}: {minutes} minutes", [(0, words)], kpi=kpi))

    async def disputed() -> tuple[str, ...]:
        await invoices.draft()
        return next(one for one in (await invoices.newest()).kpis if one.metric == METRIC).disputed

    nodes, _ = await assessment_section(invoices.ws, invoices.id, Section.KPIS, limit=500)
    first = next(one for one in await invoices.findings() if one.id in next(n for n in nodes if n.kpi.metric == METRIC).finding_ids)
    await wants(first.speakers[0], 8)
    assert (
        "target"
        in next(
            n for n in (await assessment_section(invoices.ws, invoices.id, Section.KPIS, limit=500))[0] if n.kpi.metric == METRIC
        ).disputed
    )
    assert await disputed() == ()
    await wants("Ingrid Dahl", 6)
    assert await disputed() == ("target",)


@pytest.mark.parametrize(("chosen", "target"), [("14 days", "3 days"), ("14 minutes", "4 minutes")])
async def test_a_settled_value_of_today_goes_with_the_target_in_its_own_unit(invoices: Drafted, chosen: str, target: str) -> None:
    async def says(name: str, words: str, **figures: Amount) -> None:
        talk = conversation([(name, f"{words}.")], title=words, source=words)
        kpi = Kpi(metric=METRIC, direction=Direction.DECREASE, **figures)  # pyright: ignore[reportArgumentType]
        await invoices.hear(talk, finding(talk, FindingKind.KPI, f"{METRIC}: {words}", [(0, words)], kpi=kpi))

    async def drafted_kpi() -> KpiTarget:
        await invoices.draft()
        return next(one for one in (await invoices.newest()).kpis if one.metric == METRIC)

    first = next(one for one in await invoices.findings() if one.kpi and one.kpi.metric == METRIC)  # from 14 minutes to 4
    await says(first.speakers[0], "Of the 14 days we want 3 days", baseline=amount(14, "days"), target=amount(3, "days"))
    await says("Ingrid Dahl", "It takes 9 days", baseline=amount(9, "days"))
    found, _ = await conflict_register(invoices.ws, invoices.id)
    (conflict,) = (one for one in found if one.field == "baseline" and one.open)
    await end(invoices, conflict, state="settled", chosen=chosen)
    kpi = await drafted_kpi()
    assert (kpi.baseline, kpi.target, kpi.disputed) == (chosen, target, ())
    await says("Ingrid Dahl", "I want 2 days", target=amount(2, "days"))
    assert (await drafted_kpi()).disputed == ("target",)  # now somebody else differs
