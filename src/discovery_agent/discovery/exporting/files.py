"""The formats of an export, and how each is made."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from pydantic import Field

from discovery_agent.discovery.exporting.telling import Telling
from discovery_agent.discovery.report.files import slugs
from discovery_agent.discovery.report.wording import visible
from discovery_agent.discovery.reviewing.looking import standing_in
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint, SectionId, version_id
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.review import SignOff, is_signed
from discovery_agent.errors import ExportError, NotFound


class Format(StrEnum):
    """What a blueprint is exported as."""

    MARKDOWN = "markdown"
    WORD = "docx"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    JIRA = "jira"
    LINEAR = "linear"
    GITHUB = "github"

    @property
    def media_type(self) -> str:
        """What the file says it is."""
        return _ENDINGS[self][1]

    @property
    def told(self) -> bool:
        """Whether it is a text that is told to an audience; the others hold everything."""
        return self in _READABLE


_READABLE = (Format.MARKDOWN, Format.WORD, Format.HTML, Format.PDF)
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff]')
_LONGEST_TITLE = 80
_ENDINGS = {
    Format.MARKDOWN: (".md", "text/markdown; charset=utf-8"),
    Format.WORD: (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format.HTML: (".html", "text/html; charset=utf-8"),
    Format.PDF: (".pdf", "application/pdf"),
    Format.JSON: (".json", "application/json"),
    Format.JIRA: ("-jira.csv", "text/csv; charset=utf-8"),
    Format.LINEAR: ("-linear.csv", "text/csv; charset=utf-8"),
    Format.GITHUB: ("-github.csv", "text/csv; charset=utf-8"),
}


class ExportedFile(Value):
    """A file to be saved or sent."""

    name: str = Field(description="In small letters, digits and hyphens, so that it is valid everywhere.")
    full_name: str = Field(description="With the title as people know it, for browsers that can show it.")
    media_type: str
    data: bytes


def rendered(
    blueprint: Blueprint,
    form: Format,
    *,
    audience: Audience | None = None,
    signed: SignOff | None = None,
    approvals: Mapping[SectionId, tuple[str, ...]] | None = None,
) -> ExportedFile:
    """A version as a file. Audiences are told in Markdown, Word, HTML and PDF; the others hold everything. Takes up to seconds.

    `approvals` names who approved which section; documents say so.

    A signature that is not for this very content does not count: then the file is marked as a draft.

    Raises:
        ExportError: the file cannot be made; see `render_pdf`.
    """
    if not is_signed(blueprint, signed):
        signed = None
    told = f"-{audience.value}" if audience and form.told else ""
    end = f"-v{blueprint.number}{told}{'' if signed else '-draft'}{_ENDINGS[form][0]}"
    made = _text(Telling(blueprint, signed, audience if form.told else None, approvals or {}), form)
    return ExportedFile(
        name=f"{slugs([f'blueprint {blueprint.title}'])[0]}{end}",
        full_name=f"Blueprint {_for_a_name(blueprint.title)}{end}",
        media_type=form.media_type,
        data=made if isinstance(made, bytes) else made.encode("utf-8", "replace"),
    )


def _for_a_name(title: str) -> str:
    """A title within a file name: what no system takes is a space, and it is not too long."""
    return " ".join(_NOT_IN_NAMES.sub(" ", visible(title)).split())[:_LONGEST_TITLE].strip(" .")


def _text(telling: Telling, form: Format) -> str | bytes:
    from discovery_agent.discovery.exporting import as_docx, as_html, as_json, as_markdown, as_pdf, backlog

    makers: dict[Format, Callable[[], str | bytes]] = {
        Format.MARKDOWN: lambda: as_markdown.render_markdown(telling),
        Format.WORD: lambda: as_docx.render_docx(telling),
        Format.HTML: lambda: as_html.render_html(telling),
        Format.PDF: lambda: as_pdf.render_pdf(telling),
        Format.JSON: lambda: as_json.render_json(telling.blueprint, telling.signed),
        Format.JIRA: lambda: backlog.jira_csv(telling.blueprint, draft=telling.signed is None),
        Format.LINEAR: lambda: backlog.linear_csv(telling.blueprint, draft=telling.signed is None),
        Format.GITHUB: lambda: backlog.github_csv(telling.blueprint, draft=telling.signed is None),
    }
    return makers[form]()


async def export_blueprint(
    ws: Workspace, engagement_id: str, form: Format, *, number: int | None = None, audience: Audience | None = None
) -> ExportedFile:
    """A version of an engagement, the latest unless another is named, as a file.

    Raises:
        NotFound: there is no such engagement or version.
        ExportError: the file cannot be made.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        found = (
            await unit.blueprints.latest(engagement_id) if number is None else await unit.blueprints.find(engagement_id, version_id(number))
        )
        if found is None:
            raise NotFound("There is no such version of the blueprint.", remedy="Draft one first.")
        signed = await unit.sign_offs.find(engagement_id, found.id)
        stands = await standing_in(ws, unit, found)
    approvals = {one.section_id: one.approved_by for one in stands.sections}
    return await asyncio.to_thread(rendered, found, form, audience=audience, signed=signed, approvals=approvals)


def no_review_dates(remedy: str) -> ExportError:
    """What is said instead of giving out a calendar with nothing in it."""
    return ExportError("There are no review dates, so there is no calendar.", remedy=remedy)


async def export_calendar(ws: Workspace, engagement_id: str) -> ExportedFile:
    """The review dates of an engagement as a calendar file, also those that were held or called off.

    Raises:
        NotFound: there is no such engagement.
        ExportError: no review date was ever planned, so there is nothing to put in it.
    """
    from discovery_agent.discovery.exporting.calendar import calendar_of

    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        dates, _ = await unit.review_dates.list(engagement_id, limit=None)
        names = {one.id: one.name for one in await unit.stakeholders.list(engagement_id)}
    if not dates:
        raise no_review_dates("Plan one under Execution in `serve`, and export the calendar again.")
    data = await asyncio.to_thread(calendar_of, engagement.title, dates, names, ws.now())
    return ExportedFile(
        name=f"{slugs([f'reviews {engagement.title}'])[0]}.ics",
        full_name=f"Reviews {_for_a_name(engagement.title)}.ics",
        media_type="text/calendar; charset=utf-8",
        data=data,
    )
