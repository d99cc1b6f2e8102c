"""What is in and what is out: first version, backlog, non-goals, choices to approve, assumptions."""

from __future__ import annotations

from collections.abc import Iterable

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Row
from discovery_agent.domain.blueprint.decided import kept_as_decided
from discovery_agent.domain.blueprint.defects import MOST_CITED
from discovery_agent.domain.blueprint.departures import of_the_objective
from discovery_agent.domain.blueprint.document import BlueprintSection, Choice, ChoiceKind, Course, KpiTarget, SectionId
from discovery_agent.domain.blueprint.draft import Draft, in_words, part, parts, said, table, titles
from discovery_agent.domain.blueprint.texts import LONGEST_HOW, capital, goal_in_short, one_after_another, sentence, short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.blueprint.ties import means_of, stands_for
from discovery_agent.domain.findings import FindingKind, FindingStatus

MOST_NON_GOALS = 12
MOST_DECIDED = 60
_EPICS = ("Epic", "Course", "Value", "Risk", "KPI")
_ITEMS = ("Item", "Story", "Accepted when", "KPI")
_ITEMS_OF_MANY = ("Epic", *_ITEMS)
"""Epics of one course have items of the same names."""
_KINDS = {ChoiceKind.DROPPED: "dropped", ChoiceKind.DEFERRED: "later", ChoiceKind.PHASED: "in steps"}


def mvp(draft: Draft) -> BlueprintSection:
    """The first version: its epics in order, then the items of each."""
    return BlueprintSection(
        id=SectionId.MVP,
        title="First version",
        parts=parts(
            part("cut", "", _cut(draft)),
            part("objective", "What the shared objective names as the way", _against_the_objective(draft)),
            table("epics", "Epics, by value against risk", _EPICS, (_epic(one) for one in draft.threads.first)),
            *(
                table(f"items-{one.epic.id}", short(one.epic.title, 100), _ITEMS, _items(draft, one, mvp=True))
                for one in draft.threads.first
            ),
        ),
    )


def backlog(draft: Draft) -> BlueprintSection:
    """What comes after the first version: every further epic in order, then the items that wait."""
    everything = draft.threads.all
    return BlueprintSection(
        id=SectionId.BACKLOG,
        title="Backlog",
        parts=parts(
            table("later", "Epics that come later, by value against risk", _EPICS, (_epic(one) for one in draft.threads.later)),
            table("rest", "What is left of the epics of the first version", _ITEMS_OF_MANY, _of_all(draft, draft.threads.first, mvp=False)),
            table(
                "items",
                "Items of later epics, as far as they are broken down",
                _ITEMS_OF_MANY,
                _of_all(draft, draft.threads.later, mvp=None),
            ),
            table("reasons", "How value and risk were reached", ("Epic", "Value", "Risk"), (_reasons(one) for one in everything)),
        ),
    )


def non_goals(draft: Draft) -> BlueprintSection:
    """What this version does not try to do: what people are against, what was turned down, what comes later."""
    dropped = [one for one in draft.choices if one.kind is ChoiceKind.DROPPED][:MOST_NON_GOALS]
    against = [one for thread in draft.threads.all if not thread.acts for one in thread.against]
    against = [*against, *draft.threads.unplaced_against][:MOST_NON_GOALS]
    later = draft.threads.later[:MOST_NON_GOALS]
    return BlueprintSection(
        id=SectionId.NON_GOALS,
        title="Non-goals",
        parts=parts(
            part("decided", "What was decided", _decided(draft)),
            part("against", "What people do not want", (said(one) for one in against)),
            part(
                "dropped",
                "What was asked for and is not done",
                (
                    Claim(
                        text=f"{capital(short(one.asked))}: {one.instead}",
                        findings=one.findings[:6],
                        how=short(f"choice by rule: {one.instead}", LONGEST_HOW),
                    )
                    for one in dropped
                ),
            ),
            part("later", "What other goals come before", (_later(one) for one in later)),
        ),
    )


def _decided(draft: Draft) -> list[Claim]:
    """Decisions that say what is left out or where it begins: this version keeps them, and no task is needed for that."""
    decisions = draft.material.sources.of_kind(FindingKind.DECISION)
    kept = kept_as_decided(decisions, draft.threads.all)[:MOST_DECIDED]
    how = "a decision about scope: kept by what this version does not do"
    return [Claim(text=f"Decided: {in_words(one)}.", findings=(one.id,), how=how) for one in kept]


def choices(draft: Draft) -> BlueprintSection:
    """Every choice, to be approved one by one."""
    return BlueprintSection(
        id=SectionId.CHOICES,
        title="Choices to approve",
        parts=parts(
            table(
                "choices",
                "Asked for, and not done or not now",
                ("Asked for", "What happens to it", "How", "Why"),
                (Row(cells=(one.asked, one.instead, _how(one), one.why), findings=one.findings[:MOST_CITED]) for one in draft.choices),
            )
            or part(
                "none",
                "",
                [Claim(text="Everything that was asked for is part of the first version.", how="no wish or goal is left uncited")],
            )
        ),
    )


def assumptions_section(assumptions: Iterable[Assumption]) -> BlueprintSection:
    """Everything that nobody said and the blueprint rests on."""
    columns = ("Assumption", "Low", "Likely", "High", "Unit", "From")
    return BlueprintSection(
        id=SectionId.ASSUMPTIONS,
        title="Assumptions",
        parts=parts(
            table(
                "assumptions",
                "Open to change",
                columns,
                (
                    Row(
                        cells=(one.text, _figure(one.low), _figure(one.value), _figure(one.high), one.unit, one.changed_by or one.source),
                        assumptions=(one.id,),
                    )
                    for one in assumptions
                ),
            )
        ),
    )


