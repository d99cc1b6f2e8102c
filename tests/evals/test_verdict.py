"""The verdict suite: what counts as right, what a wrong verdict costs, and which cases it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from discovery_agent.domain.ladder import Ladder, SolutionClass
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, assess
from discovery_agent.errors import ConfigurationError, ModelUnavailable
from discovery_agent.evals.verdict import (
    DEFAULT_COSTS,
    VerdictCase,
    load_costs,
    load_verdict_cases,
    majority,
    run_cases,
    score,
)
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.cli.running import ROOT

LADDER: Ladder = load_tables(data_folder("knowledge")).ladder
OPEN = assess(LADDER, [])


def case(verdict: str, *acceptable: str, id: str = "a") -> VerdictCase:
    return VerdictCase.model_validate(
        {"id": id, "text": "A case in at least twenty letters.", "verdict": verdict, "acceptable": acceptable}
    )


def said(solution: SolutionClass, probability: float = 1.0, certainty: str = "settled") -> NecessityAssessment:
    rungs = [rung.model_copy(update={"probability": probability if rung.solution is solution else 0.0}) for rung in OPEN.ladder]
    return OPEN.model_copy(update={"ladder": tuple(rungs), "certainty": Certainty(certainty), "solution": solution})


async def run(verdict: VerdictCase, answer: NecessityAssessment):
    async def assess_one(_case: VerdictCase) -> NecessityAssessment:
        return answer

    (result,) = await run_cases([verdict], assess_one)
    return result


@pytest.mark.parametrize(
    ("gold", "acceptable", "answer", "right", "needless", "cost"),
    [
        ("rules_automation", (), "rules_automation", True, False, 0),
        ("rules_automation", ("process_change",), "process_change", True, False, 0),
        ("rules_automation", (), "generative_ai", False, True, DEFAULT_COSTS.ai_where_none_is_needed),
        ("rules_automation", ("hybrid",), "generative_ai", False, False, DEFAULT_COSTS.wrong_class_same_side),
        ("predictive_ml", (), "analytics", False, False, DEFAULT_COSTS.none_where_ai_is_needed),
        ("predictive_ml", (), "generative_ai", False, False, DEFAULT_COSTS.wrong_class_same_side),
    ],
)
async def test_what_a_verdict_costs(gold: str, acceptable: tuple[str, ...], answer: str, right: bool, needless: bool, cost: float) -> None:
    result = await run(case(gold, *acceptable), said(SolutionClass(answer)))
    assert (result.right, result.needless_ai, result.cost(DEFAULT_COSTS)) == (right, needless, cost)


async def test_an_open_verdict_costs_what_openness_costs_right_or_wrong() -> None:
    result = await run(case("rules_automation"), said(SolutionClass.GENERATIVE_AI, 0.3, "open"))
    assert result.cost(DEFAULT_COSTS) == DEFAULT_COSTS.open


async def test_a_case_that_raises_counts_as_wrong_at_the_highest_cost() -> None:
    async def broken(_case: VerdictCase) -> NecessityAssessment:
        raise ModelUnavailable("The server is down.")

    results = await run_cases([case("analytics")], broken)
    assert (results[0].right, results[0].error, results[0].cost(DEFAULT_COSTS)) == (False, "The server is down.", DEFAULT_COSTS.worst)
    assert score(results, DEFAULT_COSTS).accuracy == 0


async def test_the_figures_of_a_run_by_hand() -> None:
    cases = [case("analytics", id="a"), case("analytics", id="b"), case("hybrid", id="c"), case("process_change", id="d")]
    answers = {
        "a": said(SolutionClass.ANALYTICS, 0.9),
        "b": said(SolutionClass.HYBRID, 0.8),
        "c": said(SolutionClass.HYBRID, 1.0),
        "d": said(SolutionClass.ANALYTICS, 0.4, "open"),
    }

    async def assess_one(one: VerdictCase) -> NecessityAssessment:
        return answers[one.id]

    figures = score(await run_cases(cases, assess_one), DEFAULT_COSTS)
    assert (figures.accuracy, figures.needless_ai, figures.no_ai_cases) == (0.5, 1, 3)
    assert figures.expected_cost == (0 + 5 + 0 + 0.5) / 4
    assert figures.brier == pytest.approx((0.01 + 0.64 + 0 + 0.16) / 4)
    assert figures.certainties == {"settled": 3, "open": 1}
    assert figures.confusion[SolutionClass.ANALYTICS, SolutionClass.HYBRID] == 1
    assert figures.calibration == ((0.4, 0.0, 1), (0.9, pytest.approx(2 / 3), 3))


def test_the_majority_class_is_the_commonest_of_the_cases() -> None:
    results = majority([case("analytics"), case("hybrid"), case("hybrid")])
    assert [one.said for one in results] == [SolutionClass.HYBRID] * 3


def test_the_cases_of_the_project_are_balanced_and_tempting() -> None:
    cases = load_verdict_cases(ROOT / "evals" / "verdict" / "cases")
    counts = [sum(one.verdict is solution for one in cases) for solution in SolutionClass]
    assert len(cases) >= 36 and min(counts) >= 6
    assert len({one.id for one in cases}) == len(cases)
    assert sum(one.tempts is not None for one in cases) >= len(cases) / 2
    assert load_costs(ROOT / "evals" / "verdict" / "costs.yaml").ai_where_none_is_needed == DEFAULT_COSTS.worst


def test_every_tuning_transcript_has_a_gold_verdict() -> None:
    folder = ROOT / "evals" / "extraction" / "cases"
    cases = load_verdict_cases(folder)
    assert len(cases) == len(list(folder.glob("*/case.yaml")))
    assert all(one.folder is not None and one.why for one in cases)


def test_a_line_of_json_is_a_case(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"case": "Our clerks type all day long.", "verdict": "rules_automation"}) + "\n\n", encoding="utf-8")
    (one,) = load_verdict_cases(path)
    assert (one.id, one.verdict) == ("1", SolutionClass.RULES_AUTOMATION)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", '{"case": "Our clerks type all day long.", "verdict": "magic"}', "line 1: field `verdict`"),
        ("a.jsonl", "\n{", "no JSON"),
        ("a.jsonl", "[1]", "no JSON object"),
        ("a.jsonl", '{"verdict": "hybrid"}', "field `text`"),
        ("a.yaml", "id: 1", "field `provenance`"),
        (
            "a.yaml",
            yaml.safe_dump({"provenance": "Invented.  ", "cases": [{"id": "x", "text": "Too short", "verdict": "hybrid"}]}),
            "field `cases.0.text`",
        ),
        ("a.yaml", "- [", "not valid YAML"),
        ("a.jsonl", "", "No case was found"),
    ],
)
def test_a_mistake_in_a_case_is_told_with_its_place(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_verdict_cases(tmp_path / name)
    assert words in str(error.value)
