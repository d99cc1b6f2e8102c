"""The interview suite: coverage, mistakes and repeats of one interview, as figures."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.harness.suite import Split
from discovery_agent.evals.interview_arms import namesakes
from discovery_agent.evals.interview_personas import load_persona
from discovery_agent.evals.suites.interview import InterviewSuite
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

SUITE = InterviewSuite(ROOT / "evals", budget=4)
CASES = {one.id: one for one in SUITE.cases(Split.DEV)}
CASE = CASES["waste-collection"]


class Broken(FakeModel):
    async def phrase(self, brief):
        raise ModelUnavailable("The server is down.")
        yield ""


async def test_the_rules_interview_a_persona_and_the_same_repeat_gives_the_same_figures(bench: Workbench) -> None:
    first, again = [await SUITE.run(CASE, bench, 0) for _ in range(2)]
    assert first == again
    assert 0 < first.scores["coverage_15"] <= 1 and first.counts["questions"] <= 4
    assert first.scores["area"] <= first.scores["coverage_15"]
    assert [one.kind for one in first.notes].count("question") == first.counts["questions"]


async def test_each_repeat_meets_the_persona_under_another_name(bench: Workbench) -> None:
    attempts = [await SUITE.run(CASE, bench, repeat) for repeat in range(3)]
    asked = {tuple(one.text for one in each.notes if one.kind == "question") for each in attempts}
    assert len(asked) > 1


async def test_a_bad_question_asked_again_and_again_is_leading_compound_and_redundant(bench: Workbench) -> None:
    question = "Don't you agree that the drivers are careless, and why do you not simply buy cameras for all of the lorries?"
    attempt = await SUITE.run(CASE, with_model(bench, FakeModel(asks=question)), 0)
    assert attempt.scores["leading"] == attempt.scores["compound"] == 1
    assert attempt.scores["mistakes"] >= 2 and attempt.scores["redundancy"] >= 0.5


async def test_a_persona_in_whose_interview_the_model_fails_is_an_error(bench: Workbench) -> None:
    with pytest.raises(ModelUnavailable):
        await SUITE.run(CASE, with_model(bench, Broken()), 0)


async def test_what_never_came_out_is_told_in_the_words_of_the_persona(bench: Workbench) -> None:
    attempt = await SUITE.run(CASE, with_model(bench, FakeModel(asks="How is the weather?")), 0)
    missed = {one.key: one.text for one in attempt.notes if one.kind == "missed"}
    assert missed["missed"] == "310 bins a week are missed." and attempt.scores["area"] == 0


def test_the_personas_have_manner_and_role_as_slices() -> None:
    assert {one.slices["manner"] for one in CASES.values()} >= {"terse", "talkative", "evasive", "helpful"}
    assert all(one.slices["role"] for one in CASES.values())


def test_there_are_names_for_as_many_repeats_as_anybody_asks_for() -> None:
    persona = load_persona(CASE.source)
    names = [one.name for one in namesakes(persona, 100)]
    assert names[:3] == ["Gero Lindqvist", "Gero A. Lindqvist", "Gero B. Lindqvist"]
    assert len(set(names)) == 100
