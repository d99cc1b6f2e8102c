"""The agenda asks each open question once, of somebody who can know it, the most decisive first."""

from __future__ import annotations

from tests.domain.said import amount, finding

from discovery_agent.domain.agenda import MOST_PEOPLE, AgendaItem, Feeds, GoalQuestion, build_agenda, by_person
from discovery_agent.domain.conflicts import find_conflicts
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.decisions import claims_of, ratings_of
from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Proof
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.necessity import Certainty, assess
from discovery_agent.domain.readiness import assess_readiness
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
PEOPLE = [
    Stakeholder(name="Ingrid", role=Role.SPONSOR),
    Stakeholder(name="Lena", role=Role.END_USER),
    Stakeholder(name="Sofia", role=Role.TECHNICAL),
]


def same(left: str, right: str) -> float:
    return float(left == right)


def agenda(*findings: Finding, goal: str = "Answer within a day") -> tuple[AgendaItem, ...]:
    tree = build_goal_tree(findings, same)
    necessity = assess(TABLES.ladder, ratings_of(findings))
    readiness = assess_readiness(TABLES.readiness, necessity.solution, claims_of(findings)) if necessity.solution else None
    conflicts = find_conflicts(tree, findings, same)
    return build_agenda([GoalQuestion(goal=goal, necessity=necessity, readiness=readiness)], tree, conflicts, PEOPLE, TABLES.ladder)


def test_what_could_change_a_verdict_is_asked_of_a_role_that_can_know_it() -> None:
    first = next(item for item in agenda() if item.feeds is Feeds.VERDICT)
    criterion = next(one for one in TABLES.ladder.criteria if one.question == first.question)
    assert first.roles == criterion.roles
    assert first.people[0] in {person.name for person in PEOPLE if person.role is criterion.roles[0]} or criterion.roles[0] not in {
        person.role for person in PEOPLE
    }
    assert first.worth > 0 and "decides between" in first.why


def test_why_a_question_is_asked_names_solutions_and_says_in_words_that_none_may_suffice() -> None:
    necessity = assess(TABLES.ladder, [])
    asked = necessity.pivotal[0]
    rules, process = SolutionClass.RULES_AUTOMATION, SolutionClass.PROCESS_CHANGE

    def why(*outcomes: SolutionClass | None) -> str:
        pivotal = asked.model_copy(update={"outcomes": tuple((f"answer {at}", one) for at, one in enumerate(outcomes))})
        goal = GoalQuestion(goal="Answer", necessity=necessity.model_copy(update={"pivotal": (pivotal,)}), readiness=None)
        (item,) = build_agenda([goal], build_goal_tree([], same), [], PEOPLE, TABLES.ladder)
        return item.why

    assert why(rules, process, rules) == "the answer decides between automation by rules and change of process"
    assert why(rules, None, process) == "the answer decides between automation by rules and change of process, or none of them"
    assert why(None, rules) == "the answer decides whether automation by rules suffices, or nothing does"
    assert why(rules, rules) == why(None) == "the answer makes the verdict firmer"


def test_the_most_decisive_comes_first_and_nothing_twice() -> None:
    items = agenda(finding(FindingKind.BUSINESS_GOAL, "Keep our customers"))
    assert [item.worth for item in items] == sorted((item.worth for item in items), reverse=True)
    assert len({item.question for item in items}) == len(items)


def test_a_settled_verdict_leaves_nothing_to_ask_about_it() -> None:
    settled = finding(FindingKind.CRITERION, "Nobody owns the list.", "Lena", criterion=("cause", "way_of_working"))
    assert assess(TABLES.ladder, ratings_of([settled])).certainty is Certainty.SETTLED
    assert not [item for item in agenda(settled) if item.feeds is Feeds.VERDICT]


def test_a_kpi_without_target_is_asked_for_one_and_one_that_has_all_for_nothing() -> None:
    bare = Kpi(metric="churn", unit="%", baseline=amount(11, "%"))
    whole = Kpi(
        metric="time to answer",
        unit="days",
        baseline=amount(2, "days"),
        target=amount(1, "days"),
        deadline="June",
        owner="Ingrid",
        measured_by="mail log",
    )
    items = agenda(
        finding(FindingKind.KPI, "Churn is eleven percent.", "Ingrid", kpi=bare),
        finding(FindingKind.KPI, "One day by June.", "Lena", 4, kpi=whole),
    )
    asked = {item.question for item in items if item.feeds is Feeds.KPI}
    assert "What value of “churn” would you call a success?" in asked
    assert not [question for question in asked if "time to answer" in question]


def test_a_conflict_is_put_to_those_who_disagree() -> None:
    def target(text: str, speaker: str, turn: int, value: float) -> Finding:
        return finding(
            FindingKind.KPI, text, speaker, turn, kpi=Kpi(metric="time to answer", unit="hours", target=amount(value, "hours", text))
        )

    (item,) = [one for one in agenda(target("Four hours", "Ingrid", 1, 4), target("A day", "Lena", 2, 24)) if one.feeds is Feeds.CONFLICT]
    assert item.people == ("Ingrid", "Lena")
    assert "Four hours or A day" in item.question


def test_a_closed_gate_is_asked_for_before_an_unknown_one() -> None:
    rule = [
        finding(FindingKind.CRITERION, "Six steps, always the same.", "Lena", 1, criterion=("cause", "effort")),
        finding(FindingKind.CRITERION, "It is booked or not.", "Lena", 2, criterion=("output", "fixed_action")),
        finding(FindingKind.CRITERION, "All on one page.", "Lena", 3, criterion=("rules", "complete")),
        finding(FindingKind.CRITERION, "All in the ERP.", "Lena", 4, criterion=("input", "fields")),
        finding(FindingKind.CRITERION, "Nobody may read it.", "Sofia", 5, data=("access", 0, Proof.HEARSAY)),
    ]
    gates = [item for item in agenda(*rule) if item.feeds is Feeds.READINESS]
    assert gates[0].why == "automation by rules waits for access rights"


def test_people_get_their_own_questions_and_roles_that_nobody_has_are_named() -> None:
    items = agenda(finding(FindingKind.BUSINESS_GOAL, "Keep our customers"))
    grouped = by_person(items)
    assert sum(len(asked) for asked in grouped.values()) == len(items)
    assert any(name.startswith("Somebody not heard yet (") for name in grouped) == any(not item.people for item in items)


def test_of_a_large_staff_a_dozen_are_named_those_with_the_best_role_first() -> None:
    staff = [Stakeholder(name=f"Clerk {at}", role=Role.END_USER) for at in range(40)] + [Stakeholder(name="Bea", role=Role.BUSINESS)]
    kpi = finding(FindingKind.KPI, "time", kpi=Kpi(metric="time", unit="days"))
    items = build_agenda([], build_goal_tree([kpi], same), [], staff, TABLES.ladder)
    baseline = next(item for item in items if item.asks == "baseline")
    assert baseline.people == ("Bea", *(f"Clerk {at}" for at in range(MOST_PEOPLE - 1)))
