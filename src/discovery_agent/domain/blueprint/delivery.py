"""The plan and the economics in words and tables. Every figure is the forecast's, and says how it was computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from discovery_agent.domain.blueprint.claims import Claim, Row
from discovery_agent.domain.blueprint.dates import day_of
from discovery_agent.domain.blueprint.document import BlueprintSection, Plan, SectionId
from discovery_agent.domain.blueprint.draft import Draft, part, parts, table
from discovery_agent.domain.blueprint.option_days import option_days_id
from discovery_agent.domain.blueprint.texts import LONGEST_HOW, goal_in_short, money, on_day, sentence, short
from discovery_agent.domain.blueprint.threads import Option, Thread
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.forecast import Forecast, OptionForecast
from discovery_agent.domain.planning.work import Stage, Task

_STAGES = {Stage.PREPARE: "prepare", Stage.BUILD: "build", Stage.PILOT: "pilot", Stage.ROLL_OUT: "roll out"}
_MOST_BARS = 8
MOST_GOALS = 12
_LEAST_SHOWN = 10
_FAR = 0.2
"""Of the figure: an early estimate that is nearer needs no mention."""


def plan_section(draft: Draft) -> BlueprintSection:
    """Dates, work and people."""
    plan = draft.plan
    return BlueprintSection(
        id=SectionId.PLAN,
        title="Delivery plan",
        parts=parts(
            part("dates", "How long, and when", _dates(draft, plan) if plan else [_no_plan()]),
            table(
                "tasks",
                "Work",
                ("Task", "Stage", "Role", "Days", "Starts", "Ends", "Ends (P80)"),
                _tasks(plan, draft.threads.first) if plan else [],
            ),
            table("roles", "People and rates", ("Role", "People", "A day"), _roles(draft, plan) if plan else []),
            part(
                "warnings",
                "Warnings",
                (Claim(text=sentence(one, 400), how=short(f"rule of the forecast: {one}", LONGEST_HOW)) for one in plan.forecast.warnings)
                if plan
                else [],
            ),
        ),
    )


def economics_section(draft: Draft) -> BlueprintSection:
    """Money: the plan's own, the options side by side, and what matters most."""
    forecast = draft.plan.forecast if draft.plan else None
    return BlueprintSection(
        id=SectionId.ECONOMICS,
        title="Economics",
        parts=parts(
            part("money", "What it costs and brings", _money(draft, forecast) if forecast else [_no_plan()]),
            table(
                "options",
                _options_heading(draft),
                ("Option", "Build", "Run a month", "Effect a month", "Paid back", "After 12 months"),
                _options(draft, forecast),
            ),
            table(
                "goals", "Options of each goal", ("Goal", "Option", "Build", "Run a month", "Effect a month", "Paid back"), _goals(draft)
            ),
            table(
                "tornado",
                "What the 12-month result hangs on most",
                ("Assumption", "From", "To", "Result at low", "Result at high"),
                _bars(draft, forecast),
            ),
        ),
    )


def _no_plan() -> Claim:
    return Claim(text="There is no work to plan: no goal was stated.", how="no operational or business goal among the findings")


def _dates(draft: Draft, plan: Plan) -> list[Claim]:
    forecast, inputs = plan.forecast, plan.inputs
    half, most = round(forecast.duration_days.p50), round(forecast.duration_days.p80)
    runs = f"{inputs.runs} simulated runs"
    ends = on_day(day_of(plan, forecast.duration_days.p80))
    claims = [
        Claim(
            text=f"It ends within {half} working days in half of all runs (P50) and within {most} in four of five (P80), which is {ends} at {inputs.days_a_month:g} working days a month.",
            how=f"{half} days in half of all runs, {most} in 80 %, four of five, of {runs}, {inputs.days_a_month:g} working days a month, from {on_day(inputs.starts_on)} to {ends}",
        )
    ]
    if forecast.pilot_month is not None:
        month = f"{forecast.pilot_month.p80:.0f}"
        aim = draft.material.planning.pilot_by_month
        text = f"The pilot has proved itself by month {month} (P80); month {aim} is the aim."
        claims.append(Claim(text=text, how=f"80th percentile of the month in which the pilot ends: {month}, of {runs}; aim: month {aim}"))
    if forecast.critical_path:
        names = {one.id: one.title for one in plan.tasks}
        chain = short(" → ".join(short(names[one], 60) for one in forecast.critical_path if one in names), 440)
        claims.append(Claim(text=f"What decides the end: {chain}", how=f"tasks without slack at the likeliest values: {chain}"))
    return claims