def _how(one: Choice) -> str:
    return f"{_KINDS[one.kind]}; departs from what was decided" if one.departs_from else _KINDS[one.kind]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _cut(draft: Draft) -> list[Claim]:
    first = draft.threads.first
    ids = tuple(dict.fromkeys(id_ for one in first for id_ in one.goal.findings[:2]))
    how = "the first epic by value against risk, and each further one whose value is no less than its risk, up to four; nothing undecided or not to be built"
    unproved = [one for one in draft.material.sources.all(ids) if one.status is FindingStatus.PROPOSED]
    asks = all(one.goal.course is Course.UNDECIDED for one in first)
    does = "Before anything is built, the open questions are asked about" if asks else "The first version works on"
    claims = [Claim(text=f"{does} {titles(first)}.", findings=ids, how=how)] if first else []
    if unproved and len(unproved) == len(ids):
        text = "None of the statements that it rests on has been confirmed by a person yet."
        claims.append(Claim(text=text, findings=ids[:6], how="status of the findings cited"))
    return claims


def _against_the_objective(draft: Draft) -> list[Claim]:
    """Whether the first version does what the objective says under "How", and why not where it does otherwise."""
    named, left_out = means_of(draft.material), _left_out(draft)
    if not named:
        return left_out
    first, claims = draft.threads.first, list[Claim]()
    for part_ in named:
        thread = next((one for one in draft.threads.all if stands_for(part_, one.goal)), None)
        told = f"“{goal_in_short(part_.text)}”"
        if thread is None:
            why = "it is no goal of its own in the assessment that this version rests on"
            claims.append(Claim(text=f"{told} is not in the first version: {why}.", findings=part_.findings[:4], how=why))
        elif not thread.acts:
            why = _why_not(thread)
            claims.append(
                Claim(
                    text=f"{told} is not in the first version: {why}",
                    findings=part_.findings[:4],
                    how=short(f"choice by rule. {why}", LONGEST_HOW),
                )
            )
    without = [one for one in first if not any(stands_for(part_, one.goal) for part_ in named)]
    for one in without:
        text = f"{titles([one])} is in the first version, though the shared objective does not name it: {one.epic.why_value}"
        claims.append(Claim(text=text, findings=one.goal.findings[:4], how=short(f"value by rule: {one.epic.why_value}", LONGEST_HOW)))
    told = {id_ for claim in claims for id_ in claim.findings}
    claims += [one for one in left_out if not told.intersection(one.findings)]
    if not claims:
        ids = tuple(dict.fromkeys(id_ for part_ in named for id_ in part_.findings[:2]))
        text = "The first version works on all that the shared objective names as the way, and on nothing else."
        return [Claim(text=text, findings=ids, how="goals of the first version compared with the means of the objective")]
    return claims


def _left_out(draft: Draft) -> list[Claim]:
    """What the objective names and no work of the first version serves."""
    return [
        Claim(
            text=f"“{goal_in_short(one.asked)}” is in the shared objective, and no work of the first version serves it.",
            findings=one.findings[:4],
            how="the shared objective compared with the epics of the first version",
        )
        for one in draft.choices
        if of_the_objective(one)
    ]


def _why_not(thread: Thread) -> str:
    if thread.goal.course in (Course.UNDECIDED, Course.DO_NOT_BUILD):
        return sentence(f"{thread.goal.course.label}. {thread.goal.why}", 300)
    return f"its value is {thread.epic.value} of 5 and its risk {thread.epic.risk} of 5, and others come before it by that order."


def _metrics(kpi_ids: tuple[str, ...], kpis: tuple[KpiTarget, ...]) -> str:
    names = {one.id: one.metric for one in kpis}
    return "; ".join(short(names[one], 60) for one in kpi_ids[:3] if one in names) or "none yet"


def _epic(thread: Thread) -> Row:
    one = thread.epic
    return Row(
        cells=(short(one.title, 120), one.course.label, f"{one.value} of 5", f"{one.risk} of 5", _metrics(one.kpi_ids, thread.kpis)),
        findings=one.findings[:6],
        how=f"value: {one.why_value} Risk: {one.why_risk}",
    )


def _reasons(thread: Thread) -> Row:
    one = thread.epic
    return Row(
        cells=(short(one.title, 120), one.why_value, one.why_risk),
        findings=one.findings[:4],
        how="the points are given by rule, for the reasons in the row",
    )


def _items(draft: Draft, thread: Thread, *, mvp: bool | None) -> list[Row]:
    return [
        Row(
            cells=(one.title, one.story, one_after_another(one.acceptance), _metrics(one.kpi_ids, thread.kpis)),
            findings=one.findings,
            assumptions=one.assumptions,
            how="" if one.findings or one.assumptions else "work package of the planning table",
        )
        for one in draft.items.get(thread.epic.id, ())
        if mvp is None or one.mvp is mvp
    ]


def _of_all(draft: Draft, threads: tuple[Thread, ...], *, mvp: bool | None) -> list[Row]:
    return [
        row.model_copy(update={"cells": (short(thread.epic.title, 100), *row.cells)})
        for thread in threads
        for row in _items(draft, thread, mvp=mvp)
    ]


def _later(thread: Thread) -> Claim:
    text = f"{capital(goal_in_short(thread.goal.statement))}: later ({thread.goal.course.label})."
    return Claim(text=text, findings=thread.goal.findings[:4], how="order of value against risk")
