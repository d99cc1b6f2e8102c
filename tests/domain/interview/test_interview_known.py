"""What is known before a question, an offer that can be said aloud, and figures that one person gave twice."""

from __future__ import annotations

import pytest
from tests.domain.interview.talks import TABLE, answered, asking, offer
from tests.domain.said import amount, finding

from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import FindingKind, FindingStatus, Kpi
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.interview.known import known_from
from discovery_agent.domain.interview.offers import offer_line
from discovery_agent.domain.interview.self_contradictions import contradiction_in
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))


def same(left: str, right: str) -> float:
    return float(left == right)


def test_known_is_what_findings_and_the_latest_decisions_leave_open() -> None:
    kpi = finding(FindingKind.KPI, "Handling time", kpi=Kpi(metric="handling time", baseline=amount(9, "days"), deadline="March"))
    risk = finding(FindingKind.RISK, "Nobody uses it").model_copy(update={"status": FindingStatus.REJECTED})
    findings = [kpi, risk]
    tree = build_goal_tree(findings, same)
    known = known_from(findings, tree, decide(findings, tree, [], TABLES, same), subject="Claims")
    assert known.kinds == {FindingKind.KPI: 1}
    assert set(known.kpi) == {"baseline", "deadline"}
    assert {item.asks for item in known.agenda} >= {"target", "owner"}


def test_two_values_of_a_criterion_are_a_contradiction_that_can_be_put_to_those_who_said_them() -> None:
    findings = [
        finding(FindingKind.CRITERION, said, speaker, criterion=("check", value), confidence=0.9)
        for speaker, said, value in (("Ada", "Lena looks at each first", "checked"), ("Ben", "They go out by themselves", "unchecked"))
    ]
    known = known_from(findings, GoalTree(), decide(findings, GoalTree(), [], TABLES, same))
    assert [one.speakers for one in known.contradictions] == [("Ada", "Ben")]


def test_an_offer_is_one_sentence_that_stands_alone() -> None:
    line = offer_line(offer())
    assert line and line.endswith(".") and "?" not in line


@pytest.mark.parametrize(
    "text",
    [
        "Ask the owner of the process for twenty cases of the last month and sort them.",
        "It is a trap that many teams fall into when they begin with a tool.",
        "| answer | reading |\n|---|---|\n| a lot | nothing |",
        "See https://example.com for more of this, which is a long text about it.",
        "Short.",
        "",
    ],
)
def test_a_passage_without_such_a_sentence_is_not_offered(text: str) -> None:
    assert offer_line(offer().model_copy(update={"text": text})) is None


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        ("We get 300 invoices a month.", "We handle about 900 invoices a month.", True),
        ("About 900 requests come in every month.", "We write some 600 quotes a month.", True),
        ("A quote takes three days on average.", "Most quotes are with the customer after five days.", True),
        ("We get 300 invoices a month.", "We get 320 invoices a month.", False),
        ("We get 300 invoices a month.", "We get 900 invoices a year.", False),
        ("We get 300 invoices a month.", "In summer we get 900 invoices a month.", False),
        ("A claim takes nine days on average.", "A claim should take three days.", False),
        ("A claim takes nine days on average.", "A claim takes 45 minutes of work.", False),
        ("We lose 300 euros a month.", "We get 900 invoices a month.", False),
        ("We get 300 invoices a month.", "We get 300 invoices a month.", False),
    ],
)
def test_figures_contradict_each_other_only_if_they_count_the_same(before: str, after: str, differ: bool) -> None:
    talk = [answered(asking("volume"), before), answered(asking("steps"), after)]
    found = contradiction_in(talk, "Jana", TABLE.things)
    assert (found is not None) is differ
    if found:
        assert [side.text for side in found.sides] == [before, after]
