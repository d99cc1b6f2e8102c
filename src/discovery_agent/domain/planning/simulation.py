"""What a plan comes to: computed once at the likeliest values, and in many runs by chance.

Each run draws the days of every task, the rate of every role, the effect and the running cost from their PERT-beta
distributions, and goes through the same schedule and cash flow as the likeliest case. A percentile is the smallest value that
at least that share of the runs stays within. The seed fixes all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning import network
from discovery_agent.domain.planning.alarms import warnings_of
from discovery_agent.domain.planning.cases import Outcomes, drawn, likeliest, work_out
from discovery_agent.domain.planning.cash import FIRST_YEAR, CashFlow, month_of
from discovery_agent.domain.planning.chance import Floats
from discovery_agent.domain.planning.forecast import CashMonth, Forecast, OptionForecast, Percentiles, TaskForecast
from discovery_agent.domain.planning.tornado import tornado
from discovery_agent.domain.planning.work import Benefit, PlanInputs, Task
from discovery_agent.errors import InvalidRequest

NO_WORK = "what is to be done (the plan holds no work)"
NO_BENEFIT = "what the work brings a month in money"
_MONEY, _DAYS = 2, 6
"""Decimals of figures."""


class OptionWork(Value):
    """One option on the same KPI, with the work that it would take."""

    solution: SolutionClass
    tasks: tuple[Task, ...]
    benefit: Benefit | None
    tokens: float | None = None
    """Cost of model tokens a month; that of the benefit if it is left out."""


def forecast(
    tasks: Sequence[Task],
    inputs: PlanInputs,
    benefit: Benefit | None,
    *,
    options: Sequence[OptionWork] = (),
    chosen: SolutionClass | None = None,
    pilot_by: int = 8,
) -> Forecast:
    """Dates, money, payback and what they hang on. Without a known effect the money rows stay open and `missing` says why.

    Raises:
        InvalidRequest: the network does not hold together, or a task's role is not among the inputs.
    """
    _check(tasks, inputs)
    likely = work_out(tasks, inputs, benefit, likeliest(tasks, inputs, benefit))
    runs = work_out(tasks, inputs, benefit, drawn(tasks, inputs, benefit))
    missing = _missing(tasks, benefit)
    months = _months(likely.cash)
    found = Forecast(
        tasks=_task_forecasts(tasks, likely, runs),
        critical_path=_critical_path(tasks, likely),
        duration_days=_percentiles(likely.schedules.duration, runs.schedules.duration, _DAYS),
        budget=_percentiles(likely.budget, runs.budget, _MONEY),
        go_live_month=int(likely.go_live[0]),
        pilot_month=_percentiles(likely.pilot, runs.pilot, 0) if likely.pilot is not None and runs.pilot is not None else None,
        months=months,
        payback_month=None if missing else _payback(months, int(likely.cash.live_from[0])),
        payback_p80=None if missing else _month(_percentile(runs.cash.payback, 0.8)),
        twelve_month_result=None if missing else _first_year_result(months),
        twelve_month_return=None if missing else _first_year_return(months),
        tornado=() if missing or benefit is None else tornado(tasks, inputs, benefit),
        options=tuple(forecast_option(option, inputs, chosen=option.solution is chosen) for option in options),
        missing=missing,
    )
    ends = int(month_of(likely.schedules.duration, inputs.days_a_month)[0])
    return found.model_copy(update={"warnings": warnings_of(found, benefit, ends, inputs.horizon_months, pilot_by)})


def _check(tasks: Sequence[Task], inputs: PlanInputs) -> None:
    network.check(tasks)
    roles = [role.id for role in inputs.roles]
    for role in roles:
        if roles.count(role) > 1:
            raise InvalidRequest(f"Two roles are called `{role}`.", where=role, remedy="Give each role an id of its own.")
    for task in tasks:
        if task.role not in roles:
            raise InvalidRequest(
                f"Task `{task.id}` is for `{task.role}`, which is no role of this plan.",
                where=task.id,
                remedy=f"Use one of {', '.join(roles)}, or add the role.",
            )


def _missing(tasks: Sequence[Task], benefit: Benefit | None) -> tuple[str, ...]:
    """What must be known before money can be computed; empty if it can be."""
    if not tasks:
        return (NO_WORK,)
    if benefit is None:
        return (NO_BENEFIT,)
    if benefit.effect_per_month is None:
        return benefit.missing or (NO_BENEFIT,)
    return ()


def _task_forecasts(tasks: Sequence[Task], likely: Outcomes, runs: Outcomes) -> tuple[TaskForecast, ...]:
    plan = likely.schedules
    on_longest = runs.schedules.critical.mean(axis=0)
    return tuple(
        TaskForecast(
            task_id=task.id,
            start=round(float(plan.start[0, at]), _DAYS),
            end=round(float(plan.end[0, at]), _DAYS),
            end_p50=round(_percentile(runs.schedules.end[:, at], 0.5), _DAYS),
            end_p80=round(_percentile(runs.schedules.end[:, at], 0.8), _DAYS),
            slack=round(float(plan.slack[0, at]), _DAYS),
            critical=bool(plan.critical[0, at]),
            critical_share=round(float(on_longest[at]), 4),
        )
        for at, task in enumerate(tasks)
    )


def _critical_path(tasks: Sequence[Task], likely: Outcomes) -> tuple[str, ...]:
    plan = likely.schedules
    place = {task.id: at for at, task in enumerate(network.order(tasks))}
    critical = [
        (float(plan.start[0, at]), float(plan.end[0, at]), place[task.id], task.id) for at, task in enumerate(tasks) if plan.critical[0, at]
    ]
    return tuple(one[-1] for one in sorted(critical))


def _percentile(values: Floats, share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def _percentiles(likely: Floats, runs: Floats, decimals: int) -> Percentiles:
    p50, p80 = (round(_percentile(runs, share), decimals) for share in (0.5, 0.8))
    return Percentiles(p50=p50, p80=p80, likely=round(float(likely[0]), decimals))


def _month(month: float) -> int | None:
    return int(month) if np.isfinite(month) else None


def _months(cash: CashFlow) -> tuple[CashMonth, ...]:
    """The months in cents. Totals are of the cents shown, so that a reader who adds them up gets the same."""
    found: list[CashMonth] = []
    built, paid, total = 0.0, 0.0, 0.0
    for at in range(cash.build.shape[1]):
        paid += float(cash.build[0, at])
        # Rounded sums, not summed roundings: the last month's build cost ends on the budget.
        build = round(round(paid, _MONEY) - built, _MONEY)
        built = round(paid, _MONEY)
        run, effect = round(float(cash.run[0, at]), _MONEY), round(float(cash.effect[0, at]), _MONEY)
        total = round(total + effect - run - build, _MONEY)
        found.append(CashMonth(month=at + 1, build=build, run=run, effect=effect, total=total))
    return tuple(found)


def _payback(months: Sequence[CashMonth], live_from: int) -> int | None:
    """The month from whose end on all it brought covers all it cost, after going live; as `CashFlow.payback`, from the cents shown."""
    last = max((one.month for one in months if one.month <= live_from or one.total < 0), default=0)
    return last + 1 if last < len(months) else None


def _first_year_result(months: Sequence[CashMonth]) -> float:
    return months[FIRST_YEAR - 1].total


def _first_year_return(months: Sequence[CashMonth]) -> float | None:
    """Result / costs, as return on investment is defined: (gain - cost) / cost. None if nothing is spent."""
    cost = sum(one.build + one.run for one in months[:FIRST_YEAR])
    return round(_first_year_result(months) / cost, _DAYS) if cost > 0 else None


def forecast_option(option: OptionWork, inputs: PlanInputs, *, chosen: bool = False) -> OptionForecast:
    """An option with the same people, rates and luck as the plan.

    Raises:
        InvalidRequest: its network does not hold together, or a task's role is not among the inputs.
    """
    tasks, benefit = option.tasks, option.benefit
    _check(tasks, inputs)
    likely = work_out(tasks, inputs, benefit, likeliest(tasks, inputs, benefit))
    runs = work_out(tasks, inputs, benefit, drawn(tasks, inputs, benefit))
    months = _months(likely.cash)
    known = not _missing(tasks, benefit)
    effect = benefit.effect_per_month if benefit else None
    tokens = option.tokens if option.tokens is not None or benefit is None else benefit.tokens_per_month
    return OptionForecast(
        solution=option.solution,
        chosen=chosen,
        build_cost=_percentiles(likely.budget, runs.budget, _MONEY),
        duration_months=_percentiles(likely.schedules.duration / inputs.days_a_month, runs.schedules.duration / inputs.days_a_month, _DAYS),
        run_cost_per_month=round(benefit.run_cost_per_month.likely, _MONEY) if benefit else 0.0,
        tokens_per_month=None if tokens is None else round(tokens, _MONEY),
        effect_per_month=round(effect.likely, _MONEY) if effect else None,
        payback_month=_payback(months, int(likely.cash.live_from[0])) if known else None,
        twelve_month_result=_first_year_result(months) if known else None,
    )
