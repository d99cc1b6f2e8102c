"""`assess`: does this case need AI? One description in, the verdict out."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from discovery_agent.cli.console import Output
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.assess import CaseAssessment, assess_description, assess_file, named_file
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, PivotalCriterion, Rating, RungReading
from discovery_agent.settings import Settings

_MARKS = {True: "[green]holds[/]", False: "[red]fails[/]", None: "[yellow]open[/]"}


def run_assess(text: str, *, as_json: bool) -> Exit:
    """Assess a description, or the one in a file.

    Raises:
        TranscriptError: there are no words to assess.
        DiscoveryError: a table, setting or the model is the reason.
    """
    given = sys.stdin.read() if text == "-" else named_file(text) or text
    bench = Workbench(Settings.load())

    async def work() -> CaseAssessment:
        try:
            return await (assess_file(given, bench) if isinstance(given, Path) else assess_description(given, bench))
        finally:
            await bench.aclose()

    assessment = asyncio.run(work())
    if as_json:
        # In ASCII, so that a console or pipe of any encoding takes it.
        sys.stdout.write(assessment.model_dump_json(indent=2, ensure_ascii=True) + "\n")
        return Exit.OK
    Console(stderr=True, highlight=False).print(bench.introduction, markup=False, soft_wrap=True)
    _print(assessment, Output(highlight=False, soft_wrap=True))
    return Exit.OK


def _print(assessment: CaseAssessment, console: Console) -> None:
    verdict = assessment.necessity
    console.print(f"[bold]{headline(verdict)}[/]")
    leader = next((rung for rung in verdict.ladder if rung.id == verdict.rung), None)
    if leader:
        console.print(escape(leader.means))
    console.print()
    console.print("[bold]The ladder[/], simplest first")
    for rung in verdict.ladder:
        _print_rung(rung, console, leads=rung.id == verdict.rung)
    for contradiction in verdict.contradictions:
        console.print(f"\n[bold]Contradiction:[/] {escape(contradiction.name)}")
        for side in contradiction.sides:
            then = side.solution.label if side.solution else "no verdict"
            console.print(f"  if {escape(side.means)}: {then} ({side.certainty.value})  {_proof(side.ratings)}")
    if verdict.pivotal:
        console.print("\n[bold]What would change the verdict[/], most decisive question first")
        for number, pivotal in enumerate(verdict.pivotal, start=1):
            console.print(f"  {number}. {escape(pivotal.question)}  [dim]({_outcomes(pivotal)})[/]")
    if assessment.readiness and assessment.readiness.gaps:
        console.print("\n[bold]Data: next requests[/]")
        for gap in assessment.readiness.gaps[:4]:
            console.print(f"  - {escape(gap.name)}: {escape(gap.next_step or '')}")


def _outcomes(pivotal: PivotalCriterion) -> str:
    outcomes = list(dict.fromkeys(solution.label if solution else "no rung suffices" for _, solution in pivotal.outcomes))
    return f"decides between {', '.join(outcomes)}" if len(outcomes) > 1 else "only together with another answer"


def headline(verdict: NecessityAssessment) -> str:
    """The verdict in a line."""
    if verdict.nothing_suffices:
        closest = "; ".join(rung.with_lacks for rung in verdict.closest[:2])
        return f"Open: nothing on the ladder suffices as things stand. Closest: {closest}."
    if verdict.solution is None:
        likeliest = max(verdict.ladder, key=lambda rung: rung.probability)
        name = likeliest.solution.label
        why = "people contradict each other on what decides" if verdict.hangs_on_a_contradiction else "too little is known to say"
        return f"Open: {why} whether AI is needed. Likeliest so far: {name} ({likeliest.probability:.0%})."
    need = "AI is needed" if verdict.ai_needed else "No AI is needed"
    name = verdict.solution.label
    if verdict.certainty is Certainty.SETTLED:
        return f"{need}: {name} (settled)."
    return f"{need}, as far as is known: {name} (leaning, {verdict.confidence:.0%})."


def _print_rung(rung: RungReading, console: Console, *, leads: bool) -> None:
    console.print(f"  {'->' if leads else '  '} {rung.label:<30} {_MARKS[rung.holds]}  [dim]{rung.probability:.0%}[/]")
    for condition in rung.lacking:
        console.print(f"        {escape(condition.lacks)}  {_proof(condition.ratings)}")


def _proof(ratings: tuple[Rating, ...]) -> str:
    quotes = dict.fromkeys(quote.text for rating in ratings for quote in rating.quotes)
    return " ".join(f"[dim]« {escape(text)} »[/]" for text in list(quotes)[:2])
