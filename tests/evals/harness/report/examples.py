"""Comparisons as an experiment gives them, made by the harness's own statistics from a few outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from discovery_agent.evals.harness.arms import AnalystKind, Arm, Prompts
from discovery_agent.evals.harness.comparing import Experiment, compare
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.metrics import Better, Metric, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Note, Outcome, Span, Spent

TABLE = SuiteTable(
    suite=SuiteName.EXTRACTION,
    title="Extraction",
    unit="transcript",
    metrics=(
        Metric(name="f1", title="F1 of goals", primary=True, margin=0.05),
        Metric(name="grounded", title="Share of quotes grounded", primary=True, margin=0.03),
        Metric(name="false_facts", title="False facts", better=Better.LOWER, worst=1.0),
    ),
    slices=("domain", "format"),
)

TEXT = "Ada: We want claims paid within five days by June.\nBen: It takes nine days today.\nAda: Half of that is waiting for papers.\n"
CURRENT = "---\nname: extract_findings\n---\nGive every finding.\nQuote it word for word.\n"


class Suite:
    """What comparing asks of a suite."""

    def __init__(self, table: SuiteTable = TABLE) -> None:
        self.table = table

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Pooled figures."""
        return {"runs": len(outcomes)}


def arms(folder: Path, *, changed: str = "Give the five main findings.\nQuote it word for word.\n", label: str = "") -> tuple[Arm, ...]:
    """Plain automation, base, and head with a changed prompt laid out in `folder`."""
    texts = {"base": CURRENT, "head": CURRENT.replace("Give every finding.\nQuote it word for word.\n", changed)}
    made = [Arm(name="rules", kind=AnalystKind.RULES)]
    for name, text in texts.items():
        laid = folder / name
        laid.mkdir(parents=True, exist_ok=True)
        (laid / "extract_findings.md").write_text(text, encoding="utf-8")
        hashes = {"extract_findings": f"{hash(text) & 0xFFFFFFFFFFFF:012x}" + "0" * 20, "ask_question": "a1" * 16}
        made.append(
            Arm(
                name=name,
                kind=AnalystKind.MODEL,
                model="openai:relay",
                prompts=Prompts(folder=laid, source=f"revision {name} (commit 0123456789ab)", hashes=hashes),
                label=label,
            )
        )
    return tuple(made)


def outcome(
    arm: str, number: int, f1: float, *, error: str | None = None, text: str = "Claims paid within five days", id: str = ""
) -> Outcome:
    """One case under one arm; the better its score, the more it noted."""
    case = id or f"case-{number:02}"
    found = Note(
        kind="found" if f1 > 0.4 else "missed",
        text=text,
        key="g1",
        spans=(Span(text="We want claims paid within five days by June.", where="Ada, 1"),),
    )
    wrong = Note(kind="wrong", text=f"Nine days is a target ({arm})", spans=(Span(text="nine days today", where="Ben, 2"),))
    calls = Spent(calls=1, input_tokens=2000, output_tokens=400, cost_usd=0.01, seconds=4.0) if arm != "rules" else Spent()
    return Outcome(
        suite=SuiteName.EXTRACTION,
        arm=arm,
        case=case,
        repeat=0,
        scores={"f1": 0.0, "grounded": 0.0, "false_facts": 1.0} if error else {"f1": f1, "grounded": 0.97, "false_facts": 0.04},
        slices={"domain": ("claims", "retail", "public")[number % 3], "format": ("vtt", "text")[number % 2]},
        notes=() if error else (found, wrong),
        error=error,
        replayed=calls,
        seconds=1.0,
    )


def comparison(
    folder: Path,
    loss: float = 0.18,
    *,
    cases: int = 12,
    spread: float = 0.04,
    head_error: str | None = None,
    label: str = "",
    text: str = TEXT,
    note: str = "Claims paid within five days",
    id: str = "",
    with_notes: int = 25,
) -> Comparison:
    """Base against head, which is `loss` worse, give or take `spread`, on so many transcripts."""
    outcomes: list[Outcome] = []
    for number in range(cases):
        base = 0.55 + 0.03 * (number % 5)
        wobble = spread * ((number * 7) % 5 - 2) / 2
        name = f"{id}{number}" if id else ""
        outcomes += [
            outcome("rules", number, 0.45, text=note, id=name),
            outcome("base", number, base, text=note, id=name),
            outcome("head", number, max(0.0, base - loss + wobble), text=note, error=head_error if number == 0 else None, id=name),
        ]
    experiment = Experiment(arms=arms(folder, label=label), base="base", head="head", program="0.1.0", split="dev", repeats=1)
    return compare(lambda: iter(outcomes), [Suite()], experiment, text=lambda suite, case: text, with_notes=with_notes)
