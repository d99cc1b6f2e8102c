"""Is AI needed? For each operational goal the verdict, the ladder step by step, and the data that it would need."""

from __future__ import annotations

from discovery_agent.discovery.report.decision_view import (
    GateView,
    StepView,
    VerdictView,
    decisions_view,
    figure_words,
    ladder_words,
    needed_words,
    solution_label,
)
from discovery_agent.discovery.report.finding_view import FindingIndex
from discovery_agent.discovery.report.knowledge_view import KnowledgeView, KnownView, knowledge_view
from discovery_agent.discovery.report.wording import day, plural, sentence_case
from discovery_agent.domain.coverage import Coverage
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.necessity import Contradiction, RungReading, Side
from discovery_agent.domain.readiness import DimensionReading
from discovery_agent.domain.settlements import Settlement
from discovery_agent.web.ui.elements import Piece, badge, div, fold, heading, lazy, link, name, p, span, words_of
from discovery_agent.web.ui.engagement.criteria import answer_to, question_of
from discovery_agent.web.ui.engagement.said import SaidSide, said, show_sides
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.knowledge.searching import place_words
from discovery_agent.web.ui.visit import Visit

_SEALS = {"plain": "✓", "ai": "AI", "open": "?"}
_STATES = {"leads": "the verdict", "holds": "would do as well", "fails": "does not suffice", "open": "cannot be told yet"}
# Findings are read from the decisions themselves, which hold their quotes, and never all loaded to number them.
NO_INDEX = FindingIndex((), {}, {}, {})
_NOBODY = Coverage(voices=(), missing_roles=(), single_voices=())


def verdict_view(decision: GoalDecision) -> VerdictView:
    """One verdict as the report shows it."""
    return decisions_view(Decisions(goals=(decision,), coverage=_NOBODY), NO_INDEX, KnowledgeView()).verdicts[0]


def show_verdict(visit: Visit, slices: Slices, decision: GoalDecision) -> None:
    """One verdict; what led to it opens on demand."""
    view = verdict_view(decision)
    engagement_id = slices.engagement_id

    async def solutions() -> None:
        with Piece("ol", "", "rungs"):
            for step, rung in zip(view.steps, decision.necessity.ladder, strict=True):
                _step(engagement_id, step, rung)

    async def questions() -> None:
        _questions(view)

    async def readiness() -> None:
        _readiness(engagement_id, view, decision)

    async def economics() -> None:
        _economics(view)

    async def known() -> None:
        _known(knowledge_view(await slices.knowledge()).on_verdict(decision.goal_id))

    with Piece("li", "", "", id=anchor_of(decision)), Piece("article", "", f"verdict {view.tone}"):
        with Piece("header"):
            Piece("div", _SEALS[view.tone], "seal", aria_hidden="true")
            with div():
                heading(2, view.goal)
                with p("", "answer"):
                    Piece("strong", view.headline)
                    span(" ")
                    badge(f"{view.certainty}, {view.confidence} %" if view.certainty == "leaning" else view.certainty)
                words_of(view.means)
        _ladder(view)
        if view.memo:
            with div("memo"):
                heading(3, "Do not build AI for this")
                with Piece("ul"):
                    for line in view.memo:
                        words_of(line, "li")
        for contradiction in decision.necessity.contradictions:
            with div("contradiction"):
                heading(3, f"{contradiction.name}: {_standing(contradiction)}")
                if contradiction.settled:
                    _settled(engagement_id, contradiction.settled, open_=contradiction.open)
                question = question_of(visit.workspace, contradiction.criterion)
                show_sides(engagement_id, [_side(side, question) for side in contradiction.sides])
        lazy(visit, "Each solution, from the simplest to the costliest", "", solutions)
        if view.questions:
            lazy(visit, "What would change the verdict", str(len(view.questions) + view.more_questions), questions)
        if view.readiness:
            lazy(visit, "Is the data ready?", view.readiness, readiness)
        lazy(visit, "What would it cost and bring?", "", economics)
        lazy(visit, "What is known of cases like this", "", known)


def show_answer(engagement_id: str, decision: GoalDecision) -> None:
    """A verdict at a glance, which leads to the whole of it."""
    view = verdict_view(decision)
    with (
        Piece("li", "", f"verdict {view.tone}"),
        Piece("a", "", "", href=f"/engagements/{engagement_id}/verdicts#{anchor_of(decision)}"),
    ):
        Piece("span", _SEALS[view.tone], "seal", aria_hidden="true")
        with Piece("span"):
            Piece("strong", view.headline)
            span(" ")
            badge(view.certainty)
            Piece("br")
            words_of(view.goal, "span")


def anchor_of(decision: GoalDecision) -> str:
    """The place of a verdict on its page."""
    return f"verdict-{decision.goal_id or 'whole'}"


def _standing(one: Contradiction) -> str:
    if one.settled is None:
        return "people disagree"
    return "settled in words" if one.open else "settled by people"


