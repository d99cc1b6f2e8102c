"""The verdict suite: costs by the matrix, calibration, and what always saying the commonest class would give."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import CriterionReading, FindingKind, ProposedFinding, ProposedQuote
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.evals.harness.outcomes import Attempt, Outcome
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.verdict import VerdictSuite
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

SUITE = VerdictSuite(ROOT / "evals")
DEV = {one.id: one for one in SUITE.cases(Split.DEV)}
NO_AI = next(one for one in DEV.values() if one.slices["truth"] == "analytics")


def reads(**values: str):
    """A model that reads the same of every description."""

    def rates(talk: Conversation) -> Sequence[ProposedFinding]:
        words = talk.utterances[0]
        return [
            ProposedFinding(
                kind=FindingKind.CRITERION,
                statement=f"{criterion}: {value}",
                confidence=0.95,
                quotes=(ProposedQuote(utterance_id=words.id, text=words.text),),
                criterion=CriterionReading(criterion=criterion, value=value),
            )
            for criterion, value in values.items()
        ]

    return FakeModel(rates=rates)


GENERATIVE = reads(cause="effort", output="language", input="free_text", rules="none", error="bearable", check="checked", history="scarce")


def outcome(case: CaseRef, attempt: Attempt | None) -> Outcome:
    if attempt is None:
        return Outcome(suite=SUITE.name, arm="head", case=case.id, repeat=0, scores={"cost": 5.0}, error="The server is down.")
    return Outcome(suite=SUITE.name, arm="head", case=case.id, repeat=0, scores=attempt.scores, counts=attempt.counts)


async def test_ai_where_none_is_needed_costs_most(bench: Workbench) -> None:
    attempt = await SUITE.run(NO_AI, with_model(bench, GENERATIVE), 0)
    assert attempt.scores["needless_ai"] == 1 and attempt.scores["accuracy"] == 0
    assert attempt.scores["cost"] == SUITE.table.metric("cost").worst
    assert "generative_ai" in attempt.notes[0].text and attempt.notes[0].kind == "wrong"


async def test_a_case_that_needs_ai_has_no_score_for_needless_ai(bench: Workbench) -> None:
    case = next(one for one in DEV.values() if one.slices["truth"] == "generative_ai")
    attempt = await SUITE.run(case, with_model(bench, GENERATIVE), 0)
    assert attempt.scores["accuracy"] == 1 and "needless_ai" not in attempt.scores


async def test_figures_show_calibration_and_the_majority_class_beside_the_arm(bench: Workbench) -> None:
    cases = list(DEV.values())[:4]
    attempts = [await SUITE.run(case, bench, 0) for case in cases[:3]]
    figures = SUITE.figures([outcome(case, one) for case, one in zip(cases, [*attempts, None], strict=True)])
    arm, majority = figures["arm"], figures["majority_class"]
    assert isinstance(arm, dict) and isinstance(majority, dict)
    assert arm["cases"] == majority["cases"] == 4
    assert sum(one["cases"] for one in arm["calibration"]) == 4
    assert any(one["said"] == "error" for one in arm["confusion"])
    wrong = sum(1 - one.scores["accuracy"] for one in attempts) + 1
    assert arm["accuracy"] == pytest.approx(1 - wrong / 4)


def test_both_splits_hold_every_class() -> None:
    for split in Split:
        assert {one.slices["truth"] for one in SUITE.cases(split)} == {one.value for one in SolutionClass}


def test_the_worst_cost_is_that_of_the_matrix() -> None:
    costs = (ROOT / "evals" / "verdict" / "costs.yaml").read_text(encoding="utf-8")
    assert f"ai_where_none_is_needed: {SUITE.table.metric('cost').worst:g}" in costs
