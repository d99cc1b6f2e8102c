"""The overview of a large report as Markdown, and the list of its conversations."""

from __future__ import annotations

from collections.abc import Iterator

from discovery_agent.discovery.report.kpi_view import gap_sentence
from discovery_agent.discovery.report.large.overview import Overview, Verdicts
from discovery_agent.discovery.report.large.plan import Plan
from discovery_agent.discovery.report.markdown import finding_labels, kpi_lines, markdown_text
from discovery_agent.discovery.report.wording import plural

CONVERSATIONS = "pages/conversations.md"


def overview_markdown(view: Overview, plan: Plan) -> str:
    """All counts, and of each list the first."""
    text = markdown_text
    approved = (
        f"{plural(view.approved, 'finding')} of {view.findings:,} confirmed or corrected by a person."
        if view.approved
        else "Nothing here is approved."
    )
    lines = [
        f"# {text(view.title)}",
        "",
        f"**DRAFT.** Proposed by the {text(view.analyst)}. {approved}",
        "",
        f"{view.date}: {plural(view.conversations, 'conversation')}, {plural(view.speakers, 'speaker')}, {plural(view.words, 'word')}. "
        f"{plural(view.findings, 'finding')} proved by a quote, {len(view.unverified):,} not proved.",
        "",
        "This is the overview: the first of each list. All of it is in `report.html` and the pages that it leads to, in `report.json`, "
        f"and by conversation in [the list of conversations]({CONVERSATIONS}).",
        *_unread(view),
        "",
        *(_verdicts(view.decisions) if view.decisions else ()),
        "## What they want",
        "",
        *_goals(view),
        "",
        "## KPIs",
        "",
        *kpi_lines(view.kpis),
        *([f"\n{view.kpis.rest:,} more are in `report.html`."] if view.kpis.rest else []),
        "",
        "## Still to ask",
        "",
        *(f"- {gap_sentence(gap)}" for gap in view.kpi_gaps),
        *(f"- {gap.count:,} of {gap.of:,} {gap.label}" for gap in view.tree_gaps),
        *([] if view.kpi_gaps or view.tree_gaps else ["Nothing."]),
        "",
        *(_questions(view.decisions) if view.decisions else ()),
        "## Findings",
        "",
        *(f"- {label}: {count:,}" for _, label, count in plan.kinds),
        "",
        "## Who was heard",
        "",
        *(
            f"- {text(person.name)}{', ' + person.role_label if person.role_label else ''}: {plural(person.findings, 'finding')} "
            f"in {plural(len(person.talks), 'conversation')}"
            for person in view.people
        ),
        *([f"- {plural(view.people.rest, 'more person', 'more people')}"] if view.people.rest else []),
        "",
        "## Limits",
        "",
        *(f"- {line}" for line in view.limits),
    ]
    if view.uses_model:
        usage = view.usage
        cost = "cost unknown" if usage.cost_usd is None else f"USD {usage.cost_usd:.4f}"
        lines += ["", "## Use of the model", ""]
        lines.append(
            f"{plural(usage.calls, 'call')}, {usage.cached_calls:,} from the cache; "
            f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out; {cost}."
        )
    return "\n".join(lines) + "\n"


def index_markdown(plan: Plan) -> str:
    """All conversations by title."""
    lines = [f"# Conversations of {markdown_text(plan.cover.title)}", ""]
    for talk in plan.by_title:
        facts = ", ".join(fact for fact in (talk.source, talk.date) if fact)
        lines.append(f"- [{markdown_text(talk.title)}](../{talk.stem}.md) ({markdown_text(facts)}): {plural(talk.findings, 'finding')}")
    return "\n".join(lines) + "\n"


def _unread(view: Overview) -> Iterator[str]:
    if not view.failed and not view.unreadable:
        return
    failed, unreadable = plural(len(view.failed), "stretch", "stretches"), plural(len(view.unreadable), "file")
    yield from ("", f"**Not everything was read:** {failed} of conversations, and {unreadable}.", "")
    for item in view.failed:
        where = f"{markdown_text(item.conversation)}, {item.first} to {item.last}"
        yield f"- {where}: {markdown_text(item.error)} {markdown_text(item.remedy)}".rstrip()
    for file in view.unreadable:
        yield f"- {markdown_text(file.source)}: {markdown_text(file.error)} {markdown_text(file.remedy or '')}".rstrip()
    rest = view.failed.rest + view.unreadable.rest
    if rest:
        yield f"- {rest:,} more are in `report.html`"


def _verdicts(decided: Verdicts) -> Iterator[str]:
    tally = decided.tally
    yield from ("## Is AI needed?", "")
    if decided.verdicts:
        yield f"Of {plural(len(decided.verdicts), 'goal')}, {tally.plain:,} need no AI, {tally.ai:,} need it, and for {tally.open:,} it is open."
        yield ""
    else:
        yield from ("Nothing to judge yet.", "")
    for verdict in decided.verdicts:
        yield f"- **{verdict.headline}** ({verdict.certainty}): {markdown_text(verdict.goal.rstrip('.'))}. {markdown_text(verdict.means)}"
    yield from ("", f"People disagree on {plural(decided.conflicts, 'point')}.", "")


def _goals(view: Overview) -> Iterator[str]:
    if not view.tree.business_goals:
        yield "No business goal was found."
    for goal, weight in zip(view.tree.business_goals, view.weights, strict=True):
        yield f"- **{markdown_text(goal.statement)}** ({weight}){finding_labels(goal.findings)}"
        for quote in [quote for finding in goal.findings[:1] for quote in finding.quotes[:1]]:
            yield f"  - “{markdown_text(quote.text)}” ({markdown_text(quote.speaker.name)}, {markdown_text(quote.conversation)})"
    rest = len(view.tree.business_goals) - len(view.weights)
    if rest:
        yield f"- {rest:,} more are in `report.html`"


def _questions(decided: Verdicts) -> Iterator[str]:
    yield from ("## Ask next", "")
    for item, _ in decided.agenda:
        yield f"- {markdown_text(item.question)} ({markdown_text(item.about)}: {markdown_text(item.why)})"
    if decided.agenda.rest:
        yield f"- {plural(decided.agenda.rest, 'more question')}"
    if decided.missing_roles:
        yield from ("", f"Nobody was heard as: {', '.join(decided.missing_roles)}.")
    yield ""
