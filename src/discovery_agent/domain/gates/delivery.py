"""The other three gates: approved, planned and signed, and kept in view."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from discovery_agent.domain.blueprint.document import Blueprint, Course, KpiTarget
from discovery_agent.domain.blueprint.texts import sentence
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.days import long_day
from discovery_agent.domain.gates.facts import GateFacts, some
from discovery_agent.domain.gates.values import Gate, Missing, Phase, counted
from discovery_agent.domain.review import ReviewStanding, SectionState

CHECKED_WITHIN_DAYS = 35
"""A KPI is in view if it was checked this recently: once a month, with a few days to spare."""
_MONEY = (Role.SPONSOR, Role.BUSINESS)


def blueprinting_gate(facts: GateFacts) -> Gate:
    """Every section of the newest version is approved by its required reviewers, and every choice by somebody who may."""
    met: list[str] = []
    partly: list[str] = []
    missing: list[Missing] = []
    if facts.blueprint is None or facts.review is None:
        missing.append(_no_blueprint(facts))
    else:
        approved = sum(one.state is SectionState.APPROVED for one in facts.review.sections)
        sections = len(facts.review.sections)
        words = counted(approved, sections, ("section", "sections"), ("is approved", "are approved"))
        (met if approved == sections else partly).append(f"Version {facts.review.number}: {words}")
        missing += _sections(facts.review, facts)
        missing += _choices(facts.blueprint, facts.review, facts)
    return Gate(
        phase=Phase.BLUEPRINTING,
        hands_over="Agreed MVP, epics and budget: every section approved by its reviewers.",
        met=tuple(met),
        partly=tuple(partly),
        missing=tuple(missing),
    )


def planning_gate(facts: GateFacts) -> Gate:
    """Every task traces to a KPI, the payback is computed, and the version is signed."""
    blueprint = facts.blueprint
    met: list[str] = []
    partly: list[str] = []
    missing: list[Missing] = []
    if blueprint is None:
        missing.append(_no_blueprint(facts))
    elif blueprint.plan is not None:
        untraced = list(_untraced(blueprint, facts))
        tasks = len(blueprint.plan.tasks)
        words = counted(tasks - len(untraced), tasks, ("task", "tasks"), ("traces to a KPI", "trace to a KPI"))
        (partly if untraced else met).append(words)
        missing += untraced
        missing += _payback(blueprint, facts, met)
    elif blueprint.course is Course.DO_NOT_BUILD:
        met.append("Nothing is built, so there is no work to plan.")
    else:
        missing.append(
            Missing(
                rule="no_plan",
                text=f"Version {blueprint.number} has no plan: its course is “{blueprint.course.label}”.",
                people=some(facts.leads),
                path="/plan",
            )
        )
    missing += _signature(facts, met)
    return Gate(
        phase=Phase.PLANNING,
        hands_over="A delivery plan linked to its return: every task traces to a KPI, payback computed, signed.",
        met=tuple(met),
        partly=tuple(partly),
        missing=tuple(missing),
    )


def execution_gate(facts: GateFacts) -> Gate:
    """A feedback loop: each KPI was checked lately, or a date is planned at which stakeholders look at how it goes."""
    met: list[str] = []
    partly: list[str] = []
    missing: list[Missing] = []
    if facts.next_review is not None:
        met.append(f"Stakeholders look at how it goes on {long_day(facts.next_review)}.")
    if facts.signed is None:
        missing.append(
            Missing(
                rule="nothing_signed", text="No version is signed, so nothing is carried out yet.", people=some(facts.leads), path="/review"
            )
        )
    else:
        kpis = facts.carried_out.kpis if facts.carried_out else ()
        fresh = [one for one in kpis if _in_view(one, facts)]
        if fresh:
            lately = f"checked within {CHECKED_WITHIN_DAYS} days"
            words = counted(len(fresh), len(kpis), ("KPI", "KPIs"), (f"was {lately}", f"were {lately}"))
            (met if len(fresh) == len(kpis) else partly).append(words)
        if facts.next_review is None:
            missing += [_unchecked(one, facts) for one in kpis if one not in fresh]
            if not kpis:
                missing.append(
                    Missing(
                        rule="no_review_date",
                        text="There is no KPI to check, and no date is planned at which stakeholders look at it again.",
                        people=some(facts.leads),
                        path="/execution",
                    )
                )
    return Gate(
        phase=Phase.EXECUTION,
        hands_over="Feedback loops: drift from plan is seen, new versions follow, lessons go back into the knowledge base.",
        met=tuple(met),
        partly=tuple(partly),
        missing=tuple(missing),
    )


def _no_blueprint(facts: GateFacts) -> Missing:
    return Missing(rule="no_blueprint", text="No blueprint was drafted yet.", people=some(facts.leads), path="/blueprint")


def _sections(review: ReviewStanding, facts: GateFacts) -> Iterable[Missing]:
    for one in review.sections:
        if one.state is SectionState.APPROVED:
            continue
        if one.against:
            yield Missing(
                rule="section_rejected" if one.state is SectionState.REJECTED else "changes_requested",
                text=f"“{one.title}”: {', '.join(one.against)} {'do' if len(one.against) > 1 else 'does'} not agree with it as it is.",
                subject=one.section_id.value,
                people=some(one.against, facts.leads),
                path="/review",
            )
        elif one.waits_for:
            again = " again, for it changed" if one.state is SectionState.REAPPROVE else ""
            yield Missing(
                rule="section_changed" if one.state is SectionState.REAPPROVE else "section_not_approved",
                text=f"“{one.title}” waits to be approved{again} by {', '.join(one.waits_for)}.",
                subject=one.section_id.value,
                people=some(one.waits_for),
                path="/review",
            )
        else:
            yield Missing(
                rule="no_reviewer",
                text=f"“{one.title}”: nobody is named who must approve it.",
                subject=one.section_id.value,
                people=some(facts.leads),
                path="/review",
            )


def _choices(blueprint: Blueprint, review: ReviewStanding, facts: GateFacts) -> Iterable[Missing]:
    by_id = {one.id: one for one in blueprint.choices}
    for one in review.choices:
        if one.approved:
            continue
        choice = by_id[one.choice_id]
        against = f" {', '.join(one.against)} object{'s' if len(one.against) == 1 else ''}." if one.against else ""
        yield Missing(
            rule="choice_not_approved",
            text=f"Nobody who may has approved that this is {choice.kind.value}: {sentence(choice.asked)}{against}",
            subject=one.choice_id,
            people=some(one.against, facts.leads),
            path="/review",
        )


def _untraced(blueprint: Blueprint, facts: GateFacts) -> Iterable[Missing]:
    known = {one.id for one in blueprint.kpis}
    for task in blueprint.plan.tasks if blueprint.plan else ():
        if known.isdisjoint(task.kpi_ids):
            yield Missing(
                rule="task_without_kpi",
                text=f"Task “{task.title}” traces to no KPI of the blueprint.",
                subject=task.id,
                people=some(facts.leads),
                path="/plan",
            )


def _payback(blueprint: Blueprint, facts: GateFacts, met: list[str]) -> Iterable[Missing]:
    forecast = blueprint.plan.forecast if blueprint.plan else None
    if forecast is None:
        return
    if forecast.payback_month is not None:
        met.append(f"It pays back in month {forecast.payback_month}.")
    elif forecast.twelve_month_result is not None and not forecast.missing:
        met.append(f"The payback is computed: it does not pay back within {len(forecast.months)} months.")
    else:
        owners = [one.owner for one in blueprint.kpis if one.owner]
        for fact in forecast.missing or ("what it brings a month",):
            yield Missing(
                rule="payback_unknown",
                text=f"The payback cannot be computed without this: {sentence(fact)}",
                roles=_MONEY,
                people=some(facts.knowing(fact), owners, facts.of_roles(_MONEY), facts.leads),
                path="/plan",
            )


def _signature(facts: GateFacts, met: list[str]) -> Iterable[Missing]:
    if facts.blueprint is None or facts.review is None:
        return
    number = facts.review.number
    if facts.review.signed is not None:
        met.append(f"Version {number} is signed by {facts.review.signed.signer}.")
        return
    if facts.review.broken is not None:
        text = f"Version {number} is not what was signed any more: its signature counts for nothing."
    elif facts.signed is not None:
        text = f"Version {facts.signed} is signed, and version {number} is newer and is not."
    else:
        text = f"Version {number} is not signed."
    yield Missing(rule="not_signed", text=text, subject=facts.blueprint.id, people=some(facts.leads), path="/review")


def _in_view(kpi: KpiTarget, facts: GateFacts) -> bool:
    checked = facts.checked.get(kpi.id)
    return checked is not None and checked >= facts.today - timedelta(days=CHECKED_WITHIN_DAYS)


def _unchecked(kpi: KpiTarget, facts: GateFacts) -> Missing:
    checked = facts.checked.get(kpi.id)
    since = f" since {long_day(checked)}" if checked else ""
    owner = (kpi.owner,) if kpi.owner else ()
    return Missing(
        rule="kpi_not_checked",
        text=f"“{kpi.metric}” was not checked{since or ' yet'}, and no review date is planned.",
        subject=kpi.id,
        people=some(facts.knowing(kpi.metric), owner, facts.who_said(kpi.findings), facts.leads),
        path="/execution",
    )
