"""Adds case scores up and prints them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from discovery_agent.discovery.report.wording import KIND_LABELS
from discovery_agent.domain.findings import FindingKind
from discovery_agent.evals.extraction import SCORED_FIELDS, CaseScore, KindScore


def total(scores: Sequence[KindScore]) -> KindScore:
    """Counts added up over cases."""
    return KindScore(sum(one.found for one in scores), sum(one.missed for one in scores), sum(one.wrong for one in scores))


def _row(name: str, score: KindScore) -> list[str]:
    return [
        name,
        str(score.found + score.missed),
        str(score.found + score.wrong),
        f"{score.precision:.2f}",
        f"{score.recall:.2f}",
        f"{score.f1:.2f}",
    ]


def print_scores(scores: Sequence[CaseScore], console: Console, *, details: bool = False) -> None:
    """The tables of one run: kinds, KPI fields, grounding and traps."""
    kinds = Table(title=f"Findings, {len(scores)} transcripts", title_justify="left")
    for column in ("kind", "gold", "found", "precision", "recall", "F1"):
        kinds.add_column(column, justify="left" if column == "kind" else "right")
    for kind in FindingKind:
        score = total([one.kinds[kind] for one in scores])
        if score.found + score.missed + score.wrong:
            kinds.add_row(*_row(kind.value, score))
    kinds.add_section()
    kinds.add_row(*_row("goals, either kind", total([one.goals_any for one in scores])))
    kinds.add_row(*_row("all kinds", total([score for one in scores for score in one.kinds.values()])))
    console.print(kinds)

    fields = Table(title="KPI fields of the KPIs found", title_justify="left")
    fields.add_column("field")
    fields.add_column("right", justify="right")
    fields.add_column("accuracy", justify="right")
    for name in SCORED_FIELDS:
        right = sum(one.fields[name][0] for one in scores)
        scored = sum(one.fields[name][1] for one in scores)
        fields.add_row(name, f"{right}/{scored}", f"{right / scored:.2f}" if scored else "-")
    console.print(fields)

    predicted = sum(one.predicted for one in scores)
    traps = [reason for one in scores for reason, _ in one.on_traps]
    quotes = sum(one.exact + one.normalised for one in scores)
    unverified = sum(one.unverified for one in scores)
    console.print(
        f"Quotes: {quotes} grounded ({sum(one.exact for one in scores)} exact), {unverified} findings unverified.\n"
        f"False facts (findings that rest on a trap): {len(traps)} of {predicted} findings "
        f"({100 * len(traps) / predicted if predicted else 0:.1f} %)"
        + (": " + ", ".join(f"{reason} {traps.count(reason)}" for reason in sorted(set(traps))) if traps else "")
        + "."
    )
    for one in scores:
        for reason in one.failed_windows:
            console.print(f"[red]Not read[/]: a stretch of {one.case_id}. {reason} What it holds counts as missed.", highlight=False)
    if details:
        _print_details(scores, console)


def _print_details(scores: Sequence[CaseScore], console: Console) -> None:
    for one in scores:
        console.rule(one.case_id)
        for gold in one.missed:
            console.print(f"[yellow]missed[/] {KIND_LABELS[gold.kind][0]}: {gold.statement}", highlight=False)
            console.print(f"       « {' | '.join(gold.quotes)} »", markup=False, highlight=False)
        for finding in one.wrong:
            console.print(f"[red]extra[/] {KIND_LABELS[finding.kind][0]}: ", end="")
            console.print(f"{finding.statement}", markup=False, highlight=False)
            console.print(f"       « {' | '.join(quote.text for quote in finding.quotes)} »", markup=False, highlight=False)
        for reason, finding in one.on_traps:
            console.print(f"[red]trap ({reason})[/] {KIND_LABELS[finding.kind][0]}: ", end="")
            console.print(finding.statement, markup=False, highlight=False)
        for error in one.field_errors:
            console.print(f"field  {error}", markup=False, highlight=False)
