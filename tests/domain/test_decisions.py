"""From findings to decisions: a verdict for each operational goal, under both sides of a contradiction, rejected words left out."""

from __future__ import annotations

from tests.domain.said import amount, finding

from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.decisions import WHOLE, Decisions, decide
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.necessity import Certainty
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
TALK = Conversation(
    id="c",
    title="Kick-off",
    source="a.txt",
    format="text",
    participants=(Stakeholder(name="Ada", role=Role.SPONSOR), Stakeholder(name="Ben", role=Role.END_USER)),
    utterances=tuple(Utterance(index=at, speaker="Ada" if at % 2 == 0 else "Ben", text="Words.") for at in range(60)),
)


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, min(len(one), len(other)))


def decisions(*findings: Finding) -> Decisions:
    return decide(findings, build_goal_tree(findings, alike), [TALK], TABLES, alike)


def shows(criterion: str, value: str, speaker: str = "Ben", turn: int = 10, text: str = "") -> Finding:
    return finding(FindingKind.CRITERION, text or f"{criterion} is {value}", speaker, turn, criterion=(criterion, value))


GOAL = finding(FindingKind.OPERATIONAL_GOAL, "Answer requests within a day", "Ada", 9)
RULES = (
    shows("cause", "effort"),
    shows("output", "fixed_action", turn=11),
    shows("input", "fields", turn=12),
    shows("rules", "complete", turn=13),
)


def test_one_verdict_for_each_operational_goal_with_economics_on_its_kpi() -> None:
    kpi = Kpi(metric="time to answer requests", unit="days", baseline=amount(3, "days"), target=amount(1, "days"))
    (goal,) = decisions(GOAL, *RULES, finding(FindingKind.KPI, "Time to answer requests within a day", "Ada", 9, kpi=kpi)).goals
    assert (goal.statement, goal.necessity.solution) == (GOAL.statement, SolutionClass.RULES_AUTOMATION)
    assert goal.necessity.certainty is Certainty.SETTLED
    assert goal.economics.metric == "time to answer requests"
    assert [option.solution.needs_ai for option in goal.economics.options] == [False, True]


def test_evidence_for_one_goal_does_not_decide_another() -> None:
    other = finding(FindingKind.OPERATIONAL_GOAL, "See stock of all shops", "Ada", 40)
    first, second = decisions(GOAL, other, *RULES, shows("cause", "way_of_working", turn=41, text="Nobody owns the stock of shops")).goals
    assert first.necessity.solution is SolutionClass.RULES_AUTOMATION
    assert second.necessity.solution is SolutionClass.PROCESS_CHANGE


def test_without_an_operational_goal_the_whole_is_decided() -> None:
    (goal,) = decisions(*RULES).goals
    assert (goal.goal_id, goal.statement) == (None, WHOLE)


def test_nothing_said_is_nothing_decided() -> None:
    assert decisions().goals == ()


def test_what_a_person_rejected_counts_for_nothing() -> None:
    rejected = shows("cause", "way_of_working").model_copy(update={"status": FindingStatus.REJECTED})
    (goal,) = decisions(GOAL, rejected).goals
    assert goal.necessity.certainty is Certainty.OPEN and not goal.necessity.ratings


def test_readiness_waits_until_a_verdict_leads() -> None:
    assert decisions(GOAL).goals[0].readiness is None
    ready = decisions(GOAL, *RULES).goals[0].readiness
    assert ready is not None and ready.solution is SolutionClass.RULES_AUTOMATION and ready.gaps


def test_two_who_contradict_each_other_give_a_conflict_and_the_verdict_under_both() -> None:
    told = decisions(GOAL, *RULES, shows("cause", "way_of_working", "Ada", 14))
    (contradiction,) = told.goals[0].necessity.contradictions
    assert {side.solution for side in contradiction.sides} == {SolutionClass.PROCESS_CHANGE, SolutionClass.RULES_AUTOMATION}
    assert told.goals[0].necessity.certainty is Certainty.OPEN
    (conflict,) = told.conflicts
    assert (conflict.kind, conflict.decides, conflict.criterion) == (ConflictKind.FACT, True, "cause")
    assert {side.speakers for side in conflict.sides} == {("Ada",), ("Ben",)}
    assert told.agenda[0].about == conflict.about


def test_the_answer_to_the_first_pivotal_question_settles_an_open_verdict() -> None:
    before = decisions(GOAL).goals[0].necessity
    assert before.certainty is Certainty.OPEN
    first = before.pivotal[0]
    settling = [
        value
        for value, _ in first.outcomes
        if decisions(GOAL, shows(first.criterion, value)).goals[0].necessity.certainty is Certainty.SETTLED
    ]
    assert settling == ["way_of_working"]


def test_a_wish_for_ai_changes_no_verdict() -> None:
    wish = finding(FindingKind.POSITION, "We want a chatbot", "Ada", 8)
    assert decisions(GOAL, *RULES, wish).goals == decisions(GOAL, *RULES).goals


def test_the_cases_of_another_process_do_not_pay_for_a_goal() -> None:
    claims = finding(FindingKind.OPERATIONAL_GOAL, "Decide warranty claims within a week", "Ada", 9)
    emails = finding(FindingKind.OPERATIONAL_GOAL, "Answer tenants' emails within a day", "Ada", 40)
    told = (
        finding(FindingKind.PROCESS_STEP, "Ben sorts 9,000 emails a month.", "Ben", 41),
        finding(FindingKind.PROCESS_STEP, "We check 400 warranty claims a month.", "Ben", 10),
    )
    kpi = Kpi(metric="handling time of warranty claims", unit="minutes", baseline=amount(30, "minutes"), target=amount(10, "minutes"))
    goal = decisions(claims, emails, *told, finding(FindingKind.KPI, "Handling time of warranty claims", "Ada", 9, kpi=kpi)).goals[0]
    effect = goal.economics.options[0].effect_per_month
    assert effect is not None
    assert "We check 400 warranty claims a month." in [one.text for one in effect.quotes]
    assert "Ben sorts 9,000 emails a month." not in [one.text for one in effect.quotes]
