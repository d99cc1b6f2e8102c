"""KPIs have names that can be measured, and what happened once is not where things stand; a complaint is a pain and no goal."""

from pathlib import Path

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.domain.findings import FindingKind, Kpi, ProposedFinding
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.analysts.rules.talk import conversation

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(KNOWLEDGE, embeddings)


def kpis(analyst: RulesAnalyst, *lines: str) -> list[Kpi]:
    return [one.kpi for one in analyst.propose(conversation("\n".join(lines))) if one.kpi]


def found(analyst: RulesAnalyst, line: str) -> list[ProposedFinding]:
    return list(analyst.propose(conversation(line)))


@pytest.mark.parametrize(
    ("said", "metric"),
    [
        ("Ann: We want to answer every e-mail within one day. Today it takes four days.", "time to answer every e-mail"),
        ("Ann: We need to ship every spare part within two days. Today it takes five days.", "time to ship every spare part"),
    ],
)
def test_what_should_be_done_within_a_time_is_a_time_to_do_it(analyst: RulesAnalyst, said: str, metric: str) -> None:
    (kpi,) = kpis(analyst, said)
    assert kpi.metric == metric
    assert kpi.baseline and kpi.target


@pytest.mark.parametrize(
    ("said", "metric"),
    [
        ("Bob: We have tickets. Around 10 % come back.", "share that come back"),
        ("Eva: That's about one in five visits.", "share of visits"),
        ("Eva: We lose people. Thirty-eight percent left last year.", "share that left last year"),
    ],
)
def test_a_measure_in_percent_is_named_as_a_share(analyst: RulesAnalyst, said: str, metric: str) -> None:
    (kpi,) = kpis(analyst, said)
    assert kpi.metric == metric


@pytest.mark.parametrize(
    "said",
    [
        "Bob: Yesterday a claim took eleven days to get out of the door.",
        "Bob: Last year we had a customer who waited 23 days, that was the worst.",
        "Eva: One tenant waited 40 days for the plumber.",
        "Eva: The other day a delivery took nine hours to unload.",
    ],
)
def test_the_figure_of_a_single_event_is_no_baseline(analyst: RulesAnalyst, said: str) -> None:
    assert kpis(analyst, said) == []


def test_of_last_year_and_now_the_baseline_is_now(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(analyst, "Rosa: Last year a permit took eight days, now it takes five days.")
    assert kpi.baseline and kpi.baseline.value == 5


def test_what_usually_takes_so_long_is_a_baseline_though_one_case_is_told_of(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(analyst, "Rosa: A claim takes eight days on average.")
    assert kpi.baseline and kpi.baseline.value == 8


@pytest.mark.parametrize(
    "said",
    [
        "Ann: Customers complain that nobody answers.",
        "Ann: Our customers want an answer and complain that nobody answers.",
        "Eva: Everybody complains that it takes too long to get an appointment.",
        "Eva: Tenants are angry because nobody tells them when the plumber comes.",
        "Max: The drivers need their slots and they are always complaining about the gate.",
    ],
)
def test_a_complaint_is_a_pain_point_and_no_goal(analyst: RulesAnalyst, said: str) -> None:
    kinds = {one.kind for one in found(analyst, said)}
    assert FindingKind.PAIN_POINT in kinds
    assert not kinds & {FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL}


def test_that_complaints_should_stop_stays_a_goal(analyst: RulesAnalyst) -> None:
    kinds = {one.kind for one in found(analyst, "Ann: We want customers to stop complaining that nobody answers.")}
    assert kinds & {FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL}
