"""The figures of the verdict suite as tables, and as a plain object for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.evals.verdict import VerdictResult, VerdictScore


def print_verdicts(scores: Mapping[str, VerdictScore], results: Sequence[VerdictResult], console: Console, *, details: bool) -> None:
    """Arms side by side; then confusion and calibration of the analyst, which is the last of `scores`."""
    arms = Table(title=f"Verdicts, {len(results)} cases", title_justify="left")
    for column in ("arm", "class or acceptable", "expected cost", "AI where none is needed", "settled", "leaning", "open", "Brier"):
        arms.add_column(column, justify="left" if column == "arm" else "right")
    for name, one in scores.items():
        counts = [str(one.certainties.get(certainty, 0)) for certainty in ("settled", "leaning", "open")]
        arms.add_row(
            name,
            f"{one.accuracy:.2f}",
            f"{one.expected_cost:.2f}",
            f"{one.needless_ai} of {one.no_ai_cases}",
            *(counts if name != "majority class" else ["", "", ""]),
            f"{one.brier:.2f}",
        )
    console.print(arms)
    analyst = list(scores.values())[-1]
    console.print(_confusion(analyst))
    firm = ", ".join(f"{name} {share:.2f}" for name, share in sorted(analyst.accuracy_by_certainty.items()))
    console.print(f"Right by certainty: {firm}.")
    table = Table(title="Calibration", title_justify="left")
    for column in ("mean confidence", "share right", "cases"):
        table.add_column(column, justify="right")
    for confidence, share, count in analyst.calibration:
        table.add_row(f"{confidence:.2f}", f"{share:.2f}", str(count))
    console.print(table)
    for one in results:
        if one.error:
            console.print(f"[red]Failed[/], counted as wrong: {one.case.id}: {one.error}", highlight=False)
    if details:
        for one in results:
            if not one.right:
                said = one.said.value if one.said else "nothing"
                console.print(
                    f"[yellow]{one.case.id}[/]: {one.case.verdict.value}, said {said} ({one.certainty or 'error'})", highlight=False
                )
                console.print(f"    {one.case.text} {one.case.why}".rstrip(), markup=False, highlight=False)


def _confusion(one: VerdictScore) -> Table:
    classes = list(SolutionClass)
    table = Table(title="Truth (rows) and verdict (columns)", title_justify="left")
    table.add_column("")
    for said in classes:
        table.add_column(said.value.split("_")[0], justify="right")
    for truth in classes:
        if any(key[0] is truth for key in one.confusion):
            table.add_row(truth.value, *(str(one.confusion.get((truth, said), "")) for said in classes))
    return table


def figures(scores: Mapping[str, VerdictScore], results: Sequence[VerdictResult]) -> dict[str, object]:
    """The figures as JSON has them."""
    return {
        "suite": "verdict",
        "cases": [one.case.id for one in results],
        "arms": {
            name: {
                "accuracy": round(one.accuracy, 4),
                "expected_cost": round(one.expected_cost, 4),
                "needless_ai": [one.needless_ai, one.no_ai_cases],
                "certainties": one.certainties,
                "brier": round(one.brier, 4),
                "calibration": [[round(value, 4) for value in row] for row in one.calibration],
                "confusion": {
                    f"{truth.value} -> {said.value if said else 'error'}": count for (truth, said), count in one.confusion.items()
                },
            }
            for name, one in scores.items()
        },
        "wrong": [one.case.id for one in results if not one.right],
        "failed": {one.case.id: one.error for one in results if one.error},
    }
