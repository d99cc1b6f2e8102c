"""A comparison as files: one HTML page that holds everything, a Markdown text for a pull request, and JSON with a published schema."""

from __future__ import annotations

from pathlib import Path

from discovery_agent.discovery.report.files import write_all
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report.html import render_html
from discovery_agent.evals.harness.report.markdown import render_markdown

COMPARISON, PAGE, TEXT = "comparison.json", "report.html", "report.md"
"""Names of the files, in the order in which they are put in place."""


def render_json(comparison: Comparison) -> str:
    """The comparison as JSON; `docs/schemas/comparison.schema.json` describes it."""
    return comparison.model_dump_json(indent=2) + "\n"


def write_report(comparison: Comparison, folder: Path) -> dict[str, Path]:
    """Write the three files, all or none of them new.

    Raises:
        ExportError: they cannot be written; says what is kept.
    """
    return write_all(folder, {COMPARISON: render_json(comparison), TEXT: render_markdown(comparison), PAGE: render_html(comparison)})
