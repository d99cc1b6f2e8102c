"""`analyze` and `demo`: from paths on the command line to a report on disk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from discovery_agent.analysts.protocol import Reader
from discovery_agent.cli.batch_summary import print_batch_summary
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.inputs import about_people
from discovery_agent.cli.output import say_on
from discovery_agent.cli.progress import PUTTING_TOGETHER, batch_progress
from discovery_agent.cli.stopping import ends_as_by_ctrl_c, leave_soon, run_until_stopped
from discovery_agent.cli.summary import print_summary
from discovery_agent.discovery.batch.concluding import concluded, kept_analyses
from discovery_agent.discovery.batch.journal import Journal
from discovery_agent.discovery.batch.keys import reader_mark
from discovery_agent.discovery.batch.material import Material
from discovery_agent.discovery.batch.running import BatchRun
from discovery_agent.discovery.files_read import Twin, read_each
from discovery_agent.discovery.given_files import analyse_given, collect, left_out, people_beside, title_of
from discovery_agent.discovery.report import ReportFiles, write_report
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import BatchAnalysis, EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import ConfigurationError, ExportError, InvalidRequest, TranscriptError
from discovery_agent.files.encoding import whole_letters
from discovery_agent.settings import Settings, data_folder
from discovery_agent.transcripts import load_stakeholders

PLACES = ("conversations", "pages", "report.html", "report.md", "report.json")
"""Folders and files of a report, in its folder."""
POOL_FROM = 48
"""From so many files on, starting processes to read without a model pays where there are several cores."""

_NOT_ASCII = re.compile("[^\x00-\x7f]")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse_blocked(out: Path) -> None:
    """Say that the report cannot be written before anything is paid for, not after."""
    there = next((one for one in (out, *out.parents) if one.exists()), None)
    if there is not None and not there.is_dir():
        raise ExportError(f"The report cannot be written: {there} is a file.", where=str(out), remedy="Choose another folder with --out.")


def refuse_own_place(found: Iterable[Path], out: Path) -> None:
    """Refuse a folder for the report in which its files would be written over what is to be read."""
    here = out.resolve()
    for path in found:
        inside = path.resolve()
        if inside.is_relative_to(here) and inside.relative_to(here).parts[0] in PLACES:
            raise InvalidRequest(
                f"The report would be written over {path}.", where=str(out), remedy="Choose another folder for the report with --out."
            )


@dataclass(frozen=True)
class Asked:
    """What the command line asks of an analysis, beside the files."""

    title: str | None = None
    stakeholders: Path | None = None
    engagement: str | None = None
    as_json: bool = False
    estimate_only: bool = False
    retry_failed: bool = False
    batch_api: bool = False
    formats: Sequence[str] = ()
    max_cost: float | None = None
    quiet: bool = False
    not_read: Callable[[UnreadableFile], None] | None = None
    """Hears of each file that cannot be read; otherwise it is printed."""


def run_analyze(paths: Sequence[str], out: Path, asked: Asked) -> Exit:
    """Analyse and write the report; the exit code says whether anything is missing from it.

    Raises:
        DiscoveryError: nothing can be read, a setting is wrong, or what is found cannot be kept or written.
    """
    console = Console(stderr=True, highlight=False)
    settings = Settings.load(**({"max_cost_usd": asked.max_cost} if asked.max_cost is not None else {}))
    if not asked.estimate_only:
        refuse_blocked(out)
    if asked.retry_failed and not Journal.is_in(out):
        raise InvalidRequest("There is no earlier run to go on from.", where=str(out), remedy="Run the command without --retry-failed.")
    found, missing, ours = collect(paths, out)
    if not asked.estimate_only:
        refuse_own_place(found, out)
    people = asked.stakeholders or people_beside(paths, found)
    listed = load_stakeholders(people) if people else ()

    def not_read(bad: UnreadableFile) -> None:
        if asked.not_read is not None:
            asked.not_read(bad)
            return
        say_on(console, f"Not read: {bad.source}: {bad.error} {bad.remedy or ''}".rstrip())

    for bad in missing:
        not_read(bad)
    if ours and not asked.quiet:
        say_on(console, left_out(ours))
    bench = Workbench(settings, engagement=asked.engagement)
    if asked.engagement is not None:
        bench.knowledge.require_documents(asked.engagement)
    if asked.estimate_only:
        return _show_estimate(bench, _readable(read_each(found, listed), not_read), as_json=asked.as_json)
    title = whole_letters(asked.title or title_of(paths, found))
    if not asked.quiet:
        console.print(bench.introduction, markup=False, soft_wrap=True)
        if asked.max_cost is not None and settings.model is None:
            console.print("--max-cost has no effect: nothing is paid for without a language model.")
    return _Analysing(bench, console, out, asked, not_read).run(found, listed, people, missing, title)


class _Analysing:
    """One run of the command, once it is clear what is asked."""

    def __init__(self, bench: Workbench, console: Console, out: Path, asked: Asked, not_read: Callable[[UnreadableFile], None]) -> None:
        self._bench = bench
        self._console = console
        self._out = out
        self._asked = asked
        self._not_read = not_read

    def run(
        self, found: Sequence[Path], listed: Sequence[Stakeholder], people: Path | None, missing: Sequence[UnreadableFile], title: str
    ) -> Exit:
        """Read everything, write the report, say what came of it."""
        watched = None if self._asked.quiet else self._console
        reader, close = self._reader(len(found))
        with batch_progress(watched, len(found), self._cost) as tell:
            batch = BatchRun(
                reader,
                reader_mark(self._bench),
                lambda: Journal(self._out, self._say),
                tables=self._bench.tables,
                concurrency=self._bench.settings.concurrency,
                say=self._not_read,
                tell=tell,
                only_failed=self._asked.retry_failed,
            )
            try:
                with ends_as_by_ctrl_c():
                    run_until_stopped(self._read(batch, lambda: read_each(found, listed)))
                    close()
                    return self._told(batch, listed, people, missing, title)
            except KeyboardInterrupt:
                return self._stopped(batch, len(found))
            finally:
                close()
                batch.close()

    def _reader(self, files: int) -> tuple[Reader, Callable[[], None]]:
        """The analyst, the one without a model on all cores where that pays; and what ends its processes."""
        processes = min(cores(), self._bench.settings.concurrency)
        if self._bench.model is None and processes > 1 and files >= POOL_FROM:
            pooled = self._bench.pooled_rules(processes)
            return pooled, pooled.close
        return self._bench.analyst, lambda: None

    def _cost(self) -> float | None:
        return self._bench.model.usage.cost_usd if self._bench.model else 0.0

    def _say(self, line: str) -> None:
        say_on(self._console, line)

    async def _read(self, batch: BatchRun, source: Callable[[], Iterator[Conversation | Twin | UnreadableFile]]) -> None:
        try:
            if self._asked.batch_api:
                from discovery_agent.discovery.ahead import answer_ahead

                ahead = await answer_ahead(lambda: batch.unread(source()), self._bench, self._say)
                batch.analyst = ahead.reader
                for line in ahead.describe():
                    self._say(line)
            await batch.read(source())
        finally:
            await self._bench.aclose()

    def _told(
        self, batch: BatchRun, listed: Sequence[Stakeholder], people: Path | None, missing: Sequence[UnreadableFile], title: str
    ) -> Exit:
        """Put everything together, write it, and say what came of it."""
        asked, material = self._asked, batch.material
        if not material:
            if batch.left_out:
                raise InvalidRequest("None of these conversations was read before.", remedy="Run the command without --retry-failed.")
            raise TranscriptError("No conversation could be read.", remedy="See the reasons above.")
        if not asked.quiet:
            for line in about_people(people, listed, material.attended):
                self._say(line)
            if kept := batch.standing.kept:
                self._say(f"{kept:,} of {plural(len(material), 'conversation')} from an earlier run.")
            if not self._console.is_terminal:  # there the bar says it
                self._say(PUTTING_TOGETHER)
        unreadable = (*missing, *batch.unreadable)
        analysis = concluded(material, batch.journal, self._bench, analyst=batch.analyst.name, title=title, unreadable=unreadable)
        report = _written(analysis, self._out)
        tables = self._tables(material, batch.journal)
        batch.journal.keep_only(material.keys)
        if asked.as_json:
            _print_json(analysis, report)
        if not asked.quiet:
            if isinstance(analysis, BatchAnalysis):
                print_batch_summary(analysis, material.failures, self._console)
            else:
                print_summary(analysis, self._console)
            if batch.left_out:
                self._say(
                    f"{plural(batch.left_out, 'conversation')} never read before: left out, because only failed stretches were asked for."
                )
            if material.failures and (line := self._paid()):
                self._say(line)
            self._say(f"Report: {report.html}")
            for path in tables:
                self._say(f"Table: {path}")
        if material.failures and not material.found_anything:
            return Exit.MODEL
        return Exit.PARTLY if material.failures or unreadable or batch.left_out else Exit.OK

    def _paid(self) -> str | None:
        """What this run paid for, where it says more than the report, which counts only what was read."""
        usage = self._bench.model.usage if self._bench.model else None
        if not usage or not usage.calls:
            return None
        cost = "at a price that nobody publishes" if usage.cost_usd is None else f"USD {usage.cost_usd:.4f}"
        return f"This run made {plural(usage.calls, 'call')}, {cost}; those of stretches that were not read are among them, and not in the report."

    def _tables(self, material: Material, journal: Journal) -> list[Path]:
        if not self._asked.formats:
            return []
        from discovery_agent.discovery.tabular import write_tables

        return write_tables(kept_analyses(material, journal), self._out, self._asked.formats)

    def _stopped(self, batch: BatchRun, files: int) -> Exit:
        leave_soon()
        standing = batch.standing
        self._say(
            f"Stopped: {standing.conversations:,} of {files - standing.without:,} conversations are finished and kept in {self._out}; "
            "the same command goes on from there, and nothing is paid for twice."
        )
        return Exit.INTERRUPTED


def _readable(source: Iterable[Conversation | Twin | UnreadableFile], not_read: Callable[[UnreadableFile], None]) -> Iterator[Conversation]:
    """The conversations among what is read.

    Raises:
        TranscriptError: there is none.
    """
    none = True
    for one in source:
        if isinstance(one, UnreadableFile):
            not_read(one)
        elif isinstance(one, Conversation):
            none = False
            yield one
    if none:
        raise TranscriptError("No conversation could be read.", remedy="See the reasons above.")


def _written(analysis: EngagementAnalysis | BatchAnalysis, out: Path) -> ReportFiles:
    if isinstance(analysis, EngagementAnalysis):
        return write_report(analysis, out)
    from discovery_agent.discovery.report.large import write_large_report

    return write_large_report(analysis, out)


def _print_json(analysis: EngagementAnalysis | BatchAnalysis, report: ReportFiles) -> None:
    """The result on standard output, in ASCII, so that a console or pipe of any encoding takes it."""
    if isinstance(analysis, EngagementAnalysis):
        sys.stdout.write(analysis.model_dump_json(indent=2, ensure_ascii=True) + "\n")
        return
    with report.json.open(encoding="utf-8") as lines:  # a conversation a line
        for line in lines:
            sys.stdout.write(_NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], line))


def analyse_shown(
    conversations: Sequence[Conversation],
    unreadable: Sequence[UnreadableFile],
    bench: Workbench,
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
                return await analyse_given(conversations, unreadable, bench, title, progress)
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


def _show_estimate(bench: Workbench, conversations: Iterable[Conversation], *, as_json: bool) -> Exit:
    estimate = bench.estimate(conversations)
    for _ in conversations:  # without a model nobody asks for them, but whether any can be read is told
        break
    if as_json:
        print(json.dumps(estimate.model_dump(mode="json") if estimate else {"calls": 0, "cost_usd": 0.0}, indent=2))
    else:
        print(
            estimate.describe(bench.settings.max_cost_usd)
            if estimate
            else "The rules analyst calls no language model: 0 calls, 0 tokens, no cost."
        )
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
    return run_analyze([str(folder)], out, Asked(title=folder.name.replace("-", " ").capitalize()))


__all__ = ["Asked", "analyse_shown", "how_it_ended", "refuse_blocked", "run_analyze", "run_demo"]
