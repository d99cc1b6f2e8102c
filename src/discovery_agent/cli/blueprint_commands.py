"""The commands `draft` and `export` and their options; what they do is in modules that are imported when one is called."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from discovery_agent.domain.blueprint.claims import Audience


class FileFormat(StrEnum):
    """What is written: each is a format of an export, the review dates as a calendar, or all of them."""

    MARKDOWN = "markdown"
    WORD = "docx"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    JIRA = "jira"
    LINEAR = "linear"
    GITHUB = "github"
    CALENDAR = "calendar"
    ALL = "all"


Formats = Annotated[
    list[FileFormat] | None,
    typer.Option("--format", "-f", help="What to write; may be repeated. Word and HTML otherwise. A PDF needs a browser on this machine."),
]
For = Annotated[Audience | None, typer.Option("--audience", help="For whom documents are told; everything for everybody otherwise.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def draft(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Transcript files, folders, or globs in quotes.")] = None,
    engagement: Annotated[
        str | None,
        typer.Option(
            "--engagement", "-e", metavar="TITLE_OR_ID", help="Instead of files: an engagement of the database, as assessed last."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for the files; of an engagement none are written without it."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Name of the engagement; otherwise that of the folder.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose engagement it is.")] = "",
    people: Annotated[Path | None, typer.Option(metavar="FILE", help="people.yaml: names with their role and department.")] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the plan; otherwise the first of the month after next.")
    ] = None,
    formats: Formats = None,
    audience: For = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", min=0.0, help="Stop calling the model before this much is spent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draft a blueprint from transcripts, or the next version for an engagement: what to do, why, for how much, until when.

    From files nothing is stored; each claim cites the sentence that it stands on. Nobody has signed a draft: people do, in `serve` or with
    `review`.
    """
    from discovery_agent.cli.draft import run_draft, run_draft_version

    if bool(paths) == (engagement is not None):
        raise typer.BadParameter("Name transcripts, or an engagement with -e, but not both.")
    if paths and FileFormat.CALENDAR in (formats or []):
        raise typer.BadParameter("Review dates are kept with an engagement: `export -e` writes its calendar.")
    if engagement is not None:
        if title or organisation or people or start or max_cost is not None:
            raise typer.BadParameter(
                "--title, --organisation, --people, --start and --max-cost are for files; those of an engagement are set in `serve`."
            )
        raise typer.Exit(run_draft_version(engagement, out, formats=formats or [], audience=audience, as_json=as_json))
    code = run_draft(
        paths or [],
        out or Path("discovery-blueprint"),
        title=title,
        organisation=organisation,
        people=people,
        start=start.date() if start else None,
        formats=formats or [],
        audience=audience,
        max_cost=max_cost,
        as_json=as_json,
    )
    raise typer.Exit(code)


def export(
    engagement: Annotated[
        str | None, typer.Option("--engagement", "-e", metavar="TITLE_OR_ID", help="Which one; not needed if there is only one.")
    ] = None,
    version: Annotated[int | None, typer.Option("--version", min=1, max=9999, help="Which version; the newest otherwise.")] = None,
    formats: Formats = None,
    audience: For = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the files.")] = Path("discovery-blueprint"),
    as_json: AsJson = False,
) -> None:
    """Write a blueprint of an engagement as files: to read, for programs, for Jira, Linear and GitHub, and its review dates as a calendar."""
    from discovery_agent.cli.export import run_export

    raise typer.Exit(run_export(engagement, version, out, formats=formats or [], audience=audience, as_json=as_json))
