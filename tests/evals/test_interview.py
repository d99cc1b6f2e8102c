"""The interview harness: what is counted, and the command that runs it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.interview.moves import MoveKind, Stop
from discovery_agent.domain.question_check import Criterion
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.interview import Asked, InterviewResult, PersonaResult, paired_difference, run_interview
from discovery_agent.evals.interview_interviewers import FIXED_QUESTIONS, FixedInterviewer, PolicyInterviewer
from discovery_agent.evals.interview_report import figures, transcript, write_transcripts
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import Settings
from tests.cli.conftest import agent, work  # noqa: F401
from tests.cli.running import Inside
from tests.evals.test_interview_simulator import persona

LOAVES, FLOUR = "How many loaves do you bake?", "When do you run short of flour?"


class Scripted:
    """Asks what it is given; fails where it is given an error."""

    name = "scripted"
    stop = Stop.NOTHING_LEFT

    def __init__(self, *asked: Asked | str | Exception) -> None:
        self._asked = list(asked)
        self.heard: list[str] = []

    async def ask(self) -> Asked | None:
        if not self._asked:
            return None
        one = self._asked.pop(0)
        if isinstance(one, Exception):
            raise one
        return Asked(one) if isinstance(one, str) else one

    async def hear(self, answer: str) -> None:
        self.heard.append(answer)


async def interview(embeddings: MiniLMEmbeddings, *asked: Asked | str | Exception, budget: int = 4) -> InterviewResult:
    return await run_interview(persona(), Scripted(*asked), embeddings.embed, budget)


async def test_coverage_counts_facts_and_stays_where_an_interview_ended(embeddings: MiniLMEmbeddings) -> None:
    result = await interview(embeddings, "Which football team do you support?", LOAVES)
    assert [result.coverage(at) for at in (1, 2, 4)] == [0.0, 0.5, 0.5]
    assert result.area == pytest.approx((0 + 0.5 + 0.5 + 0.5) / 4)
    assert result.missed == ("flour",) and result.empty == 1


async def test_no_more_is_asked_than_the_budget_allows(embeddings: MiniLMEmbeddings) -> None:
    result = await interview(embeddings, LOAVES, FLOUR, LOAVES, budget=2)
    assert len(result.turns) == 2


async def test_the_interviewer_hears_only_what_was_said(embeddings: MiniLMEmbeddings) -> None:
    scripted = Scripted(LOAVES)
    await run_interview(persona(), scripted, embeddings.embed, 3)
    assert scripted.heard == ["We bake 700 loaves a night."]


async def test_asking_the_same_subject_or_the_same_sentence_twice_is_a_repeat_and_asking_for_more_is_none(
    embeddings: MiniLMEmbeddings,
) -> None:
    asked = [
        Asked(LOAVES, slot="volume"),
        Asked("Roughly how many is that?", MoveKind.CLARIFY, "volume"),
        Asked("What number of them is made?", slot="volume"),
        Asked("And how many loaves do you bake?", slot="other"),
    ]
    result = await interview(embeddings, *asked)
    assert result.repeats == (2, 3)


async def test_mistakes_are_counted_by_the_checker(embeddings: MiniLMEmbeddings) -> None:
    result = await interview(embeddings, "What do you bake, and why?", "Don't you bake too much?", "Which KPI counts?")
    counts = {criterion: result.mistakes(criterion) for criterion in Criterion}
    assert counts[Criterion.ONE_QUESTION] == counts[Criterion.NOT_LEADING] == counts[Criterion.PLAIN] == counts[Criterion.OPEN] == 1


async def test_naming_a_contradiction_may_be_answered_with_yes_or_no(embeddings: MiniLMEmbeddings) -> None:
    result = await interview(embeddings, Asked("Is it 700 or 500?", MoveKind.CONTRADICTION), Asked("Is it 700 or 500?"))
    assert result.mistakes(Criterion.OPEN) == 1


async def test_an_interview_that_fails_halfway_keeps_what_came_out_and_says_so(embeddings: MiniLMEmbeddings) -> None:
    failed = ModelUnavailable("The model is gone.", remedy="Try again.")
    result = await interview(embeddings, LOAVES, failed, FLOUR)
    assert (result.coverage(4), result.error) == (0.5, "The model is gone.")


async def test_the_fixed_list_is_asked_from_top_to_bottom(embeddings: MiniLMEmbeddings) -> None:
    result = await run_interview(persona(), FixedInterviewer(), embeddings.embed, 20)
    assert [turn.asked.said for turn in result.turns] == list(FIXED_QUESTIONS)
    assert result.stop is Stop.BUDGET_SPENT


async def test_arms_are_compared_persona_by_persona(embeddings: MiniLMEmbeddings) -> None:
    good, bad = await interview(embeddings, LOAVES, FLOUR), await interview(embeddings, "Hello there?")
    people = [persona().model_copy(update={"name": name}) for name in ("Ann", "Ben", "Cyd")]

    def arm(result: InterviewResult) -> list[PersonaResult]:
        return [PersonaResult(who, (replace(result, persona=who),)) for who in people]

    gap = paired_difference(arm(good), arm(bad), lambda run: run.area)
    assert gap.mean == gap.low == gap.high == good.area
    assert gap.p == 2 / 2**3
    with pytest.raises(ValueError, match="same people"):
        paired_difference(arm(good), arm(bad)[:2], lambda run: run.area)


async def test_repeated_interviews_of_a_persona_are_averaged_first(embeddings: MiniLMEmbeddings) -> None:
    good, bad = await interview(embeddings, LOAVES, FLOUR), await interview(embeddings, "Hello there?")
    assert PersonaResult(persona(), (good, bad)).mean(lambda run: run.coverage(4)) == 0.5


async def test_a_transcript_shows_questions_answers_mistakes_and_what_never_came_out(embeddings: MiniLMEmbeddings, tmp_path: Path) -> None:
    result = await interview(embeddings, "How many loaves do you bake, and why? ![x](http://example.test/x.png)")
    text = transcript(result)
    assert "We bake 700 loaves a night." in text and "The flour runs out on Sundays." in text
    assert "are compound" in text and "![x](" not in text
    paths = write_transcripts({"scripted": [PersonaResult(persona(), (result,))]}, tmp_path / "talks")
    assert [path.name for path in paths] == ["ann-baker--scripted.md"]


async def test_the_policy_interviews_a_persona_within_its_budget_and_the_same_way_each_time(
    embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    bench = Workbench(Settings(cache_dir=tmp_path))
    results = [await run_interview(persona(), PolicyInterviewer(persona(), 5, bench, bench.rules), embeddings.embed, 5) for _ in range(2)]
    assert [turn.asked for turn in results[0].turns] == [turn.asked for turn in results[1].turns]
    assert 1 <= len(results[0].turns) <= 5 and results[0].stop is not None


@pytest.fixture
def people(work: Path) -> Path:  # noqa: F811
    folder = work / "people"
    folder.mkdir()
    (folder / "ann.yaml").write_text(yaml.safe_dump(persona().model_dump(mode="json")), encoding="utf-8")
    return folder


def test_the_command_measures_people_of_ones_own_and_writes_the_talks(agent: Inside, people: Path) -> None:  # noqa: F811
    outcome = agent("eval", "run", "interview", "--personas", people, "--transcripts", people / "talks")
    assert outcome.code == Exit.OK, outcome.text
    assert all(word in outcome.out for word in ("hidden facts", "Ann Baker", "are compound", "bring nothing new", "Area under the curve"))
    assert len(list((people / "talks").glob("*.md"))) == 4


async def test_the_figures_hold_each_arm_persona_and_interview(embeddings: MiniLMEmbeddings) -> None:
    good, bad = await interview(embeddings, LOAVES, FLOUR), await interview(embeddings, "Hello there?")
    arms = {name: [PersonaResult(persona(), (one,))] for name, one in (("good", good), ("bad", bad))}
    whole = json.loads(json.dumps(figures(arms)))
    assert whole["arms"]["good"]["mean"]["after_5"] == 1.0
    assert whole["arms"]["bad"]["personas"][0]["interviews"][0]["missed"] == ["loaves", "flour"]
    assert whole["area_of_first_less"]["bad"]["mean"] == good.area
