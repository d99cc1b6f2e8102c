"""The report of any number of conversations: an overview, lists in pages, and a page for each conversation.

No more than one conversation is in memory; what pages show of goals and verdicts waits on the disk.
"""

from __future__ import annotations

from pathlib import Path

from discovery_agent.discovery.report import ReportFiles
from discovery_agent.discovery.report.large.book import PARTS, write_book
from discovery_agent.discovery.report.large.staging import Staging, refused
from discovery_agent.discovery.results import BatchAnalysis

__all__ = ["write_large_report"]


def write_large_report(batch: BatchAnalysis, folder: Path) -> ReportFiles:
    """Write the report into `folder`, which is made if it is not there. An earlier report is replaced.

    `report.html` is the page to begin with; `pages/` has the lists, `conversations/` the page, JSON and Markdown
    of each conversation, in folders of a thousand where there are more. Everything is written beside its place
    and moved when it is whole, so a crash or a full disk leaves the earlier report or the new one. The
    conversations are gone through twice.

    Raises:
        ExportError: the disk refused; the earlier report stands.
    """
    try:
        with Staging(folder) as staging:
            talks = write_book(batch, staging)
            staging.move_into_place(PARTS)
    except (OSError, UnicodeEncodeError) as error:
        raise refused(error, folder) from error
    return ReportFiles(
        html=folder / "report.html",
        markdown=folder / "report.md",
        json=folder / "report.json",
        conversations=tuple(folder / f"{talk.stem}.{ending}" for talk in talks for ending in ("json", "md")),
    )
