"""The figures of the retrieval suite as tables, and as a plain object for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from discovery_agent.evals.retrieval import ARMS, DEPTH, CaseResult, difference, means

_NAMES = {"words": "keywords alone", "meaning": "vectors alone", "fused": "fused"}


def print_retrieval(results: Sequence[CaseResult], console: Console, *, details: bool) -> None:
    """Arms side by side, over all and slice by slice; then how sure the gain of fusing is."""
    table = Table(title=f"Retrieval, {len(results)} questions", title_justify="left")
    table.add_column("slice")
    table.add_column("questions", justify="right")
    for arm in ARMS:
        table.add_column(f"{_NAMES[arm]}\nrecall@{DEPTH}", justify="right")
        table.add_column("\nMRR", justify="right")
    for name, part in _slices(results).items():
        figures = [f"{value:.2f}" for score in means(part).values() for value in (score.recall, score.reciprocal_rank)]
        table.add_row(name, str(len(part)), *figures)
    console.print(table)
    for other in ("words", "meaning"):
        recall = difference(results, other, lambda one: one.recall)
        rank = difference(results, other, lambda one: one.reciprocal_rank)
        console.print(
            f"Fused less {_NAMES[other]}: recall@{DEPTH} {recall.mean:+.3f} (95 % interval {recall.low:+.3f} to {recall.high:+.3f}, "
            f"p {recall.p:.3f}), MRR {rank.mean:+.3f} ({rank.low:+.3f} to {rank.high:+.3f}, p {rank.p:.3f}).",
            soft_wrap=True,
        )
    if details:
        for one in results:
            if one.recall["fused"] < 1:
                console.print(f"\n{one.case.id} ({one.case.slice}): {one.case.question}", markup=False, soft_wrap=True)
                console.print(f"  wanted {_named(sorted(one.case.answers))}", markup=False, soft_wrap=True)
                console.print(f"  found  {_named(one.first['fused'])}", markup=False, soft_wrap=True)


def _named(answers: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{page} # {heading}" if heading else page for page, heading in answers) or "nothing"


def _slices(results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    names = dict.fromkeys(one.case.slice for one in results)
    parts = {name: [one for one in results if one.case.slice == name] for name in names} if len(names) > 1 else {}
    return {"all": list(results), **parts}


def figures(results: Sequence[CaseResult]) -> dict[str, object]:
    """Everything that the tables show."""
    return {
        "suite": "retrieval",
        "slices": {name: {arm: asdict(score) for arm, score in means(part).items()} for name, part in _slices(results).items()},
        "fused_less": {
            other: {
                "recall": asdict(difference(results, other, lambda one: one.recall)),
                "reciprocal_rank": asdict(difference(results, other, lambda one: one.reciprocal_rank)),
            }
            for other in ("words", "meaning")
        },
        "cases": [
            {"id": one.case.id, "slice": one.case.slice, "recall": one.recall, "reciprocal_rank": one.reciprocal_rank} for one in results
        ],
    }
