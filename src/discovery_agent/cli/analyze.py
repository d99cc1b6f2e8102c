"""`analyze` and `demo`: from paths on the command line to a report on disk."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.inputs import about_people, collect, people_beside
from discovery_agent.cli.summary import print_summary
from discovery_agent.discovery.analyse import analyse_engagement, read_conversations
from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.results import EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.errors import ConfigurationError, ExportError, TranscriptError
from discovery_agent.settings import Settings, data_folder
from discovery_agent.transcripts import load_stakeholders


def refuse_blocked(out: Path) -> None:
    """Say that the report cannot be written before anything is paid for, not after."""
    there = next((one for one in (out, *out.parents) if one.exists()), None)
    if there is not None and not there.is_dir():
        raise ExportError(f"The report cannot be written: {there} is a file.", where=str(out), remedy="Choose another folder with --out.")


def run_analyze(
    paths: Sequence[str],
    out: Path,
    *,
    title: str | None,
    stakeholders: Path | None,
    as_json: bool,
    estimate_only: bool,
    max_cost: float | None,
    quiet: bool,
    engagement: str | None = None,
) -> Exit:
    """Analyse and write the report; the exit code says whether anything is missing from it."""
    console = Console(stderr=True, highlight=False)
    settings = Settings.load(**({"max_cost_usd": max_cost} if max_cost is not None else {}))
    if not estimate_only:
        refuse_blocked(out)
    found, missing = collect(paths, out)
    people = stakeholders or people_beside(paths, found)
    listed = load_stakeholders(people) if people else ()
    conversations, unreadable = read_conversations(found, listed)
    unreadable = [*missing, *unreadable]
    for bad in unreadable:
        console.print(f"Not read: {bad.source}: {bad.error} {bad.remedy or ''}".rstrip(), markup=False, soft_wrap=True)
    if not conversations:
        raise TranscriptError("No conversation could be read.", remedy="See the reasons above.")

    bench = Workbench(settings, engagement=engagement)
    if engagement is not None:
        bench.knowledge.require_documents(engagement)
    if estimate_only:
        return _show_estimate(bench, conversations, as_json=as_json)
    if not quiet:
        for line in (bench.introduction, *about_people(people, listed, conversations)):
            console.print(line, markup=False, soft_wrap=True)
        if max_cost is not None and settings.model is None:
            console.print("--max-cost has no effect: nothing is paid for without a language model.")
    analysis = analyse_shown(conversations, unreadable, bench, settings, title or title_of(paths, found), console if not quiet else None)
    report = write_report(analysis, out)
    if as_json:
        # In ASCII, so that a console or pipe of any encoding takes it.
        sys.stdout.write(analysis.model_dump_json(indent=2, ensure_ascii=True) + "\n")
    if not quiet:
        print_summary(analysis, console)
        console.print(f"Report: {report.html}", markup=False, soft_wrap=True)
    return how_it_ended(analysis)


def analyse_shown(
    conversations: Sequence[Conversation],
    unreadable: Sequence[UnreadableFile],
    bench: Workbench,
    settings: Settings,
    title: str,
    console: Console | None,
) -> EngagementAnalysis:
    """Run the analysis behind a progress bar, which only a terminal sees."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=console is None or not console.is_terminal,
        transient=True,
    ) as bars:
        bar = bars.add_task("Reading conversations", total=len(conversations))
        seen: dict[str, tuple[int, int]] = {}

        def progress(conversation: str, done: int, of: int) -> None:
            seen[conversation] = (done, of)
            windows = sum(all_ for _, all_ in seen.values())
            bars.update(bar, total=max(len(conversations), windows), completed=sum(done for done, _ in seen.values()))

        async def work() -> EngagementAnalysis:
            try:
                return await analyse_engagement(
                    conversations,
                    bench.analyst,
                    title=title,
                    similarity_of=bench.similarity_of,
                    concurrency=settings.concurrency,
                    unreadable=unreadable,
                    progress=progress,
                    tables=bench.tables,
                    expect=bench.expect,
                    advise=bench.advise,
                )
            finally:
                await bench.aclose()

        return asyncio.run(work())


def how_it_ended(analysis: EngagementAnalysis) -> Exit:
    """The exit code that says whether anything is missing from an analysis."""
    failed = [one for one in analysis.conversations if one.failed_windows]
    nothing = all(not one.findings and not one.unverified for one in analysis.conversations)
    if failed and nothing:
        return Exit.MODEL
    return Exit.PARTLY if failed or analysis.unreadable else Exit.OK


def title_of(paths: Sequence[str], found: Sequence[Path]) -> str:
    """The name of the folder or of the only file; for globs and several files, of the folder they lie in."""
    first = Path(paths[0]).resolve()
    name = first.name if first.is_dir() else (first.stem if len(found) == 1 else found[0].resolve().parent.name)
    return name.replace("_", " ").replace("-", " ").strip().capitalize() or "Engagement"


def _show_estimate(bench: Workbench, conversations: Sequence[Conversation], *, as_json: bool) -> Exit:
    estimate = bench.estimate(conversations)
    if as_json:
        print(json.dumps(estimate.model_dump(mode="json") if estimate else {"calls": 0, "cost_usd": 0.0}, indent=2))
    else:
        print(estimate.describe() if estimate else "The rules analyst calls no language model: 0 calls, 0 tokens, no cost.")
    return Exit.OK


def run_demo(out: Path) -> Exit:
    """Analyse the sample engagement with the rules analyst and say where the report is."""
    samples = data_folder("samples")
    folders = sorted(folder for folder in samples.iterdir() if folder.is_dir())
    if not folders:
        raise ConfigurationError("The sample engagement is missing.", where=str(samples), remedy="Install the package again.")
    folder = folders[0]
    if folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    print("Sample engagement: four conversations of one organisation, invented for this project.")
    return run_analyze(
        [str(folder)],
        out,
        title=folder.name.replace("-", " ").capitalize(),
        stakeholders=None,
        as_json=False,
        estimate_only=False,
        max_cost=None,
        quiet=False,
    )


__all__ = ["analyse_shown", "how_it_ended", "refuse_blocked", "run_analyze", "run_demo", "title_of"]
