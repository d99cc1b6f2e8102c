"""`pytest evals`: a test for each recorded case, replayed. Two of our own run here, so that `make test` sees a prompt that lost its replies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CASE = "extraction/claims-triage"


def pytest_evals(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the tests in evals/ as a person does."""
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_our_recorded_cases_pass_with_the_prompts_as_they_are() -> None:
    ran = pytest_evals("-k", f"{CASE} or extraction/contract-search")
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


@pytest.mark.slow
def test_a_changed_prompt_fails_with_what_to_record(tmp_path: Path) -> None:
    prompt = (ROOT / "prompts" / "extract_findings.md").read_text(encoding="utf-8")
    (tmp_path / "extract_findings.md").write_text(prompt.replace("## User", "Be brief.\n\n## User"), encoding="utf-8")
    ran = pytest_evals("-k", CASE, "--eval-prompts", tmp_path)
    assert ran.returncode == 1
    assert "prompt `extract_findings`: the prompt has changed since it was recorded" in ran.stdout
    assert "discovery-agent eval record extraction" in ran.stdout


@pytest.mark.slow
def test_a_case_that_lost_more_than_the_margin_fails_and_names_the_metric() -> None:
    worse = ROOT / "evals" / "demonstration" / "prompts" / "shortened"
    ran = pytest_evals("-k", CASE, "--eval-prompts", worse, "--eval-base", ".")
    assert ran.returncode == 1
    assert "F1 of goals" in ran.stdout


@pytest.mark.slow
def test_cases_are_deselected_by_their_marker() -> None:
    ran = pytest_evals("--collect-only", "-m", "not eval")
    assert ran.returncode == pytest.ExitCode.NO_TESTS_COLLECTED and "deselected" in ran.stdout


def test_without_recordings_it_says_which_command_makes_some(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "evals").mkdir()
    for name in ("conftest.py", "test_suites.py"):
        (tmp_path / "evals" / name).write_text((ROOT / "evals" / name).read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider", "--eval-suite", "verdict"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "No case is recorded" in ran.stdout and "`discovery-agent eval record verdict`" in ran.stdout
