"""The plan held against what was said: budgets and dates that somebody set, and the dates of the KPIs that its work is to move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.dates import day_of
from discovery_agent.domain.blueprint.document import KpiTarget, Plan
from discovery_agent.domain.blueprint.said_limit import LimitKind, LimitState, SaidLimit
from discovery_agent.domain.blueprint.texts import capital, money, on_day, short
from discovery_agent.domain.planning.work import Stage

_LONGEST_WORDS = 120


def held_against(
    plan: Plan, limits: Iterable[SaidLimit], rates: Mapping[str, Assumption] | None = None, *, first_work: bool = False
) -> tuple[SaidLimit, ...]:
    """The limits, each with how the plan stands to it, in a sentence that names both figures and the words.

    `rates` has for other currencies what one unit of the plan's is worth in them.

    `first_work` says that what is built is decided after the work of this plan, so that the plan tells only the beginning of it.
    """
    rest = " What is built after that is decided then, and is not in it." if first_work else ""
    found = (_money(plan, one, rates or {}) if one.kind is LimitKind.MONEY else _date(plan, one) for one in limits)
    return tuple(one.model_copy(update={"text": f"{one.text}{rest}"}) for one in found)


def _found(one: SaidLimit, state: LimitState, comparison: str) -> SaidLimit:
    said = f"“{short(one.words, _LONGEST_WORDS).rstrip('.')}”"
    who = f"{one.speaker}: {said}" if one.speaker else f"Settled: {said}" if one.settled else said
    return one.model_copy(update={"state": state, "text": f"{who}. {comparison}"})


def _money(plan: Plan, one: SaidLimit, rates: Mapping[str, Assumption]) -> SaidLimit:
    currency, budget = plan.inputs.currency, plan.forecast.budget
    half, most = money(budget.p50, currency), money(budget.p80, currency)
    planned = f"The plan costs {half} (P50), {most} (P80)"
    if one.amount is None or one.of_pilot:
        return _found(one, LimitState.NOT_COMPARED, f"It cannot be compared: the plan tells no sum for the pilot alone. {planned}.")
    if one.currency is None:
        return _found(one, LimitState.NOT_COMPARED, f"It cannot be compared, for no currency was named. {planned}.")
    amount, rate, factor = one.amount, rates.get(one.currency), 1.0
    if one.currency != currency:
        if rate is None or not rate.value:
            return _found(one, LimitState.NOT_COMPARED, f"It cannot be compared, for it was said in {one.currency}. {planned}.")
        factor = rate.value
        exchanged = f"{money(budget.p50 * factor, one.currency)} (P50), {money(budget.p80 * factor, one.currency)} (P80)"
        planned = f"{planned}. At {factor:g} {one.currency} for one {currency}, as assumed, that is {exchanged}"
        one = one.model_copy(update={"assumptions": (rate.id,)})
    cap = f"{amount:,.0f} {one.currency}"
    if budget.p80 * factor <= amount:
        return _found(one, LimitState.KEPT, f"{planned}, which is within {cap}.")
    if budget.p50 * factor > amount:
        return _found(one, LimitState.EXCEEDED, f"{planned}, which is more than {cap} in most runs.")
    return _found(one, LimitState.EXCEEDED, f"{planned}, which is more than {cap} in at least one run of five.")


def _date(plan: Plan, one: SaidLimit) -> SaidLimit:
    ends = _pilot_ends(plan) if one.of_pilot else day_of(plan, plan.forecast.duration_days.p80)
    if ends is None:
        return _found(one, LimitState.NOT_COMPARED, "It cannot be compared: the plan has no pilot.")
    planned = f"By the plan {'the pilot' if one.of_pilot else 'the work'} ends by {on_day(ends)} (P80)"
    if one.day is None:
        return _found(one, LimitState.NOT_COMPARED, f"It cannot be compared, for the words name no certain day. {planned}.")
    if ends <= one.day:
        return _found(one, LimitState.KEPT, f"{planned}, which is in time for {on_day(one.day)}.")
    return _found(one, LimitState.EXCEEDED, f"{planned}, which is after {on_day(one.day)}.")


def _pilot_ends(plan: Plan) -> date | None:
    pilots = {one.id for one in plan.tasks if one.stage is Stage.PILOT and one.mvp}
    ends = [one.end_p80 for one in plan.forecast.tasks if one.task_id in pilots]
    return day_of(plan, max(ends)) if ends else None


def due_too_early(plan: Plan, kpis: Iterable[KpiTarget]) -> tuple[tuple[KpiTarget, str], ...]:
    """The KPIs that are due before the plan begins, or before the work that moves them has ended in four of five runs; each in a sentence."""
    late = {one.task_id: one.end_p80 for one in plan.forecast.tasks}
    found: list[tuple[KpiTarget, str]] = []
    for kpi in kpis:
        ends = [late[task.id] for task in plan.tasks if kpi.id in task.kpi_ids and task.id in late]
        if kpi.due is None or not ends:
            continue
        said = f"{capital(short(kpi.metric, 80))} is due on {on_day(kpi.due)} (“{short(kpi.deadline or '', 60)}”)"
        ended = day_of(plan, max(ends))
        if kpi.due < plan.inputs.starts_on:
            found.append((kpi, f"{said}, before the plan begins on {on_day(plan.inputs.starts_on)}."))
        elif kpi.due < ended:
            found.append((kpi, f"{said}, but the work that moves it ends on {on_day(ended)} (P80)."))
    return tuple(found)


def warned(plan: Plan, limits: Sequence[SaidLimit], kpis: Iterable[KpiTarget]) -> Plan:
    """The plan with a warning for each limit that it exceeds and each KPI that is due too early."""
    more = [*(one.text for one in limits if one.state is LimitState.EXCEEDED), *(text for _, text in due_too_early(plan, kpis))]
    warnings = tuple(dict.fromkeys((*more, *plan.forecast.warnings)))
    return plan.model_copy(update={"forecast": plan.forecast.model_copy(update={"warnings": warnings})})
