"""The agreement suite: a statement is scored by what it gives, what it leaves open, what it answers and what it makes up."""

from __future__ import annotations

import pytest
import yaml

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ConfigurationError, ModelReplyInvalid
from discovery_agent.evals.harness.outcomes import Attempt
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.agreement import AgreementSuite
from discovery_agent.evals.suites.agreement_cases import AgreementCase, Told
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

SUITE = AgreementSuite(ROOT / "evals")
CASES: dict[str, CaseRef] = {one.id: one for split in Split for one in SUITE.cases(split)}
LATER = {name: one for name, one in CASES.items() if one.slices["round"] == "later"}


def told(name: str) -> AgreementCase:
    return read_yaml(CASES[name].source, AgreementCase)


async def says(name: str, bench: Workbench, *texts: str) -> Attempt:
    return await SUITE.run(CASES[name], with_model(bench, FakeModel(objectives=texts)), 0)


@pytest.mark.parametrize("name", CASES)
async def test_the_rules_draft_stands_and_leaves_open_what_is_disputed(name: str, bench: Workbench) -> None:
    attempt = await SUITE.run(CASES[name], bench, 0)
    assert attempt.scores["stands"] == 1 and attempt.scores["invented_figures"] == 0
    assert attempt.scores.get("left_open", 1) == attempt.scores.get("agreed_values", 1) == 1


@pytest.mark.parametrize("name", LATER)
async def test_the_draft_that_was_criticised_answers_no_critique(name: str, bench: Workbench) -> None:
    attempt = await says(name, bench, told(name).before)
    assert attempt.scores["critiques_answered"] < 1
    assert [one for one in attempt.notes if one.kind == "unanswered"]


@pytest.mark.parametrize("name", CASES)
def test_what_a_case_calls_disputed_is_open_and_no_other_part_is(name: str) -> None:
    case = told(name)
    composed = Told(case).composition()
    disputed = {one.id for one in case.disputes if one.state == "open"}
    shown = {conflict for part in composed.draft.parts for conflict in part.conflicts}
    assert shown == disputed


async def test_a_statement_that_takes_a_side_does_not_leave_it_open(bench: Workbench) -> None:
    attempt = await says("parcel-returns", bench, told("parcel-returns-later").before)
    assert attempt.scores["left_open"] == 0 and attempt.scores["stands"] == 0
    assert attempt.scores["agreed_values"] == 1


async def test_a_middle_that_nobody_asked_for_is_an_invented_figure(bench: Workbench) -> None:
    attempt = await says("school-buses", bench, told("school-buses").before)
    assert attempt.scores["invented_figures"] == 1 and attempt.scores["left_open"] == 0


async def test_a_bland_statement_gives_no_agreed_value(bench: Workbench) -> None:
    attempt = await says("letter-office", bench, "Applicants hear sooner whether they get their grant.")
    assert attempt.scores["agreed_values"] == attempt.scores["stands"] == 0
    assert attempt.scores["within_length"] == 1 and "critiques_answered" not in attempt.scores


async def test_statements_of_one_case_are_averaged(bench: Workbench) -> None:
    good = Told(told("letter-office")).composition().draft.text
    attempt = await says("letter-office", bench, good, "Applicants hear sooner whether they get their grant.")
    assert attempt.scores["agreed_values"] == attempt.scores["stands"] == 0.5
    assert attempt.counts == {"statements": 2, "refused": 1}


async def test_a_model_that_proposes_nothing_is_an_error(bench: Workbench) -> None:
    with pytest.raises(ModelReplyInvalid):
        await says("letter-office", bench)


def test_the_model_is_told_vetoes_first_and_no_names() -> None:
    case = told("bakery-waste")
    brief = Told(case).brief(Told(case).composition())
    assert [one.veto for one in brief.critiques] == [True, False]
    assert not any(person.name in brief.model_dump_json() for person in case.people)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"objections": [{"by": "Nobody", "words": "No.", "gone": ["x"]}], "before": "A."}, "not among `people`"),
        ({"objections": [{"by": "Marta Oliva", "words": "No."}], "before": "A."}, "answered_by"),
        ({"objections": [{"by": "Marta Oliva", "words": "No.", "gone": ["x"]}]}, "`before`"),
        ({"objections": [{"by": "Marta Oliva", "words": "No.", "gone": ["x"], "part": "k9"}], "before": "A."}, "unknown part"),
    ],
)
def test_a_case_that_could_not_be_scored_is_refused(change: dict[str, object], says: str, tmp_path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(told("letter-office").model_dump(mode="json") | change), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says):
        read_yaml(file, AgreementCase)


def test_the_cases_hold_vetoes_minority_views_and_settled_conflicts() -> None:
    cases = [told(name) for name in CASES]
    assert sum(any(one.veto for one in case.objections) for case in cases) >= 4
    assert sum(any(one.minority for one in case.objections) for case in cases) >= 2
    assert any(one.state == "settled" for case in cases for one in case.disputes)
    assert len({case.domain for case in cases}) >= 10
