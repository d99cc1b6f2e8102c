"""Where an engagement stands in a few lines: what is decided, what is missing, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from discovery_agent.discovery.assessments import AssessmentOverview, Section
from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.necessity import Certainty

_FIELDS = {
    "baseline": "today's value",
    "target": "a target",
    "deadline": "a deadline",
    "measured_by": "a way to measure",
    "owner": "an owner",
}


class Line(NamedTuple):
    """Something to know, with the page below the engagement that shows it."""

    text: str
    path: str


class Step(NamedTuple):
    """What to do next: in words, with whom and what for, and where."""

    text: str
    why: str
    path: str
    button: str


def decided(overview: AssessmentOverview) -> tuple[Line, ...]:
    """What the rules could decide so far; nothing of it is final before a person approves it."""
    goals = overview.sizes.get(Section.GOALS.value, 0)
    if not goals:
        return ()
    counts = {certainty: sum(one.goals for one in overview.verdicts if one.certainty is certainty) for certainty in Certainty}
    words = ", ".join(f"{count} {certainty.value}" for certainty, count in counts.items() if count)
    return (Line(f"{plural(goals, 'verdict')}: {words}", "/verdicts"),)


def missing(overview: AssessmentOverview, unsettled: int = 0) -> tuple[Line, ...]:
    """What stands in the way of a decision, gravest first. `unsettled` is how many conflicts nobody has ended."""
    sizes = overview.sizes
    found: list[Line] = []
    if not sizes.get(Section.BUSINESS_GOALS.value):
        found.append(Line("No business goal was said", "/goals"))
    if undecided := sum(one.goals for one in overview.verdicts if one.certainty is Certainty.OPEN):
        found.append(Line(f"Too little is known for a verdict on {plural(undecided, 'goal')}", "/verdicts"))
    if unsettled:
        found.append(Line(f"{plural(unsettled, 'conflict')} not settled", "/conflicts"))
    if gaps := kpi_gaps(overview):
        found.append(Line(gaps, "/goals#kpis"))
    if unsure := overview.ready.get("unknown", 0):
        found.append(Line(f"Whether the data is ready is not known for {plural(unsure, 'goal')}", "/verdicts"))
    if closed := overview.ready.get("not_ready", 0):
        found.append(Line(f"The data is not ready for {plural(closed, 'goal')}", "/verdicts"))
    if overview.missing_roles:
        roles = ", ".join(ROLE_LABELS[role] or role.value for role in overview.missing_roles)
        found.append(Line(f"Nobody was heard as: {roles}", "/people#heard"))
    if single := sizes.get(Section.SINGLE_VOICES.value, 0):
        found.append(Line(f"{plural(single, 'conclusion rests', 'conclusions rest')} on one voice", "/people#heard"))
    return tuple(found)


def kpi_gaps(overview: AssessmentOverview) -> str:
    """`Of 8 KPIs 7 lack an owner, 5 a deadline`; empty if none lacks anything."""
    lacking = sorted(((count, gap) for gap, count in overview.kpi_gaps.items() if count), key=lambda one: -one[0])
    if not lacking:
        return ""
    (most, gap), *others = lacking
    more = "".join(f", {count} {_FIELDS.get(gap, gap)}" for count, gap in others)
    verb = "lacks" if most == 1 else "lack"
    return f"Of {plural(overview.sizes.get(Section.KPIS.value, 0), 'KPI')} {most} {verb} {_FIELDS.get(gap, gap)}{more}"


def next_step(overview: AssessmentOverview | None, agenda: Sequence[AgendaItem], unsettled: int = 0) -> Step:
    """The one thing to do next."""
    if overview is None:
        return Step(
            "Add a transcript, or invite somebody",
            "Results appear as soon as something was said and read.",
            "/conversations",
            "Add transcripts",
        )
    if agenda:
        first = agenda[0]
        whom = " or ".join(first.people[:2]) or " or ".join(ROLE_LABELS[role] for role in first.roles[:2] if ROLE_LABELS[role])
        why = f"On “{first.about}”: {first.why}. Ask {whom or 'somebody not heard yet'}."
        return Step(first.question, why, "/agenda", "All questions")
    if unsettled:
        return Step("Settle the conflicts", "No question is left that could change a decision.", "/conflicts", "Conflicts")
    return Step("Look through the verdicts", "No question is left that could change a decision.", "/verdicts", "Verdicts")
