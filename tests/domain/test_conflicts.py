"""Conflicts need two people, carry both quotes, and put the crux as a question."""

from __future__ import annotations

from tests.domain.said import amount, finding, quote

from discovery_agent.domain.conflicts import Conflict, ConflictKind, find_conflicts
from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Stance
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.merging import build_goal_tree


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, min(len(one), len(other)))


def conflicts(*findings: Finding) -> tuple[Conflict, ...]:
    tree: GoalTree = build_goal_tree(findings, alike)
    return find_conflicts(tree, findings, alike)


def kpi(text: str, speaker: str, turn: int, **fields: object) -> Finding:
    return finding(FindingKind.KPI, text, speaker, turn, kpi=Kpi.model_validate({"metric": "time to answer", "unit": "hours", **fields}))


def test_two_targets_of_two_people_are_a_real_conflict_with_both_quotes() -> None:
    (one,) = conflicts(
        kpi("Four hours.", "Ingrid", 3, target=amount(4, "hours", "four hours")),
        kpi("One day.", "Marek", 4, target=amount(1, "days", "one day")),
    )
    assert (one.kind, one.real) == (ConflictKind.TARGET, True)
    assert one.crux == "Is the target of time to answer four hours or one day?"
    assert [(side.speakers, side.quotes[0].text) for side in one.sides] == [(("Ingrid",), "Four hours."), (("Marek",), "One day.")]


def test_a_question_about_very_many_values_names_the_first_of_them() -> None:
    said = [kpi(f"{hours} hours.", f"Speaker {hours}", hours, target=amount(hours, "hours", f"{hours} hours")) for hours in range(1, 21)]
    (one,) = conflicts(*said)
    assert len(one.sides) == 20
    assert one.crux == "Is the target of time to answer 1 hours or 2 hours or 3 hours or 4 hours or one of 16 other values?"


def test_who_said_todays_value_is_no_party_to_the_target() -> None:
    waits = quote("An email waits two and a half days.", "Marek", 1)
    four = kpi("The target has to be four hours.", "Ingrid", 3, target=amount(4, "hours", "four hours"))
    day = kpi("One working day is what we can do.", "Marek", 4, target=amount(1, "days", "One working day"))
    (one,) = conflicts(
        *(each.model_copy(update={"quotes": (waits, *each.quotes), "speakers": ("Marek", "Ingrid")}) for each in (four, day))
    )
    assert [side.speakers for side in one.sides] == [("Ingrid",), ("Marek",)]
    assert [side.quotes[0].text for side in one.sides] == ["The target has to be four hours.", "One working day is what we can do."]


def test_somebody_who_gives_two_figures_corrects_themselves() -> None:
    assert (
        conflicts(
            kpi("Four hours.", "Ingrid", 3, target=amount(4, "hours")),
            kpi("Make it five.", "Ingrid", 4, target=amount(5, "hours")),
        )
        == ()
    )


def test_the_same_figure_in_another_unit_is_no_conflict() -> None:
    assert (
        conflicts(
            kpi("Two days.", "Ingrid", 3, target=amount(2, "days")),
            kpi("48 hours.", "Marek", 4, target=amount(48, "hours")),
        )
        == ()
    )


def test_one_date_in_other_words_is_only_apparent() -> None:
    (one,) = conflicts(
        kpi("By the end of June.", "Ingrid", 3, deadline="by the end of June"), kpi("End of June.", "Marek", 4, deadline="end of June")
    )
    assert (one.kind, one.real) == (ConflictKind.BUDGET_OR_TIME, False)


def test_owners_and_directions_are_typed() -> None:
    found = conflicts(
        kpi("I own it.", "Ingrid", 3, owner="Ingrid", direction="decrease"),
        kpi("It is mine.", "Marek", 4, owner="Marek", direction="maintain"),
    )
    assert {one.kind for one in found} == {ConflictKind.OWNERSHIP, ConflictKind.DIRECTION}


def test_for_and_against_one_thing_is_a_conflict_of_scope() -> None:
    (one,) = conflicts(
        finding(FindingKind.POSITION, "We want a chatbot", "Ingrid", 1, stance=Stance.FOR),
        finding(FindingKind.POSITION, "We need no chatbot", "Sofia", 9, stance=Stance.AGAINST),
        finding(FindingKind.POSITION, "Everything stays on our servers", "Sofia", 11, stance=Stance.AGAINST),
    )
    assert (one.kind, one.about) == (ConflictKind.SCOPE, "We want a chatbot")


def test_two_budgets_are_a_conflict() -> None:
    (one,) = conflicts(
        finding(FindingKind.CONSTRAINT, "The budget is 150,000 euros", "Ingrid", 1),
        finding(FindingKind.CONSTRAINT, "There is a budget of 90,000 euros", "Tomas", 5),
    )
    assert (one.kind, one.crux) == (ConflictKind.BUDGET_OR_TIME, "Is the budget 150,000 or 90,000, and does it cover the same things?")


def test_two_goals_that_each_come_first_are_a_conflict_of_priority() -> None:
    (one,) = conflicts(
        finding(FindingKind.BUSINESS_GOAL, "Keeping patients safe comes first", "Ingrid", 1),
        finding(FindingKind.BUSINESS_GOAL, "Above all we must cut overtime", "Tomas", 5),
    )
    assert one.kind is ConflictKind.PRIORITY
