"""Turns exchanges that an OpenAI-compatible endpoint has recorded into recordings of the evaluation.

    python scripts/record_exchanges.py EXCHANGES --prompts FOLDER [--suite extraction] [--model openai:relay] [--label TEXT] [--repeats N]

EXCHANGES holds `{"request": ..., "reply": ...}` files. They are served on this machine, and each case of the suite is run against them as
against a model; what is asked and answered goes to evals/recordings. Cases whose requests are not among them are told, and not recorded.
A request that is recorded already keeps its reply: to add a second answer to the same requests, take over the first ones, and then the
second ones with `--repeats 2`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from discovery_agent.errors import DiscoveryError
from discovery_agent.evals.harness.arms import AnalystKind, Arm
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.exchanges import read_exchanges, served
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.running import Ran, run_experiment
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.evals.suites import suites_in
from discovery_agent.models.recordings import Mode, Recordings

ROOT = Path(__file__).parents[1] / "evals"
LABEL = "relay: replies written by people who played the model; latency says nothing"


async def record(exchanges: Path, suite: Suite, arm: Arm, into: Path, results: Path, repeats: int) -> Ran:
    """Run the suite against the exchanges and keep what they answer."""
    recordings = Recordings(into, Mode.RECORD, label=arm.label, speed=False)
    async with served(read_exchanges(exchanges)):
        design = Design.of([arm], [suite], repeats=repeats, mode=Mode.RECORD)
        return await run_experiment(design, [suite], results, recordings=recordings)


def main() -> None:
    """Record, and say what was and what was not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exchanges", type=Path)
    parser.add_argument("--prompts", required=True, help="folder of prompts, `.`, or a git revision: what asked")
    parser.add_argument("--suite", choices=[one.value for one in SuiteName], default="extraction")
    parser.add_argument("--model", default="openai:relay", help="as configured when the exchanges are replayed")
    parser.add_argument("--label", default=LABEL)
    parser.add_argument("--into", type=Path, default=ROOT / "recordings")
    parser.add_argument("--repeats", type=int, default=1, help="answers to each request, those that are recorded already included")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prompts = lay_out(options.prompts, Path(folder, "prompts"))
        arm = Arm(name="exchanges", kind=AnalystKind.MODEL, model=options.model, prompts=prompts, label=options.label)
        ran = asyncio.run(
            record(
                options.exchanges, suites_in(ROOT)[SuiteName(options.suite)], arm, options.into, Path(folder, "results"), options.repeats
            )
        )
        print(f"{len(ran.used)} recordings from {ran.total} cases; {ran.failed} cases without.")
        for outcome in ran.outcomes():
            if outcome.error:
                print(f"  {outcome.case}: {outcome.error}")
    sys.exit(0 if ran.used else 1)


if __name__ == "__main__":
    try:
        main()
    except DiscoveryError as error:
        sys.exit(f"Error: {error}")
