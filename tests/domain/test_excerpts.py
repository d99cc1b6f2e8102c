"""What is kept of decisions has the clearest evidence of each point, and decides the same."""

from __future__ import annotations

from tests.domain.said import amount, finding

from discovery_agent.domain.decisions import Decisions, decide
from discovery_agent.domain.excerpts import MOST_CLAIMS, MOST_QUOTES, MOST_RATINGS, MOST_SPEAKERS, excerpt
from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Proof
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
GOAL = finding(FindingKind.OPERATIONAL_GOAL, "Answer requests within a day", "Ada", 9)


def decisions(*findings: Finding) -> Decisions:
    def alike(left: str, right: str) -> float:
        return float(left == right)

    return decide(findings, build_goal_tree(findings, alike), [], TABLES, alike)


def shows(criterion: str, value: str, at: int, confidence: float) -> Finding:
    return finding(FindingKind.CRITERION, f"sentence {at}", f"Person {at}", at, criterion=(criterion, value), confidence=confidence)


def test_little_evidence_stays_as_it_is() -> None:
    few = decisions(GOAL, shows("cause", "effort", 1, 0.9), shows("cause", "way_of_working", 2, 0.9))
    assert excerpt(few) == few


def test_of_much_evidence_the_surest_of_each_value_stays_and_no_verdict_changes() -> None:
    many = decisions(GOAL, *(shows("cause", ("effort", "way_of_working")[at % 2], at, 0.6 + at / 1000) for at in range(100)))
    short = excerpt(many)
    (before,), (after,) = many.goals, short.goals
    assert len(before.necessity.ratings) == 100 and len(after.necessity.ratings) == 2 * MOST_RATINGS
    assert min(one.confidence for one in after.necessity.ratings) > 0.68
    kept = after.necessity.ratings
    assert all(rating in kept for rung in after.necessity.ladder for condition in rung.conditions for rating in condition.ratings)
    assert all(len(side.ratings) == MOST_RATINGS for one in after.necessity.contradictions for side in one.sides)
    assert (after.necessity.solution, after.necessity.certainty, after.necessity.pivotal) == (
        before.necessity.solution,
        before.necessity.certainty,
        before.necessity.pivotal,
    )


def test_a_side_of_a_conflict_keeps_a_quote_of_each_speaker_first_and_says_how_many_are_left_out() -> None:
    def target(days: int, speaker: str, turn: int) -> Finding:
        kpi = Kpi(metric="time", unit="days", target=amount(days, "days"))
        return finding(FindingKind.KPI, f"in {days} days {turn}", speaker, turn, kpi=kpi)

    findings = [*(target(4, "Ada", turn) for turn in range(20)), target(4, "Ben", 30), *(target(2, f"P{at}", 40 + at) for at in range(30))]
    (conflict,) = excerpt(decisions(*findings)).conflicts
    four, two = conflict.sides
    assert len(four.quotes) == MOST_QUOTES and four.more == 21 - MOST_QUOTES
    assert {quote.speaker for quote in four.quotes[:2]} == {"Ada", "Ben"}
    assert len(two.speakers) == MOST_SPEAKERS and len({quote.speaker for quote in two.quotes}) == MOST_QUOTES


def test_of_claims_about_data_the_best_proved_and_lowest_stay() -> None:
    rated = [shows(name, value, at, 0.9) for at, (name, value) in enumerate([("cause", "effort"), ("output", "fixed_action"), ("input", "fields"), ("rules", "complete")])]  # fmt: skip
    claims = [
        finding(
            FindingKind.CRITERION, f"data {at}", "Ada", 20 + at, data=("availability", at % 4, Proof.TESTED if at == 13 else Proof.HEARSAY)
        )
        for at in range(20)
    ]
    (goal,) = excerpt(decisions(GOAL, *rated, *claims)).goals
    assert goal.readiness is not None
    (reading,) = (one for one in goal.readiness.dimensions if one.dimension == "availability")
    assert len(reading.claims) == MOST_CLAIMS and reading.claims[0].proof is Proof.TESTED
    assert [claim.level for claim in reading.claims[1:]] == [0, 0, 0, 0, 0]
