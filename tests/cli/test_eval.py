"""`eval run`: figures for annotated cases, and clear words where a case is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from discovery_agent.cli.exit_codes import Exit
from tests.cli.conftest import SPOKEN
from tests.cli.running import ROOT, Inside, installed

CASE = {
    "id": "tiny",
    "domain": "claims",
    "format": "text",
    "split": "dev",
    "provenance": "Invented.",
    "transcript": "talk.txt",
    "stakeholders": [{"name": "Ada", "role": "sponsor"}],
    "gold": [
        {
            "id": "g1",
            "kind": "business_goal",
            "statement": "Claims paid within five days",
            "quotes": ["We want claims paid within five days by June."],
        }
    ],
}


@pytest.fixture
def cases(work: Path) -> Path:
    folder = work / "cases" / "tiny"
    folder.mkdir(parents=True)
    (folder / "talk.txt").write_text(SPOKEN, encoding="utf-8")
    (folder / "case.yaml").write_text(yaml.safe_dump(CASE), encoding="utf-8")
    return folder.parent


def test_the_figures_are_printed(agent: Inside, cases: Path) -> None:
    outcome = agent("eval", "run", "--cases", cases, "--details")
    assert outcome.code == Exit.OK, outcome.text
    assert all(word in outcome.out for word in ("precision", "recall", "KPI fields", "Quotes", "False facts"))


def test_json_holds_the_same_figures_and_nothing_else(agent: Inside, cases: Path) -> None:
    outcome = agent("eval", "run", "extraction", "--cases", cases, "--json")
    figures = json.loads(outcome.out)
    assert (figures["suite"], figures["cases"]) == ("extraction", ["tiny"])
    assert set(figures["kinds"]) and set(figures["quotes"]) == {"exact", "normalised", "unverified_findings"}


def test_a_suite_that_does_not_exist_ends_with_4_and_names_those_that_do(agent: Inside) -> None:
    outcome = agent("eval", "run", "poetry")
    assert outcome.code == Exit.CONFIGURATION
    assert "poetry" in outcome.err and "extraction" in outcome.err


def test_a_folder_without_cases_ends_with_4_and_says_where_to_run_it(agent: Inside) -> None:
    outcome = agent("eval", "run")
    assert outcome.code == Exit.CONFIGURATION
    assert "No case was found" in outcome.err and "--cases" in outcome.err


def test_a_mistake_in_a_case_ends_with_4_and_names_file_and_field(agent: Inside, cases: Path) -> None:
    (cases / "tiny" / "case.yaml").write_text(yaml.safe_dump(CASE | {"split": "train"}), encoding="utf-8")
    outcome = agent("eval", "run", "--cases", cases)
    assert outcome.code == Exit.CONFIGURATION
    assert "case.yaml" in outcome.err and "split" in outcome.err and "Traceback" not in outcome.text


def test_a_case_without_its_transcript_ends_with_3(agent: Inside, cases: Path) -> None:
    (cases / "tiny" / "talk.txt").unlink()
    outcome = agent("eval", "run", "--cases", cases)
    assert outcome.code == Exit.NOTHING_READ
    assert "talk.txt" in outcome.err


def test_the_installed_script_measures_one_of_our_own_cases() -> None:
    folder = ROOT / "evals" / "extraction" / "cases" / "contact-centre"
    outcome = installed("eval", "run", "--cases", folder, "--json", folder=ROOT)
    assert outcome.code == Exit.OK, outcome.text
    assert json.loads(outcome.out)["cases"]


def test_a_stretch_that_a_model_failed_on_is_named_and_ends_with_1(agent: Inside, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_MODEL", "openai:some-model")
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("DISCOVERY_MAX_ATTEMPTS", "1")
    outcome = agent("eval", "run", "--cases", cases)
    assert outcome.code == Exit.PARTLY
    assert "tiny" in outcome.out and "cannot be reached" in outcome.out
