"""The report of an engagement: one HTML page, Markdown, JSON, and two files for each conversation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from discovery_agent.discovery.report.files import slugs, write_all
from discovery_agent.discovery.report.html import render_html
from discovery_agent.discovery.report.markdown import render_conversation_markdown, render_markdown
from discovery_agent.discovery.report.view import build_view
from discovery_agent.discovery.results import EngagementAnalysis

__all__ = ["ReportFiles", "write_report"]


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the parts of a report are."""

    html: Path
    markdown: Path
    json: Path
    conversations: tuple[Path, ...]
    """JSON and Markdown of each conversation, in the order of the conversations."""


def write_report(analysis: EngagementAnalysis, folder: Path) -> ReportFiles:
    """Write the report into `folder`, which is made if it is not there. An earlier report is replaced.

    Each file is written whole beside its place and then moved, `report.json` last, so a crash or a full
    disk leaves no half file. What an earlier report of many pages had beyond these files is removed at the end.

    Raises:
        ExportError: the disk refused; the error says what is kept.
    """
    from discovery_agent.discovery.report.large.ours import remove_large
    from discovery_agent.discovery.report.large.staging import refused, settle

    view = build_view(analysis)
    names = slugs(item.conversation.title for item in analysis.conversations)
    contents: dict[str, str] = {}
    for number, (item, name) in enumerate(zip(analysis.conversations, names, strict=True), start=1):
        contents[f"conversations/{name}.json"] = item.model_dump_json(indent=2) + "\n"
        contents[f"conversations/{name}.md"] = render_conversation_markdown(view, number)
    conversations = tuple(contents)
    contents["report.md"] = render_markdown(view, names)
    contents["report.html"] = render_html(view)
    contents["report.json"] = analysis.model_dump_json(indent=2) + "\n"
    try:
        settle(folder)
    except OSError as error:
        raise refused(error, folder) from error
    paths = write_all(folder, contents)
    remove_large(folder, contents)
    return ReportFiles(
        html=paths["report.html"],
        markdown=paths["report.md"],
        json=paths["report.json"],
        conversations=tuple(paths[name] for name in conversations),
    )
