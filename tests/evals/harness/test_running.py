"""The engine: every case counts, whatever goes wrong; a run that was cut off goes on where it was; nothing is spent twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError, HarnessError, ModelUnavailable
from discovery_agent.evals.harness.arms import RULES, Arm
from discovery_agent.evals.harness.comparison import CaseDifference, Comparison, SuiteComparison
from discovery_agent.evals.harness.design import CaseId, Design
from discovery_agent.evals.harness.journal import OUTCOMES, Journal
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.outcomes import Attempt, Outcome
from discovery_agent.evals.harness.running import Ran, failing, run_experiment
from discovery_agent.models.recordings import Mode, Recordings
from tests import fake_model_server as fake
from tests.evals.harness.experiments import GOAL, RULES_ARM, TABLE, Remarks, model_arm, unavailable_on_the_second
from tests.fake_model_server import FakeModelServer

ROOT = Path(__file__).parents[3]
REPLY = fake.answer({"findings": [GOAL]})


async def run(folder: Path, suite: Remarks, arms: Sequence[Arm], *, mode: Mode = Mode.OFF, repeats: int = 1, **more: object) -> Ran:
    design = Design.of(arms, [suite], repeats=repeats, mode=mode, recordings=folder / "recordings")
    recordings = Recordings(folder / "recordings", mode)
    return await run_experiment(design, [suite], folder / "results", recordings=recordings, **more)  # type: ignore[arg-type]


async def test_every_case_runs_under_every_arm_as_often_as_asked_and_comes_back_in_the_order_of_the_design(
    server: FakeModelServer, tmp_path: Path
) -> None:
    server.say(REPLY)
    ran = await run(tmp_path, Remarks(3), [RULES_ARM, model_arm(tmp_path)], repeats=2, jobs=5)
    outcomes = list(ran.outcomes())
    assert [(one.case, one.repeat, one.arm) for one in outcomes] == [
        (f"remark-{case:04}", repeat, arm) for case in range(3) for repeat in range(2) for arm in (RULES, "head")
    ]
    assert {one.arm: one.scores["found"] for one in outcomes} == {RULES: 0, "head": 1}
    assert (ran.total, ran.done, ran.failed, ran.problem) == (12, 12, 0, None)


async def test_what_a_case_took_is_told_for_each_run_alone(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}, usage=(100, 20)))
    ran = await run(tmp_path, Remarks(2), [RULES_ARM, model_arm(tmp_path)], repeats=2)
    for one in ran.outcomes():
        expected = (0, 0, 0.0) if one.arm == RULES else (1, 100, pytest.approx(0.0021))
        assert (one.billed.calls, one.billed.input_tokens, one.billed.cost_usd) == expected
        assert one.replayed.calls == 0
    assert (ran.billed.calls, len(server.requests)) == (4, 4)


async def test_the_ordinary_cache_of_replies_plays_no_part(
    server: FakeModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCOVERY_CACHE_DIR", str(tmp_path / "cache"))
    server.say(REPLY)
    arm = model_arm(tmp_path)
    await run(tmp_path / "one", Remarks(1), [arm])
    await run(tmp_path / "two", Remarks(1), [arm])
    assert len(server.requests) == 2
    assert not list((tmp_path / "cache").rglob("calls"))


async def test_a_case_that_raises_counts_with_the_worst_scores_and_says_why(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(REPLY)
    ran = await run(tmp_path, Remarks(3, before=unavailable_on_the_second), [RULES_ARM, model_arm(tmp_path)])
    (failed,) = [one for one in ran.outcomes() if one.error]
    assert (failed.arm, failed.case, dict(failed.scores)) == ("head", "remark-0001", {"found": 0.0, "false_facts": 1.0})
    assert "busy or failing" in (failed.error or "")
    assert (ran.total, ran.done, ran.failed, ran.problem) == (6, 6, 1, None)


async def test_an_error_that_nobody_raised_on_purpose_is_told_with_its_place(tmp_path: Path) -> None:
    async def breaks(case: str, arm: str, repeat: int) -> None:
        raise ZeroDivisionError("division by zero")

    ran = await run(tmp_path, Remarks(1, before=breaks), [RULES_ARM])
    (outcome,) = ran.outcomes()
    assert outcome.error is not None
    assert outcome.error.startswith("ZeroDivisionError: division by zero (test_running.py, line ")


async def test_a_figure_that_is_no_number_is_an_error_and_no_score(tmp_path: Path) -> None:
    class Undefined(Remarks):
        async def run(self, case: object, bench: object, repeat: int) -> Attempt:
            return Attempt(scores={"found": float("nan"), "false_facts": 0.0})

    (outcome,) = (await run(tmp_path, Undefined(1), [RULES_ARM])).outcomes()
    assert outcome.error and "found is nan" in outcome.error
    assert outcome.scores["found"] == 0.0


async def test_a_score_that_the_table_does_not_declare_stops_the_experiment(tmp_path: Path) -> None:
    class Undeclared(Remarks):
        async def run(self, case: object, bench: object, repeat: int) -> Attempt:
            return Attempt(scores={"charm": 1.0})

    with pytest.raises(HarnessError, match="does not declare: charm"):
        await run(tmp_path, Undeclared(2), [RULES_ARM])


async def test_a_finished_experiment_is_not_run_again_but_its_errors_are(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(REPLY)
    arms = [model_arm(tmp_path)]
    await run(tmp_path, Remarks(3, before=unavailable_on_the_second), arms)
    again = Remarks(3)
    ran = await run(tmp_path, again, arms)
    assert again.started == [("remark-0001", 0)]
    assert (ran.resumed, ran.done, [one.error for one in ran.outcomes()]) == (2, 1, [None, None, None])
    assert (await run(tmp_path, last := Remarks(3), arms)).resumed == 3 and not last.started


async def test_whatever_decides_the_outcomes_makes_another_experiment(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    text = (ROOT / "prompts" / "extract_findings.md").read_text(encoding="utf-8")
    (other / "extract_findings.md").write_text(text.replace("## User", "Be brief.\n\n## User"), encoding="utf-8")
    arm = model_arm(tmp_path)
    usual = Design.of([arm], [Remarks(2)])
    assert Design.of([model_arm(tmp_path / "elsewhere")], [Remarks(2)]).run_id == usual.run_id  # where prompts came from does not matter
    assert Design.of([arm.model_copy(update={"label": "relay"})], [Remarks(2)]).run_id == usual.run_id
    different = [
        Design.of([model_arm(tmp_path / "b", prompts=other)], [Remarks(2)]),
        Design.of([model_arm(tmp_path / "c", model="openai:gpt-4o")], [Remarks(2)]),
        Design.of([arm], [Remarks(3)]),
        Design.of([arm], [Remarks(2)], repeats=2),
        Design.of([arm], [Remarks(2)], mode=Mode.REPLAY, recordings=tmp_path),
        Design.of([arm], [Remarks(2)], only=[CaseId("extraction", "remark-0001")]),
    ]
    assert len({usual.run_id, *(one.run_id for one in different)}) == 7


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.running import run_experiment
from discovery_agent.models.recordings import Mode, Recordings
from tests.evals.harness.experiments import Remarks, model_arm

folder = Path(sys.argv[1])

async def dies_at_the_fifth(case, arm, repeat):
    if case == "remark-0004":
        with (folder / "results" / os.listdir(folder / "results")[0] / "outcomes.jsonl").open("a") as file:
            file.write('{"suite": "extraction", "arm": "he')  # as a write that was cut off
        os.kill(os.getpid(), signal.SIGKILL)

suite = Remarks(8, before=dies_at_the_fifth)
design = Design.of([model_arm(folder)], [suite])
asyncio.run(run_experiment(design, [suite], folder / "results", recordings=Recordings(folder / "recordings", Mode.OFF), jobs=1))
"""


