"""`assess`: does this case need AI? One description in, the verdict out."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.assess import CaseAssessment, assess_description
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, Rating, RungReading
from discovery_agent.errors import EmptyTranscript
from discovery_agent.settings import Settings

# A file name is short and on one line; everything else is the description itself.
_LONGEST_NAME = 240
_MARKS = {True: "[green]holds[/]", False: "[red]fails[/]", None: "[yellow]open[/]"}


def run_assess(text: str, *, as_json: bool) -> Exit:
    """Assess a description, or the one in a file.

    Raises:
        EmptyTranscript: there are no words to assess.
        DiscoveryError: a table, setting or the model is the reason.
    """
    description = _description(text)
    bench = Workbench(Settings.load())

    async def work() -> CaseAssessment:
        try:
            return await assess_description(description, bench)
        finally:
            await bench.aclose()

    assessment = asyncio.run(work())
    if as_json:
        # In ASCII, so that a console or pipe of any encoding takes it.
        sys.stdout.write(assessment.model_dump_json(indent=2, ensure_ascii=True) + "\n")
        return Exit.OK
    Console(stderr=True, highlight=False).print(bench.introduction, markup=False, soft_wrap=True)
    _print(assessment, Console(highlight=False))
    return Exit.OK


def _description(text: str) -> str:
    """The text of a file if `text` names one, else `text` itself; `-` reads standard input."""
    if text == "-":
        return sys.stdin.read()
    if len(text) <= _LONGEST_NAME and "\n" not in text:
        path = Path(text)
        try:
            if path.is_file():
                return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise EmptyTranscript("The file is no text in UTF-8.", where=text, remedy="Save it as UTF-8, or paste the text.") from error
        except OSError as error:
            raise EmptyTranscript(f"The file cannot be read: {error.strerror}.", where=text) from error
        if path.suffix and " " not in text:
            raise EmptyTranscript("There is no such file.", where=text, remedy="Give a file, or the description itself in quotes.")
    return text


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
            then = side.solution.value.replace("_", " ") if side.solution else "no verdict"
            console.print(f"  if {escape(side.means)}: {then} ({side.certainty.value})  {_proof(side.ratings)}")
    if verdict.pivotal:
        console.print("\n[bold]What would change the verdict[/], most decisive question first")
        for number, pivotal in enumerate(verdict.pivotal, start=1):
            outcomes = dict.fromkeys(solution.value.replace("_", " ") if solution else "none" for _, solution in pivotal.outcomes)
            console.print(f"  {number}. {escape(pivotal.question)}  [dim]({', '.join(outcomes)})[/]")
    if assessment.readiness and assessment.readiness.gaps:
        console.print("\n[bold]Data: next requests[/]")
        for gap in assessment.readiness.gaps[:4]:
            console.print(f"  - {escape(gap.name)}: {escape(gap.next_step or '')}")


def headline(verdict: NecessityAssessment) -> str:
    """The verdict in a line."""
    if verdict.solution is None:
        likeliest = max(verdict.ladder, key=lambda rung: rung.probability)
        name = likeliest.solution.value.replace("_", " ")
        return f"Open: too little is known to say whether AI is needed. Likeliest so far: {name} ({likeliest.probability:.0%})."
    need = "AI is needed" if verdict.ai_needed else "No AI is needed"
    name = verdict.solution.value.replace("_", " ")
    if verdict.certainty is Certainty.SETTLED:
        return f"{need}: {name} (settled)."
    return f"{need}, as far as is known: {name} (leaning, {verdict.confidence:.0%})."


def _print_rung(rung: RungReading, console: Console, *, leads: bool) -> None:
    name = rung.id.replace("_", " ")
    console.print(f"  {'->' if leads else '  '} {name:<26} {_MARKS[rung.holds]}  [dim]{rung.probability:.0%}[/]")
    for condition in rung.lacking:
        console.print(f"        {escape(condition.lacks)}  {_proof(condition.ratings)}")


def _proof(ratings: tuple[Rating, ...]) -> str:
    quotes = dict.fromkeys(quote.text for rating in ratings for quote in rating.quotes)
    return " ".join(f"[dim]« {escape(text)} »[/]" for text in list(quotes)[:2])