def _settled(engagement_id: str, end: Settlement, *, open_: bool) -> None:
    """Who settled it, when, and on what; where no side was named, what is missing to count it."""
    with div("resolution"):
        with p("", "strong"):
            span(f"Settled{f' on {day(end.at)}' if end.at else ''}")
            if end.by:
                span(" by ")
                name(end.by)
        if end.chosen:
            words_of(f"Agreed on: {end.chosen}")
        if end.words:
            words_of(end.words)
        if open_:
            with p():
                span("The verdict cannot be computed from these words. ")
                link("Say which side holds", f"/engagements/{engagement_id}/conflicts")


def _side(side: Side, question: str) -> SaidSide:
    quotes = tuple(quote for rating in side.ratings for quote in rating.quotes)
    people = tuple(dict.fromkeys(name for rating in side.ratings for name in rating.speakers))
    return SaidSide(answer_to(question, side.means), people, quotes, sentence_case(side.solution.label) if side.solution else "open")


def _ladder(view: VerdictView) -> None:
    with Piece("ol", "", "ladder", aria_label=ladder_words(view.steps)):
        for step in view.steps:
            with Piece("li", "", f"step {step.state}", title=f"{step.label}: {step.share} %"):
                span(step.label, aria_hidden="true")


def _step(engagement_id: str, step: StepView, rung: RungReading) -> None:
    with Piece("li", "", step.state):
        with p():
            Piece("strong", step.label)
            likely = f", {step.share} % likely" if 0 < step.share < 100 else ""
            span(f" {_STATES[step.state]}{likely}", "quiet")
        p(step.means, "quiet")
        if rung.lacking:
            with Piece("ul", "", "lacks"):
                for condition in rung.lacking:
                    with Piece("li"):
                        span(f"{condition.lacks} ")
                        said(engagement_id, (one for rating in condition.ratings for one in rating.quotes))
        if step.unknown:
            with Piece("details", "", "inner"):
                Piece("summary", f"{plural(len(step.unknown), 'condition')} not known yet")
                with Piece("ul", "", "plain"):
                    for text in step.unknown:
                        Piece("li", text, "quiet")


def _questions(view: VerdictView) -> None:
    with Piece("ol", "", "asks"):
        for question in view.questions:
            with Piece("li"):
                words_of(question.question)
                outcomes = (f"{value.replace('_', ' ')} → {solution_label(solution)}" for value, solution in question.outcomes)
                p("; ".join(outcomes), "quiet small")
    if view.more_questions:
        p(f"{view.more_questions} more could change it, less likely.", "quiet small")


def _readiness(engagement_id: str, view: VerdictView, decision: GoalDecision) -> None:
    if decision.readiness is None or not view.gates:
        p("It needs no data.", "quiet")
        return
    with Piece("ul", "", "gates"):
        for gate, reading in zip(view.gates, decision.readiness.dimensions, strict=True):
            _gate(engagement_id, gate, reading)


def _gate(engagement_id: str, gate: GateView, reading: DimensionReading) -> None:
    with Piece("li", "", gate.state):
        with Piece("span", "", "level3", aria_hidden="true"):
            for pip in gate.pips:
                Piece("i", "", pip)
        with div():
            with p():
                Piece("strong", gate.name)
                span(f": {gate.level} ")
                badge(gate.state, {"open": "good", "closed": "clash"}.get(gate.state, "warn"))
                if gate.proof:
                    span(" ")
                    badge(gate.proof)
            if reading.claims:
                with p("", "claims small"):
                    said(engagement_id, (one for claim in reading.claims for one in claim.quotes))
            if gate.next_step:
                with p("", "quiet"):
                    span(f"{needed_words(gate)} ")
                    Piece("strong", "Next: ")
                    span(gate.next_step)


def _economics(view: VerdictView) -> None:
    if view.metric:
        with p("", "quiet"):
            span("On the KPI ")
            name(view.metric)
            span(". Likely figures, with the ends of what is usual.")
    heads = ("Option", "To build", "To run", "Effect", "Paid back", "After 12 months")
    with div("table", tabindex="0", role="group", aria_label="Options compared"), Piece("table", "", "options kpis"):
        with Piece("thead"), Piece("tr"):
            for head in heads:
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for option in view.options:
                with Piece("tr"):
                    with Piece("th", "", scope="row"):
                        span(option.label)
                        if option.needs_ai:
                            span(" ")
                            badge("AI")
                    values = (option.build, option.run, option.effect, option.payback, option.result)
                    for head, text in zip(heads[1:], values, strict=True):
                        Piece("td", text, data_label=head)
    if view.missing:
        p(f"Nobody said: {'; '.join(view.missing)}. Without it no effect in money is shown.")
    if view.assumptions:
        with fold(plural(len(view.assumptions), "assumption"), classes="inner"), Piece("ul", "", "plain"):
            for figure in view.assumptions:
                Piece("li", figure_words(figure), "small")


def _known(passages: tuple[KnownView, ...]) -> None:
    if not passages:
        p("Nothing in the knowledge base fits closely.", "quiet")
    for one in passages:
        with div("known"):
            heading(3, one.title)
            for text in one.paragraphs:
                words_of(text)
            words_of(place_words(one), classes="quiet small")
