"""What follows from what was said, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from discovery_agent.discovery.assessments import AssessmentOverview, Section
from discovery_agent.discovery.report.decision_view import CONFLICT_LABELS
from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.coverage import SingleVoice, Voice
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.web.ui.elements import Piece, badge, div, lazy, link, name, p, section, span, words_of
from discovery_agent.web.ui.engagement.agenda import show_agenda
from discovery_agent.web.ui.engagement.changes import changed, show_changes
from discovery_agent.web.ui.engagement.goals import show_business_goal, show_kpi, show_operational_goal
from discovery_agent.web.ui.engagement.kpis import show_kpis
from discovery_agent.web.ui.engagement.said import SaidSide, show_sides
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.engagement.verdicts import show_answer, show_verdict
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_ANSWERS = 4
"""Verdicts that are shown at a glance."""
_FIELDS = {
    "baseline": "today's value",
    "target": "a target",
    "deadline": "a deadline",
    "measured_by": "a way to measure",
    "owner": "an owner",
}


async def show_results(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    """All parts of an assessment, each reading only what it shows."""
    answers, goals = await slices.read(Section.GOALS)(0, _ANSWERS)
    if answers:
        each(show_answer, classes="answers")(answers)
        if goals > len(answers):
            with p("", "small"):
                link(f"{goals - len(answers)} more verdicts below", "#verdicts")
    _tiles(overview)
    if changed(overview):
        with section("What changed", "changes"):
            await show_changes(visit, slices, overview)
    await _verdicts(visit, slices)
    with section("Ask next", "agenda"):
        p("By person; the question whose answer could change most comes first.", "note")
        await Paged(
            visit,
            "questions",
            slices.read(Section.AGENDA),
            show_agenda,
            size=12,
            nothing=lambda: _none("Nothing is left to ask that could change a decision."),
        ).load()
    with section("Where people disagree", "conflicts"):
        await Paged(
            visit,
            "conflicts",
            slices.read(Section.CONFLICTS),
            each(partial(_conflict, slices.engagement_id), classes="conflicts"),
            size=5,
            nothing=lambda: _none("No two speakers contradict each other in what was found."),
        ).load()
    with section("KPIs", "kpis"):
        if overview.kpi_gaps:
            total = overview.sizes.get(Section.KPIS.value, 0)
            lacking = sorted(overview.kpi_gaps.items(), key=lambda one: -one[1])
            p(
                "Of " + plural(total, "KPI") + ": " + "; ".join(f"{count} lack {_FIELDS.get(gap, gap)}" for gap, count in lacking) + ".",
                "note",
            )
        await Paged(visit, "KPIs", slices.read(Section.KPIS), show_kpis, size=10, nothing=lambda: _none("No KPI was found.")).load()
    await _goals(visit, slices, overview)
    await _coverage(visit, slices, overview)


def _none(words: str) -> None:
    p(words, "none")


def _tiles(overview: AssessmentOverview) -> None:
    sizes = overview.sizes
    missing = sum(overview.kpi_gaps.values())
    conflicts = sizes.get(Section.CONFLICTS.value, 0)
    tiles = (
        ("#verdicts", sizes.get(Section.GOALS.value, 0), "operational goal with a verdict", "operational goals, each with a verdict", ""),
        ("#agenda", sizes.get(Section.AGENDA.value, 0), "question to ask", "questions to ask", ""),
        ("#conflicts", conflicts, "disagreement", "disagreements", "clash" if conflicts else ""),
        ("#kpis", missing, "fact about KPIs missing", "facts about KPIs missing", "warn" if missing else ""),
        ("#heard", sizes.get(Section.VOICES.value, 0), "person heard of", "people, heard or named", ""),
    )
    with Piece("ul", "", "tiles five"):
        for href, number, one, several, tone in tiles:
            with Piece("li", "", tone), Piece("a", "", "", href=href):
                span(f"{number:,}", "figure")
                span(one if number == 1 else several, "caption")


async def _verdicts(visit: Visit, slices: Slices) -> None:
    with section("Is AI needed?", "verdicts"):
        p(
            "For each operational goal: the lowest rung of the ladder that suffices. Rules decide, from what was said; "
            "the wish for AI counts as a position, not as a reason.",
            "note",
        )

        def show(decision: GoalDecision) -> None:
            show_verdict(visit, slices, decision)

        await Paged(
            visit,
            "verdicts",
            slices.read(Section.GOALS),
            each(show, classes="verdicts"),
            size=5,
            nothing=lambda: _none("Nothing to judge yet: no operational goal and no fact about the work was found."),
        ).load()


def _conflict(engagement_id: str, one: Conflict) -> None:
    with Piece("li"), Piece("article", "", "conflict" if one.real else "conflict apparent"):
        with Piece("h3"):
            span(CONFLICT_LABELS[one.kind], "kind")
            span(" ")
            name(one.about)
            span(" ")
            badge("real", "clash") if one.real else badge("perhaps only words")
            if one.decides:
                badge("decides a verdict", "clash")
        words_of(one.crux, classes="crux")
        show_sides(engagement_id, [SaidSide(side.holds, side.speakers, side.quotes) for side in one.sides])


async def _goals(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    sizes = overview.sizes
    with section("Goal tree", "goals"):
        await Paged(
            visit,
            "business goals",
            slices.read(Section.BUSINESS_GOALS),
            each(show_business_goal, classes="goals"),
            size=8,
            nothing=lambda: _none(
                "No business goal was found. Ask a sponsor: what should be different in a year, and how would you see it?"
            ),
        ).load()
        orphans = sizes.get(Section.OPERATIONAL_GOALS.value, 0) + sizes.get(Section.UNLINKED_KPIS.value, 0)
        if not orphans:
            return

        async def show() -> None:
            p("Nobody said what these are for. Ask which business goal each one serves, or drop it.", "quiet")
            with div("goal"):
                if sizes.get(Section.OPERATIONAL_GOALS.value):
                    await Paged(
                        visit, "goals", slices.read(Section.OPERATIONAL_GOALS), each(show_operational_goal, classes="under"), size=15
                    ).load()
                if sizes.get(Section.UNLINKED_KPIS.value):
                    await Paged(visit, "KPIs", slices.read(Section.UNLINKED_KPIS), each(show_kpi, classes="under"), size=15).load()

        lazy(visit, "Tied to no goal above", str(orphans), show)


async def _coverage(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    with section("Who was heard", "heard"):
        if overview.missing_roles:
            roles = ", ".join(ROLE_LABELS[role] or role.value for role in overview.missing_roles)
            with p("", "warning"):
                span(f"Nobody was heard as: {roles}. ")
                link("Invite somebody", f"/engagements/{slices.engagement_id}/people")
        await Paged(visit, "people", slices.read(Section.VOICES), each(_voice), size=15).load()
        single = overview.sizes.get(Section.SINGLE_VOICES.value, 0)
        if single:

            async def show() -> None:
                await Paged(visit, "conclusions", slices.read(Section.SINGLE_VOICES), _singles, size=15).load()

            lazy(visit, "Conclusions that rest on one voice", str(single), show)


def _voice(voice: Voice) -> None:
    with Piece("li"):
        with div("what"):
            name(voice.name, "strong")
            span(f" {ROLE_LABELS[voice.role] or 'role not known'}", "quiet")
        if voice.turns:
            span(f"{plural(voice.turns, 'turn')}, {plural(voice.findings, 'finding')}", "quiet")
        else:
            badge("not heard", "warn")


def _singles(items: Sequence[SingleVoice]) -> None:
    with Piece("ul", "", "ruled"):
        for one in items:
            with Piece("li"):
                words_of(one.statement, "span")
                span(" ")
                name(one.speaker, "quiet")
