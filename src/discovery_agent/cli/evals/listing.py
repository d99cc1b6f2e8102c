"""`eval list`: what there is to measure, and what was measured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from discovery_agent.cli.evals.choosing import RECORDINGS, suites_of
from discovery_agent.cli.evals.results import Results, read_comparison
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import HarnessError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.design import DESIGN_FILE, Design
from discovery_agent.evals.harness.prompt_use import PROMPTS_OF
from discovery_agent.evals.harness.recording import recordings_in
from discovery_agent.evals.harness.suite import Split, Suite
from discovery_agent.settings import Settings

_SHOWN = 20


class PastRun(NamedTuple):
    """An experiment in the data folder."""

    id: str
    date: str
    title: str
    ruling: str


def run_list() -> Exit:
    """Print suites and past runs."""
    console = Output()
    console.say(("Suites", "bold"))
    for suite in suites_of(()):
        _print_suite(suite, console)
    console.print()
    results = Results.of(Settings.load())
    runs = past_runs(results)
    console.say(("Runs", "bold"), (f" in {results.folder}, the last one first", "dim"))
    for run in runs[:_SHOWN]:
        console.say(f"{run.id}  {run.date}  {run.ruling}: {run.title}")
    if len(runs) > _SHOWN:
        console.say((f"and {len(runs) - _SHOWN} more", "dim"))
    if not runs:
        console.say("None. `discovery-agent eval compare BASE HEAD` makes one.")
    return Exit.OK


def _print_suite(suite: Suite, console: Output) -> None:
    recorded = {(kept.recording.case, kept.recording.model) for kept in recordings_in(RECORDINGS, {suite.name.value}) if kept.recording}
    models = ", ".join(sorted({model for _, model in recorded}))
    kept = f"{len({case for case, _ in recorded})} recorded ({models})" if recorded else "nothing recorded"
    dev, held = (len(suite.cases(split)) for split in Split)
    prompts = sorted(PROMPTS_OF[suite.name])
    console.say((suite.name.value, "bold"), f": {suite.table.title}")
    console.say(f"{plural(dev, 'case')} to work with, {held} held back; {kept}", indent=2)
    console.say(f"prompts: {', '.join(prompts)}" if prompts else "no prompt", indent=2)


def past_runs(results: Results) -> list[PastRun]:
    """Every experiment of a folder, the last one first."""
    designs = sorted(results.folder.glob(f"*/{DESIGN_FILE}"), key=lambda path: (-path.stat().st_mtime, path.parent.name))
    return [_past(path) for path in designs]


def _past(path: Path) -> PastRun:
    folder = path.parent
    date = f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M}"
    try:
        design = Design.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return PastRun(folder.name, date, "of another version", "not readable")
    model_arms = [_arm(arm) for arm in design.arms if arm.prompts]
    title = f"{' → '.join(model_arms) or 'rules analyst'}; {', '.join(name.value for name in design.suites)}"
    try:
        ruling = read_comparison(folder).ruling
    except HarnessError:
        return PastRun(folder.name, date, title, "not finished")
    return PastRun(folder.name, date, title, ruling.value if ruling else "no ruling")


def _arm(arm: Arm) -> str:
    return arm.prompts.source if arm.prompts else arm.name
