"""The report as Markdown. Nothing that somebody said can become markup: no HTML, no link, no image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from discovery_agent.discovery.report.decision_markdown import decision_lines, knowledge_lines
from discovery_agent.discovery.report.finding_view import FindingView, PersonView
from discovery_agent.discovery.report.kpi_view import FieldView, KpiView, gap_sentence
from discovery_agent.discovery.report.transcript_view import TranscriptView
from discovery_agent.discovery.report.tree_view import OperationalView
from discovery_agent.discovery.report.view import ReportView, UnverifiedView
from discovery_agent.discovery.report.wording import KIND_LABELS, plural, visible

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~$#@]")
_SCHEME = re.compile(r":(?=/)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_START = re.compile(r"^(?=[-+=:!.)])|^(\d{1,9})(?=[.)](?:\s|$))")


def markdown_text(text: str) -> str:
    r"""Text that a Markdown reader shows as it is, on one line.

    >>> markdown_text("# <b>see</b> [this](http://x.example) 1|2")
    '\\# \\<b\\>see\\</b\\> \\[this\\](http\\://x.example) 1\\|2'
    """
    line = " ".join(visible(text).split())
    line = _SPECIAL.sub(lambda found: "\\" + found.group(), line)
    line = re.sub(r"!(?=\\\[|$)", r"\\!", line)
    line = _SCHEME.sub(lambda found: "\\" + found.group(), line)
    return _START.sub(lambda found: f"{found.group(1)}\\" if found.group(1) else "\\", line)


def render_markdown(view: ReportView, slugs: list[str]) -> str:
    """The whole report but the transcripts, which have a file each."""
    text = markdown_text
    lines = [
        f"# {text(view.title)}",
        "",
        f"**DRAFT.** Proposed by the {text(view.analyst)}. {_approval(view)}",
        "",
        f"{view.date}: {plural(len(view.transcripts), 'conversation')}, {plural(view.speakers, 'speaker')}, "
        f"{plural(view.words, 'word')}. {plural(len(view.findings), 'finding')} proved by a quote, "
        f"{len(view.unverified)} not proved.",
        *_unread(view),
        "",
        *(decision_lines(view.decisions, view.knowledge, markdown_text) if view.decisions else ()),
        "## Goal tree",
        "",
        *_tree(view),
        "",
        "## KPIs",
        "",
        *kpi_lines(view.kpis),
        "",
        "## Still to ask",
        "",
        *(f"- {gap_sentence(gap)}: {_names(gap.names)}" for gap in view.kpi_gaps),
        *(f"- {gap.count} of {gap.of} {gap.label}: {_names(gap.names)}" for gap in view.tree_gaps),
        *([] if view.kpi_gaps or view.tree_gaps else ["Nothing."]),
        "",
        "## Findings",
        *_findings(view.findings),
        "",
        *knowledge_lines(view.knowledge, markdown_text),
        "## Conversations",
        "",
        *(
            f"- [{text(talk.title)}](conversations/{slug}.md) ({text(talk.source)}"
            f"{', ' + talk.date if talk.date else ''}): {plural(talk.findings, 'finding')}"
            for talk, slug in zip(view.transcripts, slugs, strict=True)
        ),
        "",
        "## Claims without proof",
        "",
        *_unverified(view.unverified),
    ]
    if view.has_notes:
        lines += ["", "## Reading notes", ""]
        lines += [line for talk in view.transcripts for line in _notes(talk)]
    if view.uses_model:
        cost = "cost unknown" if view.usage.cost_usd is None else f"USD {view.usage.cost_usd:.4f}"
        lines += ["", "## Use of the model", ""]
        lines.append(
            f"{plural(view.usage.calls, 'call')}, {view.usage.cached_calls} from the cache; "
            f"{view.usage.input_tokens:,} tokens in, {view.usage.output_tokens:,} out; {cost}."
        )
    return "\n".join(lines) + "\n"


def render_conversation_markdown(view: ReportView, number: int) -> str:
    """One conversation: its findings, and its transcript with the findings that rest on each utterance."""
    return conversation_markdown(
        view.transcripts[number - 1],
        [finding for finding in view.findings if finding.conversation == number],
        [claim for claim in view.unverified if claim.conversation_number == number],
        view.analyst,
    )


def conversation_markdown(talk: TranscriptView, findings: Sequence[FindingView], unverified: Sequence[UnverifiedView], analyst: str) -> str:
    """One conversation with the findings and the claims without proof that are its own; `analyst` in words."""
    text = markdown_text
    lines = [
        f"# {text(talk.title)}",
        "",
        f"{text(talk.source)}{', ' + talk.date if talk.date else ''}: {plural(talk.speakers, 'speaker')}, "
        f"{plural(talk.words, 'word')}, {plural(talk.findings, 'finding')}. "
        f"Proposed by the {text(analyst)}.",
        "",
        "## Findings",
        *_findings(findings),
        "",
        "## Claims without proof",
        "",
        *_unverified(unverified),
        "",
        "## Transcript",
        "",
    ]
    for turn in talk.utterances:
        said = text("".join(piece.text for piece in turn.segments))
        proof = sorted({mark.finding for piece in turn.segments for mark in piece.opening})
        note = f" → {', '.join(f'F{one}' for one in proof)}" if proof else ""
        time = f" ({turn.time})" if turn.time else ""
        lines += [f"**{text(turn.speaker)}**{time}: {said}{note}", ""]
    if talk.notes:
        lines += ["## Reading notes", "", *_notes(talk)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _approval(view: ReportView) -> str:
    if not view.approved:
        return "Nothing here is approved."
    return f"{plural(view.approved, 'finding')} of {len(view.findings)} confirmed or corrected by a person."


def _unread(view: ReportView) -> Iterator[str]:
    if view.failed or view.unreadable:
        yield from ("", "**Not everything was read.**", "")
    for item in view.failed:
        where = f"{markdown_text(item.conversation)}, {item.first} to {item.last}"
        yield f"- {where}: {markdown_text(item.error)} {markdown_text(item.remedy)}".rstrip()
    for file in view.unreadable:
        hint = markdown_text(file.remedy or "")
        yield f"- {markdown_text(file.source)}: {markdown_text(file.error)} {hint}".rstrip()


def _tree(view: ReportView) -> Iterator[str]:
    if view.tree.is_empty:
        yield "No goal and no KPI was found."
    for goal in view.tree.business_goals:
        yield f"- **{markdown_text(goal.statement)}**{finding_labels(goal.findings)}"
        for child in goal.operational_goals:
            yield from _operational(child)
        for kpi in goal.kpis:
            yield f"  - KPI: {_kpi_line(kpi)}"
        if not goal.all_kpis:
            yield "  - *no KPI said*"
    if view.tree.orphan_goals or view.tree.orphan_kpis:
        yield "- *Orphans: tied to no goal above*"
    for orphan in view.tree.orphan_goals:
        yield from _operational(orphan)
    for kpi in view.tree.orphan_kpis:
        yield f"  - KPI: {_kpi_line(kpi)}"


def _operational(goal: OperationalView) -> Iterator[str]:
    yield f"  - {markdown_text(goal.statement)}{finding_labels(goal.findings)}"
    for kpi in goal.kpis:
        yield f"    - KPI: {_kpi_line(kpi)}"
    if not goal.kpis:
        yield "    - *no KPI said*"


def _kpi_line(kpi: KpiView) -> str:
    ends = [_short(kpi.field(name)) or "?" for name in ("baseline", "target")]
    return f"{markdown_text(kpi.metric)} ({ends[0]} → {ends[1]}){finding_labels(kpi.findings)}"


def kpi_lines(kpis: Iterable[KpiView]) -> Iterator[str]:
    """KPIs as a table."""
    rows = tuple(kpis)
    if not rows:
        yield "No KPI was found."
        return
    yield "| KPI | Baseline | Target | Direction | Deadline | Measured by | Owner | Findings |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for kpi in rows:
        cells = [markdown_text(kpi.metric), *(_cell(field) for field in kpi.fields)]
        cells.append(", ".join(finding.label for finding in kpi.findings))
        yield f"| {' | '.join(cells)} |"


def _cell(field: FieldView) -> str:
    if field.disputed:
        said = "; ".join(f"{markdown_text(one.text)} ({_people(one.people)})" for one in field.disputed)
        return f"**disputed:** {said}"
    return markdown_text(field.text) or "*not said*"


def _short(field: FieldView) -> str:
    if field.disputed:
        return " or ".join(markdown_text(one.text) for one in field.disputed)
    return markdown_text(field.text)


def _findings(findings: Iterable[FindingView]) -> Iterator[str]:
    """Findings by kind, each with its quotes."""
    groups: dict[str, list[FindingView]] = {}
    for finding in findings:
        groups.setdefault(finding.kind, []).append(finding)
    if not groups:
        yield from ("", "None.")
    for kind, (_, label) in KIND_LABELS.items():
        if kind not in groups:
            continue
        yield from ("", f"### {label}")
        for finding in groups[kind]:
            stance = f", {finding.stance_label}" if finding.stance_label else ""
            status = f", {finding.status}" if finding.status else ""
            note = f" {markdown_text(finding.note)}" if finding.note else ""
            judged = f"{finding.confidence_word} evidence, {finding.confidence:.2f}{stance}{status}"
            yield ""
            claim = f"**{finding.label}** {markdown_text(finding.statement)}"
            yield f"{claim} ({_people(finding.people)}; {judged}){note}"
            for quote in finding.quotes:
                time = f", {quote.time}" if quote.time else ""
                place = f"{markdown_text(quote.speaker.name)}, {markdown_text(quote.conversation)}{time}"
                yield ""
                yield f"> “{markdown_text(quote.text)}” ({place})"


def _unverified(claims: Iterable[UnverifiedView]) -> Iterator[str]:
    found = False
    for claim in claims:
        found = True
        yield f"- {claim.kind_label}: {markdown_text(claim.statement)} ({markdown_text(claim.conversation)})"
        for quote in claim.quotes:
            words = f"“{markdown_text(quote.text)}”: " if quote.text else ""
            yield f"  - {words}no evidence. {markdown_text(quote.reason)}"
    if not found:
        yield "None."


def _notes(talk: TranscriptView) -> Iterator[str]:
    for note in talk.notes:
        line = f", line {note.line}" if note.line else ""
        yield f"- {markdown_text(talk.source)}{line}: {markdown_text(note.message)}"


def _people(people: Iterable[PersonView]) -> str:
    return ", ".join(markdown_text(one.name) + (f", {one.role}" if one.role else "") for one in people)


def finding_labels(findings: Iterable[FindingView]) -> str:
    """Which findings back it: ` [F1, F2]`."""
    labels = ", ".join(finding.label for finding in findings)
    return f" [{labels}]" if labels else ""


def _names(names: Sequence[tuple[str, str]]) -> str:
    return "; ".join(markdown_text(name) for _, name in names)
