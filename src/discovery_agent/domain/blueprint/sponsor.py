"""The vision for the sponsor: one page that says for whom, which need, what, to what benefit, unlike what, and how it is measured."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.courses import BUILDS_NOTHING
from discovery_agent.domain.blueprint.document import BlueprintSection, Course, SectionId
from discovery_agent.domain.blueprint.draft import Draft, limit_claims, part, parts, said, table, told
from discovery_agent.domain.blueprint.held_against import due_too_early
from discovery_agent.domain.blueprint.targets import COLUMNS, NOT_SAID, cells, under_condition, whole
from discovery_agent.domain.blueprint.texts import (
    LONGEST_GOAL,
    LONGEST_HOW,
    by_when,
    capital,
    counted,
    goal_in_short,
    listed,
    money,
    sentence,
    short,
    within,
)
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.findings import Finding, FindingKind

MOST_WORDS = 450
"""One page, with its table."""
_MOST_KPIS = 6
_MOST_EPICS = 4
_LONGEST = 140
_MOST_NEEDS = 3
_LONGEST_LINE = 2000
"""Of the objective, which is told in full: what is longer goes on in the next line."""

_DOES = {
    Course.DO_NOT_BUILD: "nothing is built",
    Course.CHANGE_PROCESS: "the way of working changes, and nothing is built",
    Course.AUTOMATE: "it is automated without AI",
    Course.PREPARE_FIRST: "its data is made ready, and AI is decided on after that",
    Course.BUILD_WITH_AI: "it is built with AI",
    Course.UNDECIDED: "first the open questions are asked",
}


def sponsor_vision(draft: Draft) -> BlueprintSection:
    """The section, within `MOST_WORDS`: where it would be longer, the least telling parts are shortened first; the objective never is."""
    sizes = ((3, _MOST_EPICS, _MOST_KPIS), (2, 3, 5), (1, 2, 4), (1, 1, 3))
    section = _section(draft, *sizes[0])
    for size in sizes[1:]:
        if words_in(section.parts) <= MOST_WORDS:
            break
        section = _section(draft, *size)
    return section


def words_in(told: Sequence[Part]) -> int:
    """How many words the parts of a section hold."""
    texts = [text for one in told for text in (one.heading, *(claim.text for claim in one.claims), *one.columns)]
    texts += [cell for one in told for row in one.rows for cell in row.cells]
    return sum(len(text.split()) for text in texts)


def _section(draft: Draft, details: int, epics: int, kpis: int) -> BlueprintSection:
    return BlueprintSection(
        id=SectionId.SPONSOR_VISION,
        title="Vision for the sponsor",
        parts=parts(
            part("objective", "Shared objective", _objective(draft)),
            part("for_whom", "For whom", _for_whom(draft)),
            part("need", "Need", _need(draft, details)),
            part("product", "What is proposed", _product(draft, epics)),
            part("benefit", "Benefit", _benefit(draft, details)),
            part("limits", "What was said about money and time", [*limit_claims(draft.limits), *_due_too_early(draft)]),
            part("unlike", "Unlike today", _unlike(draft, details)),
            table("kpis", "How success is measured", COLUMNS, _kpi_rows(draft, kpis)),
        ),
    )


def _objective(draft: Draft) -> list[Claim]:
    outcome = draft.material.outcome
    if outcome is None:
        return []
    findings = draft.material.sources.live(one for held in outcome.draft.parts for one in held.findings)
    how = f"the objective that the rounds of agreement ended with ({outcome.kind.value}), recorded by {outcome.recorded_by}"
    whole_lines = [sentence(line, len(line)) for line in outcome.draft.text.splitlines() if line.strip()]
    lines = [one for line in whole_lines for one in wrap(line, _LONGEST_LINE, break_on_hyphens=False)]
    claims = [Claim(text=line, findings=findings, how=short(how, LONGEST_HOW)) for line in lines]
    if outcome.minority:
        names = listed([one.name for one in outcome.minority])
        claims.append(Claim(text=f"{names} did not endorse it.", how="answers of the last round of agreement"))
    return claims


def _for_whom(draft: Draft) -> list[Claim]:
    """The departments and people who spoke for the goals of the first version."""
    sources = draft.material.sources
    people = {one.name: one for one in draft.material.people}
    ids = tuple(dict.fromkeys(one for thread in draft.threads.first for one in (*thread.goal.findings, *thread.above_findings)))
    voices = sources.voices(ids)
    departments = list(dict.fromkeys(people[one].department for one in voices if one in people and people[one].department))
    whom = listed([one for one in departments if one][:3]) or listed(voices[:3]) or "those who spoke"
    at = f" at {draft.material.organisation}" if draft.material.organisation else ""
    how = "who spoke for the goals of this version, and their departments as the conversations name them"
    return [Claim(text=f"{whom[:1].upper()}{whom[1:]}{at}.", findings=ids[:6], how=how)] if voices else []


def _need(draft: Draft, most: int) -> list[Claim]:
    """The business goals that the first version serves, and what hurts today."""
    found: dict[str, Claim] = {}
    for thread in draft.threads.first:
        for one in thread.serves:
            if one.findings:
                text = capital(sentence(one.statement, LONGEST_GOAL))
                found.setdefault(one.statement, Claim(text=text, findings=one.findings[:4], how=one.how))
    unplaced = sorted(draft.threads.unplaced.get(FindingKind.PAIN_POINT, ()), key=lambda one: -one.confidence)
    pains = [*_told(draft.threads.first, FindingKind.PAIN_POINT, most), *unplaced][:most]
    goals = list(found.values())[:_MOST_NEEDS]
    told = {_place(one) for one in draft.material.sources.all(id_ for claim in goals for id_ in claim.findings)}
    claims = [*goals, *(said(one, _LONGEST) for one in pains if _place(one) not in told)]
    if claims:
        return claims
    return [Claim(text=capital(sentence(one.goal.statement, _LONGEST)), findings=one.goal.findings[:4]) for one in draft.threads.first[:1]]


def _place(finding: Finding) -> tuple[str, str]:
    """Where it was said: what was said in one breath with a goal need not be told again."""
    return finding.quotes[0].conversation_id, finding.quotes[0].utterance_id


def _product(draft: Draft, most: int) -> list[Claim]:
    claims: list[Claim] = []
    for thread in draft.threads.first[:most]:
        solution = f" ({thread.goal.solution.label})" if thread.goal.solution and thread.goal.course not in BUILDS_NOTHING else ""
        text = f"{capital(goal_in_short(thread.goal.statement))}: {_DOES[thread.goal.course]}{solution}."
        claims.append(Claim(text=text, findings=thread.goal.findings, how=short(f"course by rule. {thread.goal.why}", LONGEST_HOW)))
    later = len(draft.threads.later) + max(0, len(draft.threads.first) - most)
    if later:
        how = f"order of value against risk; {counted(later, 'goal')} beyond those named here, each listed under the choices or the backlog"
        claims.append(Claim(text=f"{counted(later, 'further goal is', 'further goals are')} listed in the backlog.", how=how))
    return claims


def _benefit(draft: Draft, most: int) -> list[Claim]:
    claims: list[Claim] = []
    for kpi in draft.first_kpis:
        if whole(kpi) and len(claims) < most:
            when = f", {by_when(kpi.deadline)}" if kpi.deadline else ""
            open_ = " (disputed)" if kpi.disputed else ""
            claims.append(
                Claim(
                    text=f"{capital(kpi.metric)}: from {within(kpi.baseline or NOT_SAID)} to {within(under_condition(kpi) or NOT_SAID)}{when}{open_}.",
                    findings=kpi.findings,
                    how=kpi.how,
                )
            )
    return [*claims, *_money(draft)]


def _money(draft: Draft) -> list[Claim]:
    if draft.plan is None or draft.course is Course.DO_NOT_BUILD:
        return []
    forecast = draft.plan.forecast
    if forecast.twelve_month_result is None:
        missing = listed([short(one, 80) for one in forecast.missing[:2]])
        text = (
            sentence(f"What it brings in money cannot be told yet; missing: {missing}", 400)
            if missing
            else "What it brings in money cannot be told yet."
        )
        return [Claim(text=text, how=short(f"economics: {'; '.join(forecast.missing) or 'no effect in money is known'}", LONGEST_HOW))]
    budget = money(forecast.budget.p80, draft.currency)
    if forecast.payback_month is None:
        text = f"It costs up to {budget}, and does not pay back within the horizon."
        how = f"80th percentile of the simulated budget: {budget}; monthly cash flow never reaches zero"
    else:
        later = f", and by month {forecast.payback_p80} in four of five runs" if forecast.payback_p80 else ""
        text = f"It costs up to {budget} in four of five runs. It has most likely paid for itself by month {forecast.payback_month}{later}."
        how = (
            f"80th percentile of the simulated budget: {budget}; first month in which the cash flow at the likeliest values is no longer "
            f"negative: {forecast.payback_month}{later}"
        )
    ids = tuple(dict.fromkeys(one for thread in draft.threads.first for kpi in thread.kpis for one in kpi.findings))
    return [Claim(text=text, findings=ids[:6], assumptions=_behind_the_money(draft), how=how)]


def _behind_the_money(draft: Draft) -> tuple[str, ...]:
    """What the effect of the first version is assumed to be, then what a day costs."""
    known = {one.id for one in draft.assumptions}
    benefit = [id_ for thread in draft.threads.first if thread.chosen for id_ in thread.chosen.benefit.assumptions]
    rates = dict.fromkeys(f"rate.{task.role}" for task in (draft.plan.tasks if draft.plan else ()))
    return tuple(dict.fromkeys(one for one in (*benefit[:6], *rates) if one in known))[:10]


def _due_too_early(draft: Draft) -> list[Claim]:
    """KPIs that are due before the work that moves them has ended."""
    found = due_too_early(draft.plan, draft.first_kpis) if draft.plan else ()
    return [
        Claim(text=text, findings=kpi.findings[:4], how=short(f"its date compared with the plan: {text}", LONGEST_HOW))
        for kpi, text in found
    ]


def _unlike(draft: Draft, most: int) -> list[Claim]:
    """How it is done today."""
    steps = _told(draft.threads.first, FindingKind.PROCESS_STEP, most)
    if steps:
        return [Claim(text=f"Today: {told(one, _LONGEST)}", findings=(one.id,)) for one in steps]
    return [
        Claim(
            text="Nobody has described yet how it is done today.", how="no finding of kind process step is about the goals of this version"
        )
    ]


def _told(threads: Sequence[Thread], kind: FindingKind, most: int) -> list[Finding]:
    """Findings about several goals in turn: the first of each, then the second."""
    told = [thread.told(kind) for thread in threads]
    in_turn = [some[at] for at in range(max(map(len, told), default=0)) for some in told if at < len(some)]
    return in_turn[:most]


def _kpi_rows(draft: Draft, most: int) -> list[Row]:
    return [
        Row(cells=tuple(short(cell, 140 if one.condition else 60) for cell in cells(one)), findings=one.findings, how=one.how)
        for one in draft.first_kpis[:most]
    ]
