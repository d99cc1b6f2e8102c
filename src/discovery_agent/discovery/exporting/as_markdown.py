"""A blueprint as Markdown. Nothing that somebody said can become markup: no HTML, no link, no image."""

from __future__ import annotations

from collections.abc import Iterator

from discovery_agent.discovery.exporting.telling import DEFECTS, SIGNATURES, Telling, assumed
from discovery_agent.discovery.report.markdown import markdown_text as text
from discovery_agent.domain.blueprint.claims import Claim, Part, Row


def render_markdown(telling: Telling) -> str:
    """The whole document; what is cited stands at its end, by number."""
    lines = [f"# {text(telling.title)}", "", text(telling.subtitle), "", f"**{text(telling.mark)}**", ""]
    for section in telling.sections:
        lines += [f"## {text(section.title)}", ""]
        if approved := telling.approved(section):
            lines += [f"*{text(approved)}*", ""]
        for part in section.parts:
            lines += [*_part(telling, part), ""]
        for picture in telling.pictures(section):
            lines += [f"*{text(picture.title)}*: {text(picture.words)}", ""]
    if telling.defects:
        lines += [f"## {DEFECTS}", "", *(f"- {text(one)}" for one in telling.defects), ""]
    if telling.signatures:
        lines += [f"## {SIGNATURES}", ""]
        for line, below in telling.signatures:
            lines += [f"- {text(line)}", *(f"  - {text(one)}" for one in below)]
        lines.append("")
    lines += [*_notes(telling)]
    return "\n".join(lines).rstrip() + "\n"


def _part(telling: Telling, part: Part) -> Iterator[str]:
    if part.heading:
        yield f"### {text(part.heading)}"
        yield ""
    for claim in part.claims:
        yield f"- {text(claim.text)}{_cites(telling, claim)}"
    if part.claims and part.rows:
        yield ""
    if part.rows:
        yield f"| {' | '.join(text(column) or '&nbsp;' for column in part.columns)} | Stands on |"
        yield f"|{' --- |' * (len(part.columns) + 1)}"
        for row in part.rows:
            cells = [text(cell) for cell in row.cells]
            yield f"| {' | '.join(cells)} | {telling.notes.of(row)} |"


def _cites(telling: Telling, cited: Claim | Row) -> str:
    numbers = telling.notes.of(cited)
    return f" ({numbers})" if numbers else ""


def _notes(telling: Telling) -> Iterator[str]:
    notes = telling.notes
    if notes.evidence:
        yield "## What was said"
        yield ""
        for number, evidence in notes.evidence.values():
            yield f"- **{number}** {text(telling.said(evidence))}"
        yield ""
    if notes.assumptions:
        yield "## What is assumed"
        yield ""
        for number, assumption in notes.assumptions.values():
            yield f"- **{number}** {text(assumed(assumption))}"
        yield ""
    if notes.hows:
        yield "## How it was worked out"
        yield ""
        for how, number in notes.hows.items():
            yield f"- **{number}** {text(how)}"
    if telling.closing:
        yield text(telling.closing)
