"""`eval run`, `compare`, `report`, `gate`, `record` and `schema`: an experiment from the command line to the exit code."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from discovery_agent.cli.exit_codes import GATE_MEANINGS, Exit
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.harness.gate import GateExit
from discovery_agent.evals.schemas import SCHEMAS, schema_files, schema_text
from discovery_agent.settings import data_folder
from tests import fake_model_server as fake
from tests.cli.eval_project import model, project
from tests.cli.running import ROOT, Inside
from tests.evals.harness.experiments import GOAL, Remarks, unavailable_on_the_second

LESS = "Leave the goals out."


@pytest.fixture
def suite(work: Path, monkeypatch: pytest.MonkeyPatch) -> Remarks:
    """With a folder `worse`, whose prompt is worsened, and `reworded`, whose prompt asks for the same."""
    return project(work, monkeypatch, {"worse": LESS, "reworded": "Thank you."})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.FakeModelServer]:
    """A model that does as the prompt says."""
    with model(monkeypatch, lambda exchange: {"findings": [] if LESS in exchange.text else [GOAL | {"stance": None}]}) as running:
        yield running


def read_design(run: Path) -> str:
    return (run / "experiment.json").read_text(encoding="utf-8") if (run / "experiment.json").is_file() else ""


def report_of(tmp_path: Path) -> Path:
    (folder,) = [path.parent for path in (tmp_path / "data" / "evals").glob("*/report.html")]
    return folder


def test_a_worse_prompt_is_called_worse_and_the_gate_ends_with_1(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path
) -> None:
    compared = agent("eval", "compare", ".", "worse")
    assert compared.code == Exit.OK, compared.text
    assert "Head is worse than base." in compared.out and "regression" in compared.out
    folder = report_of(tmp_path)
    assert LESS in (folder / "report.html").read_text(encoding="utf-8"), "the change of the prompt is in the report"
    gate = agent("eval", "gate")
    assert gate.code == GateExit.REGRESSION
    assert "Findings fell by" in gate.out


def test_the_comparison_follows_its_published_schema(agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path) -> None:
    printed = agent("eval", "compare", ".", "worse", "--json")
    schema = json.loads((ROOT / "docs" / "schemas" / "comparison.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(printed.out), schema)
    assert json.loads(printed.out) == json.loads((report_of(tmp_path) / "comparison.json").read_text(encoding="utf-8"))


def test_a_rewording_that_changes_nothing_passes(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    assert agent("eval", "compare", ".", "reworded").code == Exit.OK
    gate = agent("eval", "gate")
    assert gate.code == GateExit.NOT_WORSE and "Head is not worse than base." in gate.out


def test_two_cases_are_too_few_and_the_gate_says_how_many_more_it_takes(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer
) -> None:
    agent("eval", "compare", ".", "worse", "--only", "remark-0001", "--only", "extraction/remark-0002")
    gate = agent("eval", "gate")
    assert gate.code == GateExit.INCONCLUSIVE
    assert "more transcripts to show anything" in gate.out


def test_the_same_command_resumes_and_pays_nothing_again(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    agent("eval", "compare", ".", "worse")
    paid = len(server.requests)
    again = agent("eval", "compare", ".", "worse")
    assert paid == 20 and len(server.requests) == paid
    assert "resumes: 30 of 30 runs had been finished" in again.err


def test_without_a_model_it_says_what_to_set(agent: Inside, suite: Remarks) -> None:
    compared = agent("eval", "compare", ".", "worse")
    assert compared.code == Exit.CONFIGURATION
    assert "DISCOVERY_MODEL" in compared.err and "--replay" in compared.err


def test_what_is_recorded_is_replayed_without_a_call(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    recorded = agent("eval", "record", "--prompts", ".", "--prompts", "worse")
    assert recorded.code == Exit.OK, recorded.text
    assert "20 replies recorded in evals/recordings" in recorded.out and "No recording is stale." in recorded.out
    paid = len(server.requests)
    compared = agent("eval", "compare", ".", "worse", "--replay")
    assert compared.code == Exit.OK, compared.text
    assert len(server.requests) == paid and "Replayed: 20 calls" in compared.out and "Billed" not in compared.out
    assert agent("eval", "gate").code == GateExit.REGRESSION


def test_a_reply_that_is_not_recorded_ends_with_8_and_the_gate_with_2(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path
) -> None:
    agent("eval", "record")
    compared = agent("eval", "compare", ".", "worse", "--replay")
    assert compared.code == Exit.NOT_MEASURED
    assert all(word in compared.err for word in ("extract_findings", "remark-0003", "eval record extraction", "prompt has changed"))
    gate = agent("eval", "gate")
    assert gate.code == GateExit.HARNESS_ERROR and "eval record extraction" in gate.out
    text = agent("eval", "report", "--markdown")
    assert text.out.startswith("## ⚠️ Nothing was measured") and "record" in text.out


def test_the_gate_never_rules_on_an_older_run_after_one_that_failed(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    agent("eval", "record")
    agent("eval", "compare", ".", "reworded")
    assert agent("eval", "gate").code == GateExit.NOT_WORSE
    agent("eval", "compare", ".", "worse", "--replay")
    assert agent("eval", "gate").code == GateExit.HARNESS_ERROR


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-branch", "."), Exit.CONFIGURATION),
        ((".", "worse", "--suite", "no-such-suite"), Exit.CONFIGURATION),
        ((".", "worse", "--only", "no-such-case"), Exit.USAGE),
        ((".", "worse", "--repeats", "none"), Exit.USAGE),
        ((".", "broken"), Exit.CONFIGURATION),
        ((".", "prompts"), Exit.NOT_MEASURED),
    ],
)
def test_the_gate_never_rules_on_an_older_run_after_a_comparison_that_was_refused(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path, arguments: tuple[str, ...], code: Exit
) -> None:
    (work / "broken").mkdir()
    (work / "broken" / "extract_findings.md").write_text("no front matter", encoding="utf-8")
    agent("eval", "compare", ".", "reworded")
    paid = len(server.requests)
    assert agent("eval", "compare", *arguments).code == code
    gate = agent("eval", "gate")
    assert gate.code == GateExit.HARNESS_ERROR and f"eval compare {' '.join(arguments)}" in gate.out
    assert agent("eval", "report", "--markdown").out.startswith("## ⚠️ Nothing was measured")
    agent("eval", "compare", ".", "reworded")
    assert agent("eval", "gate").code == GateExit.NOT_WORSE and len(server.requests) == paid


def test_a_prompt_that_no_suite_asks_with_is_refused_before_anything_is_paid(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path
) -> None:
    text = (data_folder("prompts") / "draft_section.md").read_text(encoding="utf-8")
    (work / "sections").mkdir()
    (work / "sections" / "draft_section.md").write_text(text.replace("## User", "Be brief.\n\n## User"), encoding="utf-8")
    compared = agent("eval", "compare", ".", "sections")
    assert compared.code == Exit.NOT_MEASURED and not server.requests
    assert "the changed prompt `draft_section` is not used by suite extraction" in compared.err


def test_a_server_that_is_down_measures_nothing_and_a_later_run_does(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path
) -> None:
    async def down(case: str, arm: str, repeat: int) -> None:
        if arm != "rules":
            raise ModelUnavailable("The model server is failing (status 503).")

    suite.before = down
    assert agent("eval", "compare", ".", "reworded").code == Exit.NOT_MEASURED
    gate = agent("eval", "gate")
    assert gate.code == GateExit.HARNESS_ERROR and "the model server failed" in gate.out and "more transcript" not in gate.out
    suite.before = None
    assert agent("eval", "compare", ".", "reworded").code == Exit.OK
    assert agent("eval", "gate").code == GateExit.NOT_WORSE


def test_a_damaged_line_of_the_results_is_told_and_its_case_run_again_while_the_report_stands(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path
) -> None:
    agent("eval", "compare", ".", "reworded")
    folder, paid = report_of(tmp_path), len(server.requests)
    before = (folder / "comparison.json").read_bytes()
    lines = (folder / "outcomes.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if '"arm": "head"' in line)
    (folder / "outcomes.jsonl").write_text("".join([*lines[:at], "{damaged\n", *lines[at + 1 :]]), encoding="utf-8")
    again = agent("eval", "compare", ".", "reworded")
    assert again.code == Exit.OK and "1 line of its results cannot be read" in again.err
    assert len(server.requests) == paid + 1 and agent("eval", "gate").code == GateExit.NOT_WORSE
    assert (
        json.loads(before)["suites"][0]["differences"] == json.loads((folder / "comparison.json").read_bytes())["suites"][0]["differences"]
    )
    assert (folder / "outcomes.damaged").read_text(encoding="utf-8") == "{damaged\n"


def test_a_replay_takes_the_cases_that_every_arm_has_and_says_which_arm_lacks_how_many(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer
) -> None:
    agent("eval", "record")
    some = [word for number in range(7) for word in ("--only", f"remark-000{number}")]
    agent("eval", "record", "--prompts", "worse", *some)
    compared = agent("eval", "compare", ".", "worse", "--replay")
    assert compared.code == Exit.OK, compared.text
    assert "7 of 10 cases are recorded" in compared.err and "head lacks 3" in compared.err


def test_the_command_that_a_missing_recording_names_records_it(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    agent("eval", "record")
    compared = agent("eval", "compare", ".", "worse", "--replay")
    (command,) = re.findall(r"`discovery-agent (eval record [^`]+)`", compared.err.replace("\n", " "))
    assert agent(*shlex.split(command)).code == Exit.OK
    assert agent("eval", "compare", ".", "worse", "--replay").code == Exit.OK


def test_stale_recordings_are_listed_and_removed_on_request(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path
) -> None:
    agent("eval", "record", "--prompts", "worse")
    listed = agent("eval", "record")
    assert "10 recordings of openai:gpt-4 in evals/recordings not used by these prompts:" in listed.out
    kept = agent("eval", "record", "--prune")
    assert "--yes" in kept.out and len(list((work / "evals" / "recordings").rglob("*.json"))) == 20
    removed = agent("eval", "record", "--prune", "--yes")
    assert "10 recordings removed." in removed.out
    assert len(list((work / "evals" / "recordings").rglob("*.json"))) == 10


def test_recordings_of_another_model_of_further_repeats_and_of_the_demonstration_are_never_called_unused(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = work / "evals" / "demonstration" / "prompts"
    folders.mkdir(parents=True)
    (work / "worse").rename(folders / "worse")
    agent("eval", "record", "--prompts", "evals/demonstration/prompts/worse", "--repeats", "2")
    agent("eval", "record", "--model", "openai:gpt-3.5-turbo", "--prompts", "reworded")
    recorded = agent("eval", "record", "--prune", "--yes")
    assert recorded.code == Exit.OK and "No recording is stale." in recorded.out
    assert len(list((work / "evals" / "recordings").rglob("*.json"))) == 40


def test_with_two_models_recorded_a_replay_takes_the_configured_one_or_the_declared_one(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("openai:gpt-4", "openai:gpt-3.5-turbo"):
        agent("eval", "record", "--prompts", ".", "--prompts", "worse", "--model", name)
    paid = len(server.requests)
    assert agent("eval", "compare", ".", "worse", "--replay").code == Exit.OK
    monkeypatch.delenv("DISCOVERY_MODEL")
    unsure = agent("eval", "compare", ".", "worse", "--replay")
    assert unsure.code == Exit.CONFIGURATION and "default.yaml" in unsure.err
    (work / "evals" / "recordings" / "default.yaml").write_text("model: openai:gpt-3.5-turbo\n", encoding="utf-8")
    assert agent("eval", "compare", ".", "worse", "--replay").code == Exit.OK
    assert len(server.requests) == paid


def test_an_unknown_case_ends_with_2_and_names_some_that_there_are(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    compared = agent("eval", "compare", ".", "worse", "--only", "nothing-like-it")
    assert compared.code == Exit.USAGE and "nothing-like-it" in compared.err and "remark-0000" in compared.err


def test_an_unknown_revision_ends_with_4(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    compared = agent("eval", "compare", "no-such-branch", ".")
    assert compared.code == Exit.CONFIGURATION and "no-such-branch" in compared.err and "Traceback" not in compared.text


def test_only_failing_looks_at_what_lost_and_decides_nothing(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, tmp_path: Path
) -> None:
    assert agent("eval", "compare", ".", "worse", "--only-failing").code == Exit.USAGE, "nothing is known to fail before a whole run"
    agent("eval", "compare", ".", "worse")
    looked = agent("eval", "compare", ".", "worse", "--only-failing")
    assert looked.code == Exit.OK, looked.text
    assert "they decide nothing" in looked.out
    assert agent("eval", "gate").code == GateExit.REGRESSION, "what was only looked at is not the last comparison"
    (looked_at,) = [run.name for run in (tmp_path / "data" / "evals").glob("*") if '"only": [' in read_design(run)]
    gate = agent("eval", "gate", looked_at)
    assert gate.code == GateExit.HARNESS_ERROR and "they decide nothing" in gate.out and "two arms" not in gate.out


def test_only_failing_pays_only_for_what_failed(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    suite.before = unavailable_on_the_second
    agent("eval", "compare", ".", "worse")
    paid, suite.before = len(server.requests), None
    looked = agent("eval", "compare", ".", "worse", "--only-failing")
    assert looked.code == Exit.OK, looked.text
    assert len(server.requests) - paid == 2, "one case failed in two arms; the nine that lost are shown from the journal"


def test_a_run_that_fails_is_told_and_ends_with_1(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    suite.before = unavailable_on_the_second
    compared = agent("eval", "compare", ".", "reworded")
    assert compared.code == Exit.PARTLY
    assert "1 of 10 runs failed; each counts as the worst score" in compared.out


def test_run_measures_plain_automation_alone_without_a_model(agent: Inside, suite: Remarks, tmp_path: Path) -> None:
    ran = agent("eval", "run", "extraction")
    assert ran.code == Exit.OK, ran.text
    assert "Remarks (10 transcripts)" in ran.out and "rules" in ran.out
    assert agent("eval", "gate").code == GateExit.HARNESS_ERROR, "one arm is nothing to rule on"
    assert (report_of(tmp_path) / "report.md").is_file()


def test_run_puts_the_model_beside_plain_automation(agent: Inside, suite: Remarks, server: fake.FakeModelServer) -> None:
    ran = agent("eval", "run", "--repeats", "2", "--json")
    figures = json.loads(ran.out)
    assert [one["arm"]["name"] for one in figures["suites"][0]["arms"]] == ["rules", "model"]
    assert figures["suites"][0]["arms"][1]["runs"] == 20 and figures["ruling"] is None


def test_a_report_is_written_again_elsewhere(agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path) -> None:
    agent("eval", "compare", ".", "worse")
    assert agent("eval", "report", "--out", "elsewhere").code == Exit.OK
    assert sorted(path.name for path in (work / "elsewhere").iterdir()) == ["comparison.json", "report.html", "report.md"]
    assert agent("eval", "report", "no-such-run").code == Exit.REFUSED


def test_an_automatic_check_refuses_prompts_that_are_not_committed(
    agent: Inside, suite: Remarks, server: fake.FakeModelServer, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert "not under version control" in agent("eval", "compare", ".", "worse").err
    subprocess.run(["git", "init", "-q"], cwd=work, check=True)
    compared = agent("eval", "compare", ".", "worse")
    assert compared.code == Exit.CONFIGURATION and "not as committed" in compared.err


def test_the_gates_exit_codes_are_those_that_its_help_tells() -> None:
    assert {code.value for code in GateExit} == GATE_MEANINGS.keys()


def test_schemas_are_written_as_they_are_published(agent: Inside, work: Path) -> None:
    assert agent("eval", "schema", "--out", "schemas").code == Exit.OK
    for name, text in schema_files().items():
        assert (work / "schemas" / name).read_text(encoding="utf-8") == text
        assert (ROOT / "docs" / "schemas" / name).read_text(encoding="utf-8") == text, "run `make schema`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))
