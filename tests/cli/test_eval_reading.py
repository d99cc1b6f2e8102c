"""What `eval` says on a terminal and in a log: progress, where it was stopped, mistakes by the name that the user gave, and what there is."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from tests import fake_model_server as fake
from tests.cli.eval_project import model, project
from tests.cli.running import SCRIPT, Inside
from tests.evals.harness.experiments import GOAL, Remarks


@pytest.fixture
def suite(work: Path, monkeypatch: pytest.MonkeyPatch) -> Remarks:
    """With a folder `other`, whose prompt differs by a sentence."""
    return project(work, monkeypatch, {"other": "Be brief."})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.FakeModelServer]:
    """A model that always finds the one goal."""
    with model(monkeypatch, lambda exchange: {"findings": [GOAL | {"stance": None}]}) as running:
        yield running


def test_a_log_gets_a_line_for_each_tenth_of_the_runs(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    ran = agent("eval", "compare", ".", "other")
    lines = [line for line in ran.err.splitlines() if line.startswith("Runs: ")]
    assert len(lines) == 10 and lines[-1] == "Runs: 30 of 30"
    assert "Runs:" not in ran.out


def test_stopped_by_ctrl_c_it_says_how_far_it_came_and_resumes(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    async def stop(case: str, arm: str, repeat: int) -> None:
        if case == "remark-0004":
            raise KeyboardInterrupt
        await asyncio.sleep(0)

    suite.before = stop
    stopped = agent("eval", "compare", ".", "other", "--jobs", "1")
    assert stopped.code == Exit.INTERRUPTED, stopped.text
    assert "Stopped. 12 of 30 runs finished; the same command resumes." in stopped.err
    suite.before = None
    again = agent("eval", "compare", ".", "other", "--jobs", "1")
    assert again.code == Exit.OK and "resumes: 12 of 30 runs had been finished" in again.err


@pytest.mark.parametrize("given", ["other", "."])
def test_a_broken_prompt_is_named_as_it_was_given(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path, given: str
) -> None:
    folder = "prompts" if given == "." else given
    path = work / folder / "extract_findings.md"
    path.write_text(path.read_text(encoding="utf-8").replace("## System", "## Systems"), encoding="utf-8")
    compared = agent("eval", "compare", given, "prompts")
    assert compared.code == Exit.CONFIGURATION
    assert compared.err.startswith(f"Error: {folder}/extract_findings.md, line "), compared.err


def test_only_the_metrics_that_decide_are_printed_unless_all_are_asked_for(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer
) -> None:
    short = agent("eval", "compare", ".", "other")
    assert "Findings" in short.out and "False facts" not in short.out and "1 more metric: --details" in short.out
    assert "False facts" in agent("eval", "compare", ".", "other", "--details").out


def test_the_list_names_suites_prompts_and_what_was_run(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    before = agent("eval", "list")
    assert before.code == Exit.OK and "10 cases to work with" in before.out and "prompts: extract_findings" in before.out
    assert "None. `discovery-agent eval compare" in before.out
    agent("eval", "compare", ".", "other")
    after = agent("eval", "list").out
    assert "not worse: working tree → folder other; extraction" in after, after


def test_a_full_disk_behind_the_output_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")

    with Path("/dev/full").open("w") as full:
        done = subprocess.run([SCRIPT, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert done.returncode == Exit.CANNOT_WRITE and "Traceback" not in done.stderr
    assert "What to do: Free space" in done.stderr