def _tasks(plan: Plan, threads: Sequence[Thread]) -> list[Row]:
    dated = {one.task_id: one for one in plan.forecast.tasks}
    names = {one.id: one.name for one in plan.inputs.roles}
    named = Counter(one.title for one in plan.tasks)
    goals = {one.epic.id: goal_in_short(one.goal.statement, 50) for one in threads}
    rows: list[Row] = []
    for task in plan.tasks:
        whose = goals.get(task.epic_id or "") if named[task.title] > 1 else None
        times = dated.get(task.id)
        starts, ends, late = (on_day(day_of(plan, days)) for days in (times.start, times.end, times.end_p80)) if times else ("", "", "")
        rows.append(
            Row(
                cells=(
                    f"{task.title.rstrip('.')} (for “{whose}”)" if whose else task.title,
                    _STAGES[task.stage],
                    names.get(task.role, task.role),
                    _estimate(task),
                    starts,
                    ends,
                    late,
                ),
                findings=task.findings,
                assumptions=task.assumptions,
                how="dates: critical path at the likeliest values, and the 80th percentile of the simulation",
            )
        )
    return rows


def _estimate(task: Task) -> str:
    return " / ".join(f"{one:g}" for one in (task.estimate.optimistic, task.estimate.likely, task.estimate.pessimistic))


def _roles(draft: Draft, plan: Plan) -> list[Row]:
    used = {one.role for one in plan.tasks}
    rows: list[Row] = []
    for role in plan.inputs.roles:
        if role.id in used:
            rate = f"{role.day_rate.low:g} / {role.day_rate.likely:g} / {role.day_rate.high:g} {draft.currency}"
            source = f"set by {role.changed_by}" if role.changed_by else "planning table of the knowledge base"
            ids = tuple(one.id for one in draft.assumptions if one.id == f"rate.{role.id}")
            rows.append(Row(cells=(role.name, f"{role.people:g}", rate), assumptions=ids, how=source))
    return rows


def _money(draft: Draft, forecast: Forecast) -> list[Claim]:
    half, most = money(forecast.budget.p50, draft.currency), money(forecast.budget.p80, draft.currency)
    runs = f"{draft.plan.inputs.runs} simulated runs" if draft.plan else "the simulation"
    likely = money(forecast.budget.likely, draft.currency)
    claims = [
        Claim(
            text=f"Budget: {half} (P50), {most} (P80). At the likeliest values it is {likely}; cash flow and payback below are computed with those.",
            how=f"days x rates over {runs}: P50 {half}, P80 {most}; with every likeliest value: {likely}",
        )
    ]
    if forecast.twelve_month_result is None:
        missing = "; ".join(forecast.missing) or "an effect in money"
        claims.append(
            Claim(text=f"Payback cannot be computed; missing: {missing}.", how=short(f"no effect in money without: {missing}", LONGEST_HOW))
        )
        return claims
    result = money(forecast.twelve_month_result, draft.currency)
    returned = f", {forecast.twelve_month_return:.0%} of what was spent" if forecast.twelve_month_return is not None else ""
    claims.append(
        Claim(
            text=f"After 12 months: {result}{returned}.",
            how=f"effect less all costs of the first 12 months at the likeliest values: {result}{returned}",
        )
    )
    if forecast.payback_month is None:
        horizon = draft.plan.inputs.horizon_months if draft.plan else 36
        claims.append(
            Claim(text=f"It does not pay back within {horizon} months.", how=f"the cash flow stays negative for {horizon} months")
        )
    else:
        late = f" (P80: month {forecast.payback_p80})" if forecast.payback_p80 else ""
        text = f"It has paid for itself by month {forecast.payback_month}{late}."
        claims.append(Claim(text=text, how=f"first month in which all it brought covers all it cost: {forecast.payback_month}{late}"))
    return claims


def _options_heading(draft: Draft) -> str:
    leading = next((one for one in draft.threads.first), None)
    metric = leading.decision.economics.metric if leading else None
    return f"Plain automation beside AI, on {short(metric, 80)}" if metric else "Plain automation beside AI"