async def test_a_run_that_is_killed_goes_on_where_it_was_and_repeats_no_finished_case(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(REPLY)
    died = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert len(server.requests) == 4
    ran = await run(tmp_path, suite := Remarks(8), [model_arm(tmp_path / "again")], jobs=1)
    assert [case for case, _ in suite.started] == [f"remark-{number:04}" for number in range(4, 8)]
    assert (ran.resumed, ran.done, len(server.requests)) == (4, 4, 8)
    assert [one.scores["found"] for one in ran.outcomes()] == [1.0] * 8
    assert all(json.loads(line) for line in (ran.folder / OUTCOMES).read_text(encoding="utf-8").splitlines())


async def test_two_processes_do_not_run_one_experiment_at_once(tmp_path: Path) -> None:
    folder = (await run(tmp_path, Remarks(1), [RULES_ARM])).folder
    with Journal(folder), pytest.raises(HarnessError, match="Another process"):
        await run(tmp_path, Remarks(1), [RULES_ARM])


@pytest.mark.parametrize("swallows", [False, True])
async def test_a_cap_on_cost_holds_while_many_run_at_once_and_what_it_stops_is_no_score(
    server: FakeModelServer, tmp_path: Path, swallows: bool
) -> None:
    # Each reply costs 0.2001 and may cost up to 0.8: with 0.2 spent the next one still has room below 1, with 0.4 none has.
    server.say(fake.answer({"findings": []}, usage=(100, 2000)))
    arms = [model_arm(tmp_path)]
    ran = await run(tmp_path, Remarks(12, swallows=swallows), arms, jobs=8, max_cost_usd=1.01)
    assert (ran.billed.calls, ran.billed.cost_usd) == (2, pytest.approx(0.4002))
    assert (ran.done, ran.failed, len(ran.unrun), len(list(ran.outcomes()))) == (2, 0, 10, 2)
    assert ran.problem is not None and "10 of 12 runs could not be made" in str(ran.problem) and "--max-cost" in str(ran.problem)
    rest = await run(tmp_path, Remarks(12), arms, jobs=8)
    assert (rest.resumed, rest.done, rest.problem) == (2, 10, None)


async def test_a_cap_stops_arms_with_a_model_and_no_others_and_names_each_case_once(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.answer({"findings": []}, usage=(100, 2000)))
    ran = await run(tmp_path, Remarks(12), [RULES_ARM, model_arm(tmp_path)], repeats=2, jobs=1, max_cost_usd=1.01)
    assert sum(one.arm == RULES for one in ran.outcomes()) == 24 and {one.key.arm for one in ran.unrun} == {"head"}
    message = str(ran.problem)
    assert message.count("The cap of USD 1.01") == 1 and "11 cases (remark-0001, " in message and message.count("remark-0001") == 1
    assert "Raise --max-cost" in message and "KEY" not in message


@pytest.mark.parametrize(("count", "counts"), [(3, True), (10, False)])
async def test_an_arm_whose_server_fails_more_than_now_and_then_is_not_measured(
    server: FakeModelServer, tmp_path: Path, count: int, counts: bool
) -> None:
    server.say(REPLY)
    arms = [RULES_ARM, model_arm(tmp_path)]
    ran = await run(tmp_path, Remarks(count, before=unavailable_on_the_second), arms)
    assert (ran.outage is not None) is counts
    if counts:
        assert "extraction, arm head: 1 of 3 runs" in str(ran.outage)
    assert (await run(tmp_path, Remarks(count), arms)).outage is None


async def test_a_key_that_is_turned_away_stops_the_experiment_and_is_no_score(server: FakeModelServer, tmp_path: Path) -> None:
    server.say(fake.status(401, kind="invalid_api_key"))
    ran = await run(tmp_path, Remarks(20, swallows=True), [RULES_ARM, model_arm(tmp_path)], jobs=2)
    assert len(server.requests) <= 2
    assert {one.key.arm for one in ran.unrun} == {"head"} and [one.arm for one in ran.outcomes()] == [RULES] * 20
    assert "does not accept the key" in str(ran.problem)
    assert "OPENAI_API_KEY" in (ran.problem.remedy or "") and "--max-cost" not in str(ran.problem) if ran.problem else False


async def test_a_missing_key_is_told_before_anything_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="no key for the model server"):
        await run(tmp_path, Remarks(2), [model_arm(tmp_path)])


