"""Which assumption matters most: each at its low and its high end, all others at their likeliest.

Source: Eschenbach, "Spiderplots versus Tornado Diagrams for Sensitivity Analysis", Interfaces 22(6), 1992.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from discovery_agent.domain.planning.cases import Cases, likeliest, work_out
from discovery_agent.domain.planning.forecast import TornadoBar
from discovery_agent.domain.planning.work import Benefit, Driver, PlanInputs, Stage, Task

_STAGES = {
    Stage.PREPARE: "Days to prepare",
    Stage.BUILD: "Days to build",
    Stage.PILOT: "Days of the pilot",
    Stage.ROLL_OUT: "Days of the roll-out",
}

_Put = Callable[[Cases, int, bool], None]
"""Puts a value at its low (False) or its high (True) end into one case."""


@dataclass(frozen=True)
class _Variation:
    """One assumption that enters the plan."""

    name: str
    assumption: str
    low: float
    high: float
    unit: str
    put: _Put


def tornado(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit) -> tuple[TornadoBar, ...]:
    """A bar for each assumption with two different ends, widest swing first: the 12-month result at either end."""
    varied = [one for one in _variations(tasks, inputs, benefit) if one.low != one.high]
    if not varied or not tasks:
        return ()
    cases = likeliest(tasks, inputs, benefit, 2 * len(varied))
    for index, one in enumerate(varied):
        one.put(cases, 2 * index, False)
        one.put(cases, 2 * index + 1, True)
    result = work_out(tasks, inputs, benefit, cases).cash.first_year_result
    found = [
        TornadoBar(
            name=one.name,
            assumption=one.assumption,
            low_input=one.low,
            high_input=one.high,
            unit=one.unit,
            at_low=round(float(result[2 * index]), 2),
            at_high=round(float(result[2 * index + 1]), 2),
        )
        for index, one in enumerate(varied)
    ]
    return tuple(sorted(found, key=lambda bar: -bar.swing))


def _variations(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit) -> list[_Variation]:
    found = [_of_stage(tasks, stage) for stage in Stage]
    working = {task.role for task in tasks}
    found += [_of_rate(inputs, index) for index, role in enumerate(inputs.roles) if role.id in working]
    return found + _of_benefit(benefit, inputs.currency)


def _of_stage(tasks: Sequence[Task], stage: Stage) -> _Variation:
    places = [index for index, task in enumerate(tasks) if task.stage is stage]
    low = np.array([tasks[at].estimate.optimistic for at in places], dtype=np.float64)
    high = np.array([tasks[at].estimate.pessimistic for at in places], dtype=np.float64)

    def put(cases: Cases, case: int, at_high: bool) -> None:
        cases.days[case, places] = high if at_high else low

    return _Variation(_STAGES[stage], "", float(low.sum()), float(high.sum()), "days", put)


def _of_rate(inputs: PlanInputs, index: int) -> _Variation:
    role = inputs.roles[index]

    def put(cases: Cases, case: int, at_high: bool) -> None:
        cases.rates[case, index] = role.day_rate.high if at_high else role.day_rate.low

    name = f"Rate of {role.name} a day"
    return _Variation(name, rate_id(role.id), role.day_rate.low, role.day_rate.high, inputs.currency, put)


def rate_id(role: str) -> str:
    """Id of the assumption of a role's rate."""
    return f"rate.{role}"


def _of_benefit(benefit: Benefit, currency: str) -> list[_Variation]:
    """The assumptions in the benefit. What none of them is in varies as a whole, such as an effect that was said as a range."""
    found = [_of_driver(driver) for driver in benefit.drivers]
    run, effect = benefit.run_cost_per_month, benefit.effect_per_month
    if all(one.run_cost_at_low is None for one in benefit.drivers):
        whole = Driver(assumption="", name="Running cost a month", low=run.low, high=run.high, unit=currency)
        found.append(_of_driver(whole.model_copy(update={"run_cost_at_low": run.low, "run_cost_at_high": run.high})))
    if effect is not None and all(one.effect_at_low is None for one in benefit.drivers):
        whole = Driver(assumption="", name="Effect a month", low=effect.low, high=effect.high, unit=currency)
        found.append(_of_driver(whole.model_copy(update={"effect_at_low": effect.low, "effect_at_high": effect.high})))
    return found


def _of_driver(driver: Driver) -> _Variation:
    def put(cases: Cases, case: int, at_high: bool) -> None:
        effect = driver.effect_at_high if at_high else driver.effect_at_low
        run = driver.run_cost_at_high if at_high else driver.run_cost_at_low
        if effect is not None:
            cases.effect[case] = effect
        if run is not None:
            cases.run[case] = run

    return _Variation(driver.name, driver.assumption, driver.low, driver.high, driver.unit, put)
