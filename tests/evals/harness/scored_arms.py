"""Small experiments that are over: what each arm scored on each case, as outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.evals.harness.arms import RULES, AnalystKind, Arm
from discovery_agent.evals.harness.comparing import Experiment, compare
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.metrics import Better, Metric, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Note, Outcome, Spent

F1 = Metric(name="f1", title="F1 of goals", primary=True, margin=0.05)
TRAPS = Metric(name="traps", title="Findings on traps", better=Better.LOWER, worst=1.0)
COST = Metric(name="cost", title="Expected cost", better=Better.LOWER, worst=5.0, primary=True, margin=0.2)
EXTRACTION = SuiteTable(suite=SuiteName.EXTRACTION, title="Extraction", unit="transcript", metrics=(F1, TRAPS), slices=("domain",))
VERDICT = SuiteTable(suite=SuiteName.VERDICT, title="Verdict", unit="case", metrics=(COST,))

LEVELS = (0.71, 0.64, 0.8, 0.55, 0.62, 0.77, 0.69, 0.58, 0.66, 0.73, 0.6, 0.75)
"""F1 of twelve transcripts under the prompts as they are."""


@dataclass(frozen=True)
class Measured:
    """A suite that pools nothing but counts."""

    table: SuiteTable

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        return {"runs": len(outcomes), "found": sum(one.counts.get("found", 0) for one in outcomes)}


def arms(*names: str) -> tuple[Arm, ...]:
    return tuple(
        Arm(name=name, kind=AnalystKind.RULES if name == RULES else AnalystKind.MODEL, model=None if name == RULES else "openai:relay")
        for name in names
    )


def outcome(
    arm: str, case: str, scores: Mapping[str, float], repeat: int = 0, suite: SuiteName = SuiteName.EXTRACTION, **more: object
) -> Outcome:
    return Outcome.model_validate({"suite": suite, "arm": arm, "case": case, "repeat": repeat, "scores": scores, **more})


def failed(arm: str, case: str, repeat: int = 0) -> Outcome:
    scores = {metric.name: metric.worst for metric in EXTRACTION.metrics}
    return outcome(arm, case, scores, repeat, error="The reply was cut off.")


def extraction(arm: str, values: Iterable[float], repeat: int = 0, traps: float = 0.0) -> list[Outcome]:
    """One outcome a transcript: `t00`, `t01`, ..."""
    return [
        outcome(
            arm,
            f"t{at:02}",
            {"f1": value, "traps": traps},
            repeat,
            slices={"domain": "bank" if at % 3 else "bakery"},
            counts={"found": 4},
            notes=(Note(kind="missed", key=f"g{at}", text=f"{arm} missed goal {at}"),),
            billed=Spent() if arm == RULES else Spent(calls=2, input_tokens=900, output_tokens=80, cost_usd=0.01, seconds=1.0 + at),
        )
        for at, value in enumerate(values)
    ]


def experiment(*names: str, base: str | None = "base", head: str | None = "head", repeats: int = 1, seed: int = 0) -> Experiment:
    return Experiment(arms(*(names or ("base", "head"))), base, head, program="0.1.0", split="dev", repeats=repeats, seed=seed)


def compared(outcomes: Sequence[Outcome], of: Experiment | None = None, *tables: SuiteTable) -> Comparison:
    return compare(lambda: outcomes, [Measured(table) for table in tables or (EXTRACTION,)], of or experiment())


def two_arms(base: Iterable[float], gains: Iterable[float]) -> Comparison:
    """Extraction with `head` so much better than `base` on each transcript."""
    levels = list(base)
    return compared([*extraction("base", levels), *extraction("head", [one + gain for one, gain in zip(levels, gains, strict=True)])])