def _options(draft: Draft, forecast: Forecast | None) -> list[Row]:
    if forecast is None or not draft.threads.first:
        return []
    leading = draft.threads.first[0]
    ids = tuple(dict.fromkeys((*(id_ for kpi in leading.kpis[:1] for id_ in kpi.findings), *leading.goal.findings[:2])))
    return [_option(draft, one, ids) for one in forecast.options]


def _option(draft: Draft, one: OptionForecast, findings: tuple[str, ...]) -> Row:
    def shown(value: float | None) -> str:
        return "cannot be told" if value is None else money(value, draft.currency)

    tokens = f", of it {_small(one.tokens_per_month, draft.currency)} for tokens" if one.tokens_per_month else ""
    paid = f"month {one.payback_month}" if one.payback_month else "never" if one.effect_per_month is not None else "cannot be told"
    return Row(
        cells=(
            f"{one.solution.label}{' (chosen)' if one.chosen else ''}",
            f"{money(one.build_cost.p50, draft.currency)} (P50), {money(one.build_cost.p80, draft.currency)} (P80)",
            f"{money(one.run_cost_per_month, draft.currency)}{tokens}",
            shown(one.effect_per_month),
            paid,
            shown(one.twelve_month_result),
        ),
        findings=findings,
        assumptions=_behind(draft, one.solution),
        how="simulation of the work of this option; effect and running cost as in its benefit",
    )


def _behind(draft: Draft, solution: SolutionClass) -> tuple[str, ...]:
    """What the figures of an option of the leading goal are assumed to be."""
    leading = draft.threads.first[0].epic.id
    wanted = {f"{kind}.{solution.value}" for kind in ("run_per_month", "gap_closed", "ramp_months")} | {option_days_id(solution, leading)}
    return tuple(one.id for one in draft.assumptions if one.id in wanted)


def _small(value: float, currency: str) -> str:
    return money(value, currency) if value >= _LEAST_SHOWN else f"less than {_LEAST_SHOWN} {currency}"


def _goals(draft: Draft) -> list[Row]:
    """The options of each goal, with the figures of their work; the early estimate of the assessment only where it is far from them."""
    rows: list[Row] = []
    known = {one.id for one in draft.assumptions}
    for thread in draft.threads.all[:MOST_GOALS]:
        for index, option in enumerate(thread.options or ()):
            found, effect = option.forecast, option.benefit.effect_per_month
            paid = f"month {found.payback_month}" if found.payback_month else "never" if effect else "cannot be told"
            rows.append(
                Row(
                    cells=(
                        goal_in_short(thread.goal.statement, 80) if index == 0 else "",
                        found.solution.label,
                        f"{money(found.build_cost.p50, draft.currency)} (P50), {money(found.build_cost.p80, draft.currency)} (P80)",
                        money(found.run_cost_per_month, draft.currency),
                        money(effect.likely, draft.currency) if effect else f"missing: {'; '.join(option.benefit.missing)}",
                        paid,
                    ),
                    findings=thread.goal.findings[:3],
                    assumptions=tuple(
                        one.id for one in option.assumptions if one.id in known and not one.id.startswith(("estimate.", "lasts."))
                    ),
                    how=short(f"days x rates of its work; {_first_estimate(option)}{option.benefit.how}", LONGEST_HOW),
                )
            )
    return rows


def _first_estimate(option: Option) -> str:
    early = option.early.build_cost
    if abs(early.likely - option.forecast.build_cost.p50) <= _FAR * option.forecast.build_cost.p50:
        return ""
    return f"the first estimate of the assessment was {money(early.likely, early.unit)}; "


def _bars(draft: Draft, forecast: Forecast | None) -> list[Row]:
    if forecast is None:
        return []
    return [
        Row(
            cells=(
                one.name,
                f"{one.low_input:,.4g} {one.unit}".strip(),
                f"{one.high_input:,.4g} {one.unit}".strip(),
                money(one.at_low, draft.currency),
                money(one.at_high, draft.currency),
            ),
            assumptions=(one.assumption,) if one.assumption in {a.id for a in draft.assumptions} else (),
            how="12-month result with this one at its ends, all others at their likeliest",
        )
        for one in forecast.tornado[:_MOST_BARS]
    ]