async def test_a_full_disk_ends_the_run_and_what_was_written_stands(
    server: FakeModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(REPLY)
    add = Journal.add

    def full(self: Journal, outcome: Outcome) -> None:
        if outcome.case == "remark-0002":
            raise HarnessError("The results cannot be written: No space left on device.")
        add(self, outcome)

    arms = [model_arm(tmp_path)]
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add", full)
        with pytest.raises(HarnessError, match="No space left"):
            await run(tmp_path, Remarks(6), arms, jobs=1)
    assert len(server.requests) == 3  # the others did not begin
    assert (await run(tmp_path, Remarks(6), arms)).resumed == 2


def test_failing_cases_are_those_with_an_error_and_those_that_got_worse() -> None:
    def outcome(case: str, error: str | None = None) -> Outcome:
        return Outcome(suite=SuiteName.EXTRACTION, arm="head", case=case, repeat=0, scores={"found": 1}, error=error)

    def pair(case: str, base: float, head: float, false: float = 0.0) -> CaseDifference:
        return CaseDifference(case=case, base={"found": base, "false_facts": 0.0}, head={"found": head, "false_facts": false})

    cases = (pair("better", 1, 2), pair("same", 1, 1), pair("worse", 2, 1), pair("other figure", 1, 1, false=1.0))
    last = Comparison(
        base="base",
        head="head",
        suites=(SuiteComparison(suite=SuiteName.EXTRACTION, table=TABLE, arms=(), cases=cases),),
        program="1",
        split="dev",
        repeats=1,
    )
    found = failing([outcome("same"), outcome("broken", ModelUnavailable("It is busy.").what)], last)
    assert found == (CaseId("extraction", "broken"), CaseId("extraction", "worse"))
    assert failing([outcome("same")], None) == ()


async def test_an_experiment_can_be_limited_to_some_cases(tmp_path: Path) -> None:
    suite = Remarks(4)
    design = Design.of([RULES_ARM], [suite], only=[CaseId("extraction", "remark-0002")])
    ran = await run_experiment(design, [suite], tmp_path, recordings=Recordings(tmp_path / "r", Mode.OFF))
    assert (ran.total, suite.started) == (1, [("remark-0002", 0)])
