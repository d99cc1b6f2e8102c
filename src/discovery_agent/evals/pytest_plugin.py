"""`pytest evals`: a test for each recorded case, with the replies that were recorded; no model is called.

A test fails if the case raises, if a reply is missing (it says what to record), or, with `--eval-base`, if a metric that decides lost more
than its margin on this case against the base prompts. One case decides nothing about a prompt: for that there is `eval compare`.

Use it elsewhere by `pytest_plugins = ["discovery_agent.evals.pytest_plugin"]` in a top `conftest.py`, and the fixtures below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from discovery_agent.evals.harness.arm_bench import ArmBench, CallSettings, rules_bench
from discovery_agent.evals.harness.arms import AnalystKind, Arm
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.outcomes import Attempt
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.recording import FOLDER, recordings_in
from discovery_agent.evals.harness.replayed_model import default_model
from discovery_agent.evals.harness.suite import CaseRef, Split, Suite
from discovery_agent.evals.suites import SUITES
from discovery_agent.models.budget import Budget
from discovery_agent.models.recordings import Mode, Place, Recordings, record_command


class RecordedCase(NamedTuple):
    """A case of which replies are recorded."""

    suite: Suite
    case: CaseRef
    model: str


_NOTHING_RECORDED = pytest.StashKey[bool]()

Replay = Callable[[RecordedCase, str], Attempt]
"""Runs a case with the prompts of a revision or folder."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `pytest evals`."""
    group = parser.getgroup("eval", "evaluation of prompts on recorded cases")
    group.addoption("--eval-prompts", default=".", metavar="PROMPTS", help="prompts under test: a revision, a folder, or the working tree")
    group.addoption("--eval-base", default=None, metavar="PROMPTS", help="prompts to measure against, case by case")
    group.addoption("--eval-suite", action="append", default=[], metavar="SUITE", help="only this suite; may be repeated")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "eval: replays a case of the evaluation; deselect with -m 'not eval'")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each recorded case."""
    if "recorded_case" in metafunc.fixturenames:
        cases = recorded_cases(metafunc.config.rootpath / "evals", metafunc.config.getoption("--eval-suite") or [])
        if not cases:
            metafunc.config.stash[_NOTHING_RECORDED] = True
        metafunc.parametrize("recorded_case", cases, ids=[f"{one.suite.name.value}/{one.case.id}" for one in cases], scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Where there was nothing to test, say what makes something."""
    if config.stash.get(_NOTHING_RECORDED, False):
        suites = " ".join(config.getoption("--eval-suite") or [])
        terminalreporter.write_line(f"No case is recorded, so nothing was tested. {record_command(suites).replace(' `', '`')}")


def recorded_cases(root: Path, suites: list[str]) -> list[RecordedCase]:
    """The cases below `evals` that have recordings, in the order of the suites; of several models the declared one's, else the first by name."""
    declared = default_model(root / FOLDER.name)
    models: dict[tuple[str, str], str] = {}
    for kept in recordings_in(root / FOLDER.name):
        if kept.recording is not None:
            case, model = (kept.recording.suite, kept.recording.case), kept.recording.model
            models[case] = declared if declared and declared in (model, models.get(case)) else min(model, models.get(case, model))
    found: list[RecordedCase] = []
    for name in SuiteName:
        if any(suite == name.value for suite, _ in models) and (not suites or name.value in suites):
            suite = SUITES[name](root)
            refs = [ref for split in Split for ref in suite.cases(split)]
            found += [RecordedCase(suite, ref, models[name.value, ref.id]) for ref in refs if (name.value, ref.id) in models]
    return found


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Replay:
    """Runs a recorded case; fails the test where a reply is missing, or the case raises."""
    shared = rules_bench()
    recordings = Recordings(pytestconfig.rootpath / FOLDER, Mode.REPLAY)
    arms: dict[tuple[str, str], ArmBench] = {}

    def run(case: RecordedCase, prompts: str) -> Attempt:
        if (prompts, case.model) not in arms:
            laid = lay_out(prompts, tmp_path_factory.mktemp("prompts") / "prompts", start=pytestconfig.rootpath)
            arm = Arm(name=prompts, kind=AnalystKind.MODEL, model=case.model, prompts=laid)
            arms[prompts, case.model] = ArmBench(arm, CallSettings(), shared, recordings, Budget(None))
        bench = arms[prompts, case.model].of(Place(case.suite.name.value, case.case.id))
        error: Exception | None = None
        attempt = Attempt(scores={})
        try:
            attempt = asyncio.run(case.suite.run(case.case, bench.bench, 0))
        except Exception as raised:
            error = raised
        if bench.missing:
            lacks = bench.missing[0]
            pytest.fail(f"prompt `{lacks.prompt}`: {lacks.why}. {record_command(case.suite.name.value)}", pytrace=False)
        if error is not None:
            raise error
        return attempt

    return run


@pytest.fixture
def replayed(
    recorded_case: RecordedCase, replay: Replay, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> Attempt:
    """The case under the prompts of `--eval-prompts`; its scores go into the report of the tests (`--junitxml`)."""
    attempt = replay(recorded_case, str(pytestconfig.getoption("--eval-prompts")))
    for name, value in attempt.scores.items():
        record_property(name, round(value, 4))
    return attempt


@pytest.fixture
def base_scores(recorded_case: RecordedCase, replay: Replay, pytestconfig: pytest.Config) -> Mapping[str, float]:
    """The scores of the case under the prompts of `--eval-base`; none without them."""
    base = pytestconfig.getoption("--eval-base")
    return replay(recorded_case, base).scores if base else {}


def losses(case: RecordedCase, base: Mapping[str, float], head: Mapping[str, float]) -> list[str]:
    """The metrics that decide on which head lost more than the margin, in words."""
    return [
        f"{metric.title}: {base[metric.name]:.3f} → {head[metric.name]:.3f}"
        for metric in case.suite.table.primary
        if metric.name in base and metric.name in head and metric.gain(base[metric.name], head[metric.name]) < -(metric.margin or 0.0)
    ]
