"""`export`: a version of a blueprint, and the review dates, as files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.blueprint_commands import FileFormat
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.files_out import write_each
from discovery_agent.cli.output import Output
from discovery_agent.discovery.drafting import blueprint_version, latest_blueprint
from discovery_agent.discovery.exporting import ExportedFile, Format, export_blueprint, export_calendar
from discovery_agent.discovery.which_engagement import which_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.engagement import Engagement
from discovery_agent.errors import NotFound
from discovery_agent.settings import Settings

USUAL = (Format.WORD, Format.HTML)
"""What is written if nothing else is asked for."""


def asked_for(formats: Sequence[FileFormat]) -> tuple[list[Format], bool]:
    """The formats of documents, and whether the calendar is wanted, too."""
    if FileFormat.ALL in formats:
        return list(Format), True
    wanted = [Format(one) for one in dict.fromkeys(formats) if one is not FileFormat.CALENDAR]
    return wanted or ([] if formats else list(USUAL)), FileFormat.CALENDAR in formats


def run_export(
    engagement: str | None,
    number: int | None,
    out: Path,
    *,
    formats: Sequence[FileFormat],
    audience: Audience | None = None,
    as_json: bool = False,
) -> Exit:
    """Write the files and say where they are.

    Raises:
        DiscoveryError: there is no such engagement or version, or a file cannot be written.
    """

    async def work() -> Exit:
        async with await Workspace.open(Settings.load()) as ws:
            found = await which_engagement(ws, engagement)
            version = await blueprint_version(ws, found.id, number) if number else await latest_blueprint(ws, found.id)
            documents, _ = asked_for(formats)
            if documents and version is None:
                raise NotFound("There is no blueprint yet.", where=found.title, remedy="Draft one first, with `draft -e` or in `serve`.")
            files, code = await written_of(ws, found, version.number if version else None, out, formats, audience)
        console = Output()
        if as_json:
            console.write_json(
                {"engagement": found.id, "version": version.number if version else None, "files": [str(one) for one in files]}
            )
        else:
            for one in files:
                console.say(str(one))
        return code

    return asyncio.run(work())


async def written_of(
    ws: Workspace, engagement: Engagement, number: int | None, out: Path, formats: Sequence[FileFormat], audience: Audience | None
) -> tuple[list[Path], Exit]:
    """The files of a stored version, as asked for."""
    documents, calendar = asked_for(formats)
    makers: list[Callable[[], Awaitable[ExportedFile]]] = [
        partial(export_blueprint, ws, engagement.id, form, number=number, audience=audience) for form in documents
    ]
    if calendar:
        makers.append(partial(export_calendar, ws, engagement.id))
    return await write_each(makers, out, Console(stderr=True, highlight=False), everything=FileFormat.ALL in formats)
