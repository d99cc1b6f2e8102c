"""A small suite for tests of the engine: each case is one remark, and its score says how many findings the arm proposes."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ModelError, ModelUnavailable, SpendLimitReached
from discovery_agent.evals.harness.arms import RULES, AnalystKind, Arm
from discovery_agent.evals.harness.metrics import Better, Metric, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.suite import CaseRef, Split
from tests.builders import conversation

TABLE = SuiteTable(
    suite=SuiteName.EXTRACTION,
    title="Remarks",
    unit="transcript",
    metrics=(
        Metric(name="found", title="Findings", primary=True, margin=0.5),
        Metric(name="false_facts", title="False facts", better=Better.LOWER, worst=1.0),
    ),
)

RULES_ARM = Arm(name=RULES, kind=AnalystKind.RULES)

GOAL = {
    "kind": "business_goal",
    "statement": "Claims are paid in five days",
    "quotes": [{"utterance": "u0", "text": "paid in five days"}],
    "confidence": 0.9,
    "stance": None,
    "kpi": None,
}


def model_arm(folder: Path, name: str = "head", prompts: str | Path = "prompts", model: str = "openai:gpt-4") -> Arm:
    """An arm that asks the fake server, with prompts as they are in the working tree or in a folder."""
    laid_out = lay_out(str(prompts), folder / f"prompts-{name}")
    return Arm(name=name, kind=AnalystKind.MODEL, model=model, prompts=laid_out)


@dataclass
class Remarks:
    """The suite. `before` is called with each run before it does anything."""

    count: int = 3
    before: Callable[[str, str, int], Awaitable[None]] | None = None
    started: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    swallows: bool = False
    """Whether it takes a failed call for a stretch that was not read, as a suite might."""
    name: SuiteName = SuiteName.EXTRACTION
    table: SuiteTable = TABLE

    def cases(self, split: Split) -> Sequence[CaseRef]:
        names = [f"remark-{number:04}" for number in range(self.count)]
        return [CaseRef(id=name, split=split, source=Path(name), digest=hashlib.sha256(name.encode()).hexdigest()) for name in names]

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        self.started.append((case.id, repeat))
        if self.before:
            await self.before(case.id, bench.analyst.name if bench.model else RULES, repeat)
        talk = conversation([("Ada", f"About {case.id}: we want claims paid in five days.")])
        found = 0
        if bench.model is not None:
            try:
                for window in bench.model.windows(talk):
                    found += len((await bench.model.extract(talk, window)).proposals)
            except (ModelError, SpendLimitReached):
                if not self.swallows:
                    raise
        return Attempt(scores={"found": found, "false_facts": 0.0}, notes=(Note(kind="found", text=case.id),))

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        return {}


async def unavailable_on_the_second(case: str, arm: str, repeat: int) -> None:
    """The model server fails on one case."""
    if case == "remark-0001" and arm != RULES:
        raise ModelUnavailable("The model server is busy or failing (status 503).", remedy="Try again later.")
