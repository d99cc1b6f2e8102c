"""`draft`: from transcripts to a blueprint in files, without any server; or the next version of an engagement's blueprint."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from discovery_agent.cli.analyze import analyse_shown, how_it_ended, refuse_blocked
from discovery_agent.cli.blueprint_commands import FileFormat
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.export import asked_for, written_of
from discovery_agent.cli.files_out import write_each
from discovery_agent.cli.inputs import about_people
from discovery_agent.cli.output import Output
from discovery_agent.discovery.drafting import blueprint_of_files, draft_blueprint, latest_blueprint
from discovery_agent.discovery.exporting import ExportedFile, Format, no_review_dates, rendered
from discovery_agent.discovery.exporting.telling import Telling
from discovery_agent.discovery.given_files import left_out, read_given
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.which_engagement import which_engagement
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint, KpiTarget
from discovery_agent.domain.engagement import Engagement, Job, JobState
from discovery_agent.errors import ExportError, TranscriptError
from discovery_agent.files.unseen import on_a_line
from discovery_agent.settings import Settings

_ACTOR = "terminal"
_LOOK_AGAIN_SECONDS = 0.1
_MOST_KPIS = 12


def run_draft(
    paths: Sequence[str],
    out: Path,
    *,
    title: str | None = None,
    organisation: str = "",
    people: Path | None = None,
    start: date | None = None,
    formats: Sequence[FileFormat] = (),
    audience: Audience | None = None,
    max_cost: float | None = None,
    as_json: bool = False,
) -> Exit:
    """Analyse transcripts, draft a blueprint from what was found, write it, and show what it comes to.

    Raises:
        DiscoveryError: nothing can be read, a setting is wrong, or a file cannot be written.
    """
    console = Console(stderr=True, highlight=False)
    settings = Settings.load(**({"max_cost_usd": max_cost} if max_cost is not None else {}))
    refuse_blocked(out)
    given = read_given(paths, out, people=people)
    for bad in given.unreadable:
        console.print(f"Not read: {bad.source}: {bad.error} {bad.remedy or ''}".rstrip(), markup=False, soft_wrap=True)
    if given.ours:
        console.print(left_out(given.ours), markup=False, soft_wrap=True)
    if not given.conversations:
        raise TranscriptError("No conversation could be read.", remedy="See the reasons above.")
    bench = Workbench(settings)
    for line in (bench.introduction, *about_people(given.people, given.listed, given.conversations)):
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"Reading {plural(len(given.conversations), 'conversation')} ...")
    analysis = analyse_shown(given.conversations, given.unreadable, bench, title or given.title, console)
    console.print("Drafting the blueprint: goals, plan, money ...")
    blueprint = blueprint_of_files(analysis, bench, organisation=organisation, start=start)
    documents, calendar = asked_for(formats)
    console.print("Writing the files ...")
    makers: list[Callable[[], Awaitable[ExportedFile]]] = [partial(_made, blueprint, form, audience) for form in documents]
    if calendar:
        makers.append(_no_calendar)
    files, code = asyncio.run(write_each(makers, out, console, everything=FileFormat.ALL in formats))
    _show(blueprint, files, as_json=as_json)
    return code if code is not Exit.OK else how_it_ended(analysis)


def run_draft_version(
    engagement: str, out: Path | None, *, formats: Sequence[FileFormat] = (), audience: Audience | None = None, as_json: bool = False
) -> Exit:
    """Draft the next version from the newest assessment, store it, and show what it comes to; write it if a folder is named.

    Raises:
        DiscoveryError: there is no such engagement, nothing was assessed yet, or the version cannot be stored or written.
    """

    async def work() -> Exit:
        if out is not None:
            refuse_blocked(out)
        async with await Workspace.open(Settings.load()) as ws:
            found = await which_engagement(ws, engagement)
            Console(stderr=True, highlight=False).print(f"Drafting the next version for {found.title} ...", markup=False, soft_wrap=True)
            ended = await _ended(ws, found, await draft_blueprint(ws, found.id, _ACTOR))
            if ended.state is JobState.FAILED:
                raise ExportError(ended.message or "The version could not be drafted.", where=found.title, remedy=ended.remedy)
            version = await latest_blueprint(ws, found.id)
            if version is None:
                raise ExportError("The version could not be drafted.", where=found.title)
            files: list[Path] = []
            code = Exit.OK
            if out is not None:
                files, code = await written_of(ws, found, version.number, out, formats, audience)
        _show(version, files, as_json=as_json)
        return code

    return asyncio.run(work())


async def _made(blueprint: Blueprint, form: Format, audience: Audience | None) -> ExportedFile:
    return await asyncio.to_thread(rendered, blueprint, form, audience=audience)


async def _no_calendar() -> ExportedFile:
    """Of files nothing is kept, so nobody has planned a date."""
    raise no_review_dates("They are planned in an engagement that is kept: upload the transcripts in `serve`, then use `export -e`.")


async def _ended(ws: Workspace, engagement: Engagement, job: Job) -> Job:
    """The job once it is over; this process runs it, or a server that has taken it up."""
    while job.state not in (JobState.DONE, JobState.FAILED):
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        async with ws.database.reading() as unit:
            job = await unit.jobs.get(engagement.id, job.id)
    return job


def _show(blueprint: Blueprint, files: Sequence[Path], *, as_json: bool) -> None:
    console = Output()
    if as_json:
        console.write_json({"blueprint": blueprint.model_dump(mode="json"), "files": [str(one) for one in files]})
        return
    console.say((blueprint.title, "bold"), f", version {blueprint.number}, draft")
    console.print(_summary(blueprint))
    for one in files:
        console.say(f"Written: {one}")


def _summary(blueprint: Blueprint) -> Table:
    """What a sponsor asks first."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column()

    def add(name: str, *lines: str) -> None:
        for at, line in enumerate(lines):
            table.add_row(name if at == 0 else "", Text(on_a_line(line)))

    add("Course", blueprint.course.label)
    add("Goals", *(f"{one.statement}: {one.course.label}" for one in blueprint.goals))
    more = len(blueprint.kpis) - _MOST_KPIS
    kpis = [_kpi(one) for one in blueprint.kpis[:_MOST_KPIS]]
    add("KPIs", *(kpis or ["none was said"]), *([f"and {more} more"] if more > 0 else []))
    if blueprint.plan:
        forecast, currency = blueprint.plan.forecast, blueprint.plan.inputs.currency
        budget = forecast.budget
        add("Budget", f"{budget.p50:,.0f} {currency} (P50), {budget.p80:,.0f} {currency} (P80)")
        add("Starts", f"{blueprint.plan.inputs.starts_on.isoformat()}, {plural(len(blueprint.plan.tasks), 'task')}")
        add("Payback", *_payback(blueprint))
        add("Warnings", *forecast.warnings)
    add("To approve", *(f"{one.asked} ({one.kind.value})" for one in blueprint.choices))
    add("Defects", *(Telling(blueprint).defects or ["none"]))
    return table


def _kpi(kpi: KpiTarget) -> str:
    when = f", {kpi.deadline}" if kpi.deadline else ""
    return f"{kpi.metric}: {kpi.baseline or 'today not known'} → {kpi.target or 'no target yet'}{when}"


def _payback(blueprint: Blueprint) -> list[str]:
    assert blueprint.plan
    forecast, currency = blueprint.plan.forecast, blueprint.plan.inputs.currency
    if forecast.twelve_month_result is None:
        missing = "; ".join(forecast.missing)
        return [f"cannot be told yet{f': {missing}' if missing else ''}"]
    month = f"month {forecast.payback_month}" if forecast.payback_month else f"not within {blueprint.plan.inputs.horizon_months} months"
    return [f"{month}; {forecast.twelve_month_result:,.0f} {currency} after 12 months"]
