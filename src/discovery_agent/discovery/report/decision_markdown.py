"""Verdicts, conflicts and agenda as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from discovery_agent.discovery.report.decision_view import (
    ConflictView,
    DecisionsView,
    VerdictView,
    figure_words,
    needed_words,
    solution_label,
)
from discovery_agent.discovery.report.knowledge_view import KnowledgeView, KnownView

Escape = Callable[[str], str]
_MARKS = {"leads": "**verdict**", "holds": "would do as well", "fails": "does not suffice", "open": "cannot be told yet"}


def decision_lines(view: DecisionsView, knowledge: KnowledgeView, text: Escape) -> Iterator[str]:
    """The sections of the decisions; `text` makes what people said harmless."""
    yield from ("## Is AI needed?", "")
    for verdict in view.verdicts:
        yield from _verdict(verdict, text)
    if not view.verdicts:
        yield from ("Nothing to judge yet.", "")
    yield from ("## Where people disagree", "")
    for conflict in view.conflicts:
        yield from _conflict(conflict, text)
    if not view.conflicts:
        yield from ("No two speakers contradict each other in what was found.", "")
    yield from ("## Ask next", "")
    for name, items in view.agenda:
        yield from (f"**{text(name)}**", "")
        yield from (
            f"- {text(item.question)} ({text(item.about)}: {text(item.why)}){known_labels(knowledge.on_question(item.id))}"
            for item in items
        )
        yield ""
    if view.missing_roles:
        yield from (f"Nobody was heard as: {', '.join(view.missing_roles)}.", "")


def _verdict(verdict: VerdictView, text: Escape) -> Iterator[str]:
    confidence = f", {verdict.confidence} %" if verdict.certainty == "leaning" else ""
    yield from (
        f"### {text(verdict.goal)}",
        "",
        f"**{verdict.headline}** ({verdict.certainty}{confidence}). {text(verdict.means)}{known_labels(verdict.known)}",
        "",
    )
    yield from (f"> {text(line)}" for line in verdict.memo)
    if verdict.memo:
        yield ""
    for step in verdict.steps:
        yield f"- {step.label}: {_MARKS[step.state]}, {step.share} %"
        for lack in step.lacks:
            quotes = "".join(f" “{text(one.quotes[0].text)}” ({one.label})" for one in lack.findings[:1] if one.quotes)
            yield f"  - {text(lack.text)}{quotes}"
    yield ""
    for conflict in verdict.contradictions:
        yield from _conflict(conflict, text)
    if verdict.questions:
        yield from ("What would change the verdict:", "")
        for question in verdict.questions:
            outcomes = ", ".join(dict.fromkeys(solution_label(solution) for _, solution in question.outcomes))
            yield f"- {text(question.question)} ({outcomes})"
        yield ""
    if verdict.readiness:
        yield from (f"Data: {verdict.readiness}", "")
        yield from (
            f"- {text(gate.name)}: {text(gate.level)}. {text(needed_words(gate))} Next: {text(gate.next_step)}{known_labels(gate.known)}"
            for gate in verdict.gates
            if gate.next_step
        )
        yield ""
    yield from ("| option | to build | to run | effect | paid back | after 12 months |", "|---|---|---|---|---|---|")
    for option in verdict.options:
        cells = (option.label, option.build, option.run, option.effect, option.payback, option.result)
        yield f"| {' | '.join(text(cell) for cell in cells)} |"
    yield ""
    if verdict.missing:
        yield from (f"Nobody said: {text('; '.join(verdict.missing))}.", "")
    yield from (f"Assumptions: {text('; '.join(figure_words(figure) for figure in verdict.assumptions))}.", "")


def known_labels(known: Sequence[KnownView]) -> str:
    """Which passages explain it: ` [K1, K2]` as text."""
    return f" ({', '.join(one.label for one in known)})" if known else ""


def knowledge_lines(view: KnowledgeView, text: Escape) -> Iterator[str]:
    """The passages that are cited, those of the engagement's own documents first, and those that nobody has raised."""
    if not view.cited and not view.notes:
        return
    yield from ("## What is known about this", "")
    if view.own:
        yield from ("### From your documents", "", "Pointers for you to check: not evidence, and nothing was taken from them.", "")
        for one in view.own:
            yield from _passage(one, one.where, text)
    if view.general:
        if view.own:
            yield from ("### From the knowledge base", "")
        yield from ("General experience, not evidence about this organisation.", "")
        for one in view.general:
            yield from _passage(one, one.kind, text)
    if view.unused:
        yield from ("Also known of cases like these, and raised by nobody yet:", "")
        yield from (
            f"- {text(one.title)} (for {text(one.goal)}{', your document ' + text(one.where) if one.whose else ''})" for one in view.unused
        )
        yield ""
    yield from (text(note) for note in view.notes)
    yield ""


def _passage(one: KnownView, where: str, text: Escape) -> Iterator[str]:
    yield from (f"**{one.label}** {text(one.title)} ({text(where)})", "")
    yield from (f"> {text(paragraph)}\n>" for paragraph in one.paragraphs)
    if one.sources:
        yield f"> The page's sources: {text('; '.join(one.sources))}"
    yield ""


def _conflict(conflict: ConflictView, text: Escape) -> Iterator[str]:
    kind = "real" if conflict.real else "perhaps only words"
    yield from (f"**{conflict.label}**, {text(conflict.about)} ({kind}): {text(conflict.crux)}", "")
    for side in conflict.sides:
        who = ", ".join(side.people) or "speaker unknown"
        quote = f" “{text(side.quotes[0])}”" if side.quotes else ""
        then = f" Then: {side.then}." if side.then else ""
        yield f"- {text(who)}: {text(side.holds)}{quote}{then}"
    yield ""
