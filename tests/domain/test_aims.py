"""The same wish in other words is one goal; wishes that only sound alike stay apart."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import amount, conversation, finding

from discovery_agent.domain.aims import aim_of, same_measure
from discovery_agent.domain.findings import Finding, FindingKind, Kpi
from discovery_agent.domain.merging import build_goal_tree, telling_words

SAME = (
    ("Reduce customer churn", "We must stop losing clients"),
    ("Reduce churn", "Keep more of our customers"),
    ("Reduce contract churn", "We keep our contracts"),
    ("Raise retention", "Fewer cancellations"),
    ("Reduce staff attrition", "Stop losing nurses"),
    ("Make fewer mistakes in orders", "Reduce the number of wrong orders"),
    ("Raise the accuracy of invoices", "Fewer errors in invoices"),
    ("Handle claims faster", "Shorten the time to handle claims"),
    ("Lower the cost of a visit", "Cut the costs of visits"),
    ("Raise customer satisfaction", "Happier customers"),
    ("Reduce no-shows", "Fewer missed appointments"),
    ("Avoid out-of-stocks", "Fewer empty shelves"),
    ("Reduce machine downtime", "Raise the uptime of the machine"),
)
OTHER = (
    ("Reduce customer churn", "Reduce staff attrition"),
    ("Fewer errors in orders", "Fewer errors in invoices"),
    ("Handle claims faster", "Handle complaints faster"),
    ("Approve invoices faster", "Pay invoices faster"),
    ("Lower the cost of a visit", "Lower the cost of a part"),
    ("Reduce errors", "Fewer mistakes"),
    ("Raise sales", "Lower the cost of sales"),
    ("Answer every mail", "Answer every call"),
    ("Reduce waste", "Reduce waiting times"),
    ("Keep our customers", "Keep customers informed of delays"),
    ("Keep our contracts", "Keep our customers"),
)


def alike(left: str, right: str) -> float:
    one, other = telling_words(left), telling_words(right)
    return len(one & other) / len(one | other) if one | other else 0.0


def goals(*statements: str) -> list[Finding]:
    talk = conversation([("Ada" if turn % 2 else "Ben", statement) for turn, statement in enumerate(statements)])
    return [finding(talk, FindingKind.BUSINESS_GOAL, statement, [(turn, statement)]) for turn, statement in enumerate(statements)]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_people_who_want_the_same_in_other_words_state_one_goal(one: str, other: str) -> None:
    (goal,) = build_goal_tree(goals(one, other), alike).business_goals
    assert len(goal.finding_ids) == 2


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_goals_about_something_else_are_not_one_aim(one: str, other: str) -> None:
    assert aim_of(one) is None or aim_of(one) != aim_of(other)


@given(st.permutations([statement for pair in SAME[:6] for statement in pair]))
def test_whoever_speaks_first_the_same_statements_are_together(statements: list[str]) -> None:
    def groups(order: list[str]) -> set[frozenset[str]]:
        found = goals(*order)
        said = {one.id: one.statement for one in found}
        tree = build_goal_tree(found, lambda left, right: float(left == right))
        return {frozenset(said[id] for id in goal.finding_ids) for goal in tree.business_goals}

    assert groups(statements) == groups([statement for pair in SAME[:6] for statement in pair])


def test_three_ways_of_saying_one_aim_join_in_any_order() -> None:
    for order in permutations(("Reduce churn", "Keep our customers", "Stop losing clients")):
        (goal,) = build_goal_tree(goals(*order), alike).business_goals
        assert len(goal.finding_ids) == 3


def test_churn_and_cancellations_are_one_measure_and_two_times_are_two() -> None:
    assert same_measure("customer churn", "cancellations of customers")
    assert not same_measure("waiting time", "handling time")
    assert not same_measure("customer churn", "staff attrition")


def test_a_measure_told_under_two_names_is_one_kpi() -> None:
    talk = conversation([("Ada", "Churn is at nine percent."), ("Ben", "Cancellations of customers have to come down to four percent.")])
    told = [
        finding(talk, FindingKind.KPI, "Churn", [(0, "Churn is at")], kpi=Kpi(metric="customer churn", unit="%", baseline=amount(9, "%"))),
        finding(
            talk,
            FindingKind.KPI,
            "Cancellations",
            [(1, "Cancellations of customers")],
            kpi=Kpi(metric="cancellations of customers", unit="%", target=amount(4, "%")),
        ),
    ]
    (node,) = build_goal_tree(told, alike).kpis
    assert node.kpi.baseline and node.kpi.target
