"""Results as files, by the code that the commands and pages use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from discovery_agent.discovery.exporting import ExportedFile, Format, rendered
from discovery_agent.discovery.report import ReportFiles
from discovery_agent.discovery.report import write_report as _write_report
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.errors import InvalidRequest

E = TypeVar("E", Format, Audience)


def export(blueprint: Blueprint, format: Format | str, *, audience: Audience | str | None = None) -> ExportedFile:
    """A blueprint as a file to be saved or sent, marked as a draft: `Path(file.name).write_bytes(file.data)`.

    `format` is markdown, docx, html, pdf, json, jira, linear or github; `audience` executive, engineering or compliance, for the first four.

    Raises:
        InvalidRequest: there is no such format or audience.
        ExportError: the file cannot be made; a PDF needs a browser on this machine.
    """
    return rendered(blueprint, _one_of(Format, format, "format"), audience=_one_of(Audience, audience, "audience") if audience else None)


def write_report(analysis: EngagementAnalysis, folder: str | os.PathLike[str]) -> ReportFiles:
    """Write the report of an analysis into a folder: HTML, Markdown, JSON, and two files for each conversation.

    Raises:
        ExportError: the disk refused; the error says what is kept.
    """
    return _write_report(analysis, Path(folder))


def _one_of(kind: type[E], value: E | str, field: str) -> E:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(one.value for one in kind)
        raise InvalidRequest(f"There is no {field} `{value}`.", where=field, remedy=f"Choose one of {known}.") from None
