"""The gates between the phases: what they lack, and who can supply it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from tests.blueprints import MADE, blueprint, choice, kpi
from tests.domain.said import amount, finding

from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.rounds import AnswerKind, Outcome, OutcomeKind, PersonsView, Round, RoundAnswer
from discovery_agent.domain.blueprint.document import Blueprint, Course, Plan
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.decisions import Decisions, decide
from discovery_agent.domain.economics import Span
from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Proof
from discovery_agent.domain.gates import GapOwner, Gate, GateFacts, Missing, Objective, Phase, gap_id, gates_of_facts, readiness_gaps
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.planning.forecast import Forecast, Percentiles
from discovery_agent.domain.planning.work import Estimate, PlanInputs, RoleRate, Stage, Task
from discovery_agent.domain.review import ReviewStanding, SectionReview, SectionState, SignOff
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
TODAY = date(2026, 5, 1)
PEOPLE = (
    Stakeholder(name="Sofia", role=Role.SPONSOR),
    Stakeholder(name="Ben", role=Role.END_USER),
    Stakeholder(name="Tom", role=Role.TECHNICAL),
    Stakeholder(name="Carla", role=Role.COMPLIANCE),
)
TALK = Conversation(
    id="c",
    title="Kick-off",
    source="a.txt",
    format="text",
    participants=PEOPLE,
    utterances=tuple(Utterance(index=at, speaker=PEOPLE[at % 4].name, text="Words.") for at in range(60)),
)
GOAL = finding(FindingKind.BUSINESS_GOAL, "Customers get their money faster", "Sofia", 1)
MEANS = finding(FindingKind.OPERATIONAL_GOAL, "Answer requests within a day", "Sofia", 9)
RULES = (
    finding(FindingKind.CRITERION, "it is effort", "Ben", 10, criterion=("cause", "effort")),
    finding(FindingKind.CRITERION, "always the same action", "Ben", 11, criterion=("output", "fixed_action")),
    finding(FindingKind.CRITERION, "only fields", "Ben", 12, criterion=("input", "fields")),
    finding(FindingKind.CRITERION, "all written down", "Ben", 13, criterion=("rules", "complete")),
)


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, min(len(one), len(other)))


def measure(**fields: Any) -> Finding:
    known = {
        "metric": "time to answer requests",
        "unit": "days",
        "baseline": amount(3, "days"),
        "target": amount(1, "days"),
        "deadline": "June",
    }
    return finding(FindingKind.KPI, "Customers get their money faster: answers in a day", "Tom", 9, kpi=Kpi.model_validate(known | fields))


def facts(*said: Finding, **more: Any) -> GateFacts:
    tree: GoalTree = build_goal_tree(said, alike)
    found: Decisions = decide(said, tree, [TALK], TABLES, alike)
    known = {
        "today": TODAY,
        "tree": tree,
        "decisions": found.goals,
        "agenda": found.agenda,
        "speakers": {one.id: one.speakers for one in said},
        "people": PEOPLE,
        "names": {one.name.lower(): one.name for one in PEOPLE},
        "leads": ("Lea",),
    }
    return GateFacts(**(known | more))


def gate(phase: Phase, known: GateFacts) -> Gate:
    return gates_of_facts(known).gate(phase)


def rules(found: Gate) -> list[str]:
    return [one.rule for one in found.missing]


def the(found: Gate, rule: str) -> Missing:
    (one,) = [one for one in found.missing if one.rule == rule]
    return one


DRAFT = ObjectiveDraft(
    text="Answers within a day.",
    parts=(ObjectivePart(id="p1", kind=PartKind.OUTCOME, text="Answers.", findings=("f",)),),
    written_by="rules",
)


def put_to(*asked: str, answers: Sequence[tuple[str, AnswerKind]] = ()) -> Objective:
    opened = Round(engagement_id="e", id="r0001", at=MADE, number=1, draft=DRAFT, asked=asked, opened_by="Lea")
    given = [
        RoundAnswer(engagement_id="e", id=f"r0001.{who}", at=MADE, round_id="r0001", stakeholder_id=who, answer=answer, fit=3)
        for who, answer in answers
    ]
    return Objective(round=opened, answers=given)


def ended(kind: OutcomeKind, *answers: AnswerKind) -> Objective:
    views = tuple(
        PersonsView(stakeholder_id=f"s{at}", name=f"P{at}", role=Role.BUSINESS, answer=one, fit=2) for at, one in enumerate(answers)
    )
    return Objective(outcome=Outcome(engagement_id="e", id="r0001", at=MADE, kind=kind, draft=DRAFT, views=views, recorded_by="Lea"))


def test_at_the_beginning_the_first_gate_says_what_to_do_first() -> None:
    found = gates_of_facts(GateFacts(today=TODAY, leads=("Lea",)))
    assert found.current is Phase.DISCOVERY and [one.phase for one in found.gates] == list(Phase)
    first = found.gate(Phase.DISCOVERY)
    assert rules(first) == ["no_round_of_agreement", "no_business_goal"] and first.missing[1].path == "/conversations"
    assert all(not one.open for one in found.gates)


def test_the_objective_waits_for_those_who_were_asked_and_have_not_endorsed_it() -> None:
    asked = put_to("sofia", "ben", "tom", answers=[("sofia", AnswerKind.ENDORSE), ("ben", AnswerKind.CRITICISE)])
    lacking = the(gate(Phase.DISCOVERY, facts(GOAL, MEANS, measure(), objective=asked)), "objective_not_agreed")
    assert lacking.people == ("Ben", "Tom", "Lea") and "2 of 3" in lacking.text and lacking.path == "/agreement"
    everybody = put_to("sofia", answers=[("sofia", AnswerKind.ENDORSE)])
    assert "agreement_not_recorded" in rules(gate(Phase.DISCOVERY, facts(GOAL, objective=everybody)))


def test_recorded_dissent_opens_the_gate_and_is_said() -> None:
    dissent = ended(OutcomeKind.DISSENT, AnswerKind.ENDORSE, AnswerKind.VETO)
    found = gate(Phase.DISCOVERY, facts(GOAL, MEANS, measure(), objective=dissent))
    assert found.open and "1 of 2 do not agree, 1 with a veto" in found.met[0]


def test_a_business_goal_needs_one_kpi_with_baseline_target_and_date_and_those_who_can_say_it_are_named() -> None:
    agreed = ended(OutcomeKind.AGREED, AnswerKind.ENDORSE)
    bare = gate(Phase.DISCOVERY, facts(GOAL, MEANS, objective=agreed))
    assert the(bare, "goal_without_kpi").people[0] == "Sofia"
    half = measure(baseline=None, deadline=None, owner="Maria")
    named = {"time to answer requests": ["Otto"]}
    found = gate(Phase.DISCOVERY, facts(GOAL, MEANS, half, objective=agreed, named=named))
    assert sorted(rules(found)) == ["kpi_without_baseline", "kpi_without_date"]
    people = the(found, "kpi_without_baseline").people
    assert people[:3] == ("Otto", "Maria", "Sofia") and "Tom" in people
    assert gate(Phase.DISCOVERY, facts(GOAL, MEANS, measure(), objective=agreed)).open


def test_an_open_verdict_and_a_gap_without_an_owner_keep_the_second_gate_shut() -> None:
    unknown = gate(Phase.FEASIBILITY, facts(GOAL, MEANS, RULES[0]))
    lacking = the(unknown, "verdict_open")
    assert lacking.subject and lacking.people and "First ask:" in lacking.text and lacking.path == "/verdicts"
    assert rules(gate(Phase.FEASIBILITY, facts())) == ["no_operational_goal"]


def test_a_statement_and_what_comes_after_it_are_sentences_of_their_own() -> None:
    found = [*gate(Phase.FEASIBILITY, facts(GOAL, MEANS, RULES[0])).missing, *gate(Phase.DISCOVERY, facts(GOAL, MEANS)).missing]
    told = [one.text for one in found if GOAL.statement in one.text or MEANS.statement in one.text]
    assert len(told) >= 2
    for text in told:
        assert re.search(r"[a-z] (?:Next|First ask):", text) is None and text.endswith((".", "?", "…", "”"))


def test_a_gap_has_an_owner_until_that_person_leaves_and_goes_with_its_goal_under_another_id() -> None:
    closed = finding(FindingKind.CRITERION, "nobody may read the archive", "Tom", 14, data=("access_rights", 0, Proof.SHOWN))
    known = facts(GOAL, MEANS, *RULES, closed)
    gaps = list(readiness_gaps(known))
    assert gaps and all(owner is None for _, _, owner in gaps)
    found = gate(Phase.FEASIBILITY, known)
    assert rules(found) == ["gap_without_owner"] * len(gaps)
    goal, gap, _ = gaps[0]
    assert the_subject(found, gap_id(goal.goal_id, gap.dimension)).roles == gap.roles
    owners = [
        GapOwner(
            engagement_id="e",
            id=gap_id("another", one.dimension),
            at=MADE,
            goal_id="another",
            goal="Answer",
            goal_findings=(MEANS.id,),
            dimension=one.dimension,
            owner_id="tom",
            owner="Tom",
        )
        for _, one, _ in gaps
    ]
    assert gate(Phase.FEASIBILITY, facts(GOAL, MEANS, *RULES, closed, gap_owners=owners)).open
    left = {"sofia": "Sofia"}
    assert len(gate(Phase.FEASIBILITY, facts(GOAL, MEANS, *RULES, closed, gap_owners=owners, names=left)).missing) == len(gaps)


def the_subject(found: Gate, subject: str) -> Missing:
    return next(one for one in found.missing if one.subject == subject)


def review(version: Blueprint, *states: tuple[SectionState, tuple[str, ...], tuple[str, ...]], **more: Any) -> ReviewStanding:
    sections = tuple(
        SectionReview(section_id=one.id, title=one.title, state=state, waits_for=waits, against=against)
        for one, (state, waits, against) in zip(version.sections, states, strict=True)
    )
    return ReviewStanding(number=version.number, content_hash=version.content_hash, sections=sections, **more)


FINE = (SectionState.APPROVED, (), ())


def test_sections_and_choices_that_are_not_approved_are_told_with_those_who_have_to_act() -> None:
    version = blueprint(choices=(choice(),))
    stands = review(
        version,
        (SectionState.REAPPROVE, ("Ana", "Ben"), ()),
        (SectionState.REJECTED, ("Ana",), ("Carla",)),
        (SectionState.WAITING, (), ()),
        choices=({"choice_id": "choice-1", "approved": False},),
    )
    found = gate(Phase.BLUEPRINTING, facts(blueprint=version, review=stands))
    assert rules(found) == ["section_changed", "section_rejected", "no_reviewer", "choice_not_approved"]
    assert found.missing[0].people == ("Ana", "Ben") and found.missing[1].people == ("Carla", "Lea")
    assert gate(Phase.BLUEPRINTING, facts(blueprint=version, review=review(version, FINE, FINE, FINE))).open


def planned(*tasks: Task, **forecast: Any) -> Blueprint:
    three = Percentiles(p50=10, p80=12, likely=9)
    known: dict[str, Any] = {
        "tasks": (),
        "critical_path": (),
        "duration_days": three,
        "budget": three,
        "go_live_month": 3,
        "pilot_month": None,
        "months": (),
        "payback_month": 7,
        "twelve_month_result": 10.0,
        "twelve_month_return": 0.1,
    }
    inputs = PlanInputs(
        starts_on=date(2026, 4, 1),
        currency="EUR",
        roles=(RoleRate(id="engineer", name="Engineer", day_rate=Span(low=1, likely=2, high=3), people=1),),
    )
    return blueprint(plan=Plan(inputs=inputs, tasks=tasks, forecast=Forecast.model_validate(known | forecast)))


def task(kpi_ids: tuple[str, ...]) -> Task:
    days = Estimate(optimistic=1, likely=2, pessimistic=3)
    return Task(id=f"t-{len(kpi_ids)}", title="Sort the mail", stage=Stage.BUILD, role="engineer", estimate=days, kpi_ids=kpi_ids)


def test_every_task_traces_to_a_kpi_of_the_blueprint_the_payback_is_computed_and_the_version_signed() -> None:
    version = planned(task(("kpi-1",)), task(()))
    stands = review(version, FINE, FINE, FINE)
    found = gate(Phase.PLANNING, facts(blueprint=version, review=stands))
    assert rules(found) == ["task_without_kpi", "not_signed"] and found.missing[0].subject == "t-0"
    assert found.partly == ("1 of 2 tasks traces to a KPI.",) and found.met == ("It pays back in month 7.",)
    signature = SignOff(engagement_id="e_1", id="v0001", at=MADE, number=1, content_hash=version.content_hash, signed_by="Lea")
    whole = planned(task(("kpi-1",)))
    signed = gate(Phase.PLANNING, facts(blueprint=whole, review=review(whole, FINE, FINE, FINE, signed=signature)))
    assert signed.open and signed.met[0] == "1 of 1 task traces to a KPI." and signed.partly == ()


def test_facts_that_the_payback_lacks_are_listed_and_one_that_never_comes_is_computed_all_the_same() -> None:
    lacking = planned(task(("kpi-1",)), payback_month=None, twelve_month_result=None, missing=("How many cases come in a month.",))
    found = gate(Phase.PLANNING, facts(blueprint=lacking, review=review(lacking, FINE, FINE, FINE)))
    one = the(found, "payback_unknown")
    assert "How many cases" in one.text and one.people[:2] == ("Maria Santos", "Sofia")
    never = planned(task(("kpi-1",)), payback_month=None, twelve_month_result=-5.0)
    assert "payback_unknown" not in rules(gate(Phase.PLANNING, facts(blueprint=never, review=review(never, FINE, FINE, FINE))))


@pytest.mark.parametrize(("course", "missing"), [(Course.DO_NOT_BUILD, ["not_signed"]), (Course.UNDECIDED, ["no_plan", "not_signed"])])
def test_where_nothing_is_built_there_is_nothing_to_plan_and_it_is_signed_all_the_same(course: Course, missing: list[str]) -> None:
    version = blueprint(course=course)
    assert rules(gate(Phase.PLANNING, facts(blueprint=version, review=review(version, FINE, FINE, FINE)))) == missing


def test_execution_is_in_view_while_each_kpi_was_checked_lately_or_a_date_is_planned() -> None:
    version = blueprint(kpis=(kpi(), kpi(id="kpi-2", metric="calls a day", owner=None)))
    known = {"blueprint": version, "carried_out": version, "review": review(version, FINE, FINE, FINE), "signed": 1}
    found = gate(Phase.EXECUTION, facts(**known, checked={"kpi-1": date(2026, 4, 20), "kpi-2": date(2026, 3, 1)}))
    assert rules(found) == ["kpi_not_checked"] and found.missing[0].subject == "kpi-2" and "1 March 2026" in found.missing[0].text
    assert gate(Phase.EXECUTION, facts(**known, next_review=date(2026, 6, 1))).open
    assert rules(gate(Phase.EXECUTION, facts(blueprint=version, carried_out=version, review=known["review"]))) == ["nothing_signed"]
