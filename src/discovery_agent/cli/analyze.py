"""`analyze` and `demo`: from paths on the command line to a report on disk."""

from __future__ import annotations

import asyncio
import glob
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from discovery_agent.cli.assess import headline
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.analyse import analyse_engagement, read_conversations
from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import ConfigurationError, ExportError, TranscriptError
from discovery_agent.settings import Settings, data_folder
from discovery_agent.transcripts import load_stakeholders

# What editors, file managers and our own reports leave in a folder of transcripts.
_NO_TRANSCRIPTS = {"people.yaml", "people.yml", "stakeholders.yaml", "stakeholders.yml", "readme.md", "thumbs.db", "desktop.ini"}


def collect(paths: Sequence[str], out: Path) -> list[Path]:
    """Files behind the given files, folders and globs, each once, in a stable order.

    Raises:
        TranscriptError: a path does not exist, or a glob matches nothing.
    """
    found: dict[Path, Path] = {}
    for given in paths:
        try:
            inside = _behind(given, out.resolve())
        except OSError as error:
            raise TranscriptError(f"The path cannot be looked at: {error.strerror or error}.", where=given) from error
        for one in inside:
            found.setdefault(one.resolve(), one)
    return list(found.values())


def _behind(given: str, out: Path) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        inside = [one for one in sorted(path.rglob("*")) if _may_be_transcript(one, path, out)]
        if not inside:
            raise TranscriptError("The folder holds no file.", where=given, remedy="Put transcripts in it, or name another.")
        return inside
    if path.exists():
        return [path]
    inside = [one for one in map(Path, sorted(glob.glob(given, recursive=True))) if _may_be_transcript(one, one.parent, out)]
    if not inside:
        raise TranscriptError("There is no such file or folder.", where=given, remedy="Check the path; put globs in quotes.")
    return inside


def _may_be_transcript(path: Path, folder: Path, out: Path) -> bool:
    """Whether a file that nobody named itself is worth reading: neither hidden, nor a list of people, nor our own report."""
    return (
        path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        and path.name.lower() not in _NO_TRANSCRIPTS
        and out not in path.resolve().parents
    )


def _refuse_blocked(out: Path) -> None:
    """Say that the report cannot be written before anything is paid for, not after."""
    there = next((one for one in (out, *out.parents) if one.exists()), None)
    if there is not None and not there.is_dir():
        raise ExportError(f"The report cannot be written: {there} is a file.", where=str(out), remedy="Choose another folder with --out.")


def default_people(paths: Sequence[str]) -> Path | None:
    """A people.yaml that lies beside the transcripts, if only one folder was given."""
    folders = {Path(path) for path in paths if Path(path).is_dir()}
    if len(folders) != 1:
        return None
    folder = folders.pop()
    return next((folder / name for name in ("people.yaml", "people.yml") if (folder / name).is_file()), None)


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
) -> Exit:
    """Analyse and write the report; the exit code says whether anything is missing from it."""
    console = Console(stderr=True, highlight=False)
    settings = Settings.load(**({"max_cost_usd": max_cost} if max_cost is not None else {}))
    if not estimate_only:
        _refuse_blocked(out)
    found = collect(paths, out)
    people = stakeholders or default_people(paths)
    conversations, unreadable = read_conversations(found, load_stakeholders(people) if people else ())
    for bad in unreadable:
        console.print(f"Not read: {bad.source}: {bad.error} {bad.remedy or ''}".rstrip(), markup=False, soft_wrap=True)
    if not conversations:
        raise TranscriptError("No conversation could be read.", remedy="See the reasons above.")

    bench = Workbench(settings)
    if estimate_only:
        return _show_estimate(bench, conversations)
    if not quiet:
        console.print(bench.introduction, markup=False, soft_wrap=True)
    analysis = _analyse(conversations, unreadable, bench, settings, title or _title(paths, found), console if not quiet else None)
    report = write_report(analysis, out)
    if as_json:
        # In ASCII, so that a console or pipe of any encoding takes it.
        sys.stdout.write(analysis.model_dump_json(indent=2, ensure_ascii=True) + "\n")
    if not quiet:
        _summary(analysis, console)
        console.print(f"Report: {report.html}", markup=False, soft_wrap=True)
    return _exit_code(analysis)


def _analyse(
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
                )
            finally:
                await bench.aclose()

        return asyncio.run(work())


def _exit_code(analysis: EngagementAnalysis) -> Exit:
    failed = [one for one in analysis.conversations if one.failed_windows]
    nothing = all(not one.findings and not one.unverified for one in analysis.conversations)
    if failed and nothing:
        return Exit.MODEL
    return Exit.PARTLY if failed or analysis.unreadable else Exit.OK


def _title(paths: Sequence[str], found: Sequence[Path]) -> str:
    """The name of the folder or of the only file; for globs and several files, of the folder they lie in."""
    first = Path(paths[0]).resolve()
    name = first.name if first.is_dir() else (first.stem if len(found) == 1 else found[0].resolve().parent.name)
    return name.replace("_", " ").replace("-", " ").strip().capitalize() or "Engagement"


def _show_estimate(bench: Workbench, conversations: Sequence[Conversation]) -> Exit:
    print(bench.estimate(conversations))
    return Exit.OK


_NAMES = {FindingKind.KPI: "KPI"}


def _summary(analysis: EngagementAnalysis, console: Console) -> None:
    findings = [one for one in analysis.findings if one.kind is not FindingKind.CRITERION]
    facts = len(analysis.findings) - len(findings)
    counts = {kind: sum(one.kind is kind for one in findings) for kind in FindingKind}
    named = ", ".join(
        f"{count} {_NAMES.get(kind, kind.value.replace('_', ' '))}{'' if count == 1 else 's'}" for kind, count in counts.items() if count
    )
    console.print(
        f"{plural(len(analysis.conversations), 'conversation')}, {plural(len(findings), 'finding')}: {named or 'none'}; "
        f"{plural(facts, 'fact')} for the verdicts.",
        markup=False,
    )
    for goal in analysis.decisions.goals if analysis.decisions else ():
        console.print(f"{headline(goal.necessity)}  [{goal.statement}]", markup=False, soft_wrap=True)
    disputed = [node for node in analysis.goal_tree.kpis if node.disputed]
    for node in disputed:
        console.print(f"Disputed: {node.kpi.metric} ({', '.join(node.disputed)})", markup=False)
    if analysis.unverified:
        console.print(f"{len(analysis.unverified)} findings had no quote that holds; they are kept apart.", markup=False)
    for one in analysis.conversations:
        for failed in one.failed_windows:
            console.print(
                f"Failed: {one.conversation.title}, turns {failed.window.first + 1} to {failed.window.last + 1}: {failed.error} "
                f"{failed.remedy or ''} Run the same command again to retry it alone.",
                markup=False,
                soft_wrap=True,
            )


def run_demo(out: Path) -> Exit:
    """Analyse the sample engagement with the rules analyst and say where the report is."""
    samples = data_folder("samples")
    folders = sorted(folder for folder in samples.iterdir() if folder.is_dir())
    if not folders:
        raise ConfigurationError("The sample engagement is missing.", where=str(samples), remedy="Install the package again.")
    folder = folders[0]
    print("Sample engagement: three conversations of one organisation, invented for this project.")
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


__all__ = ["collect", "run_analyze", "run_demo"]
