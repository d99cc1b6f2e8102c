"""One plan in many cases: the likeliest values, runs by chance, or one assumption changed at a time. All go the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.economics import Span
from discovery_agent.domain.planning.cash import CashFlow, Stream, cash_flow, month_of
from discovery_agent.domain.planning.chance import Chance, Floats, draw_estimate, draw_span
from discovery_agent.domain.planning.schedule import Schedules, schedule
from discovery_agent.domain.planning.work import Benefit, PlanInputs, Stage, Task

NOTHING = Span(low=0, likely=0, high=0)


@dataclass(frozen=True)
class Cases:
    """What is put in. Rows are cases; columns of `days` are tasks, of `rates` the roles of the inputs."""

    days: Floats
    rates: Floats
    effect: Floats
    run: Floats


@dataclass(frozen=True)
class Outcomes:
    """What comes out, of each case."""

    schedules: Schedules
    budget: Floats
    """All days x rate."""
    cash: CashFlow
    go_live: NDArray[np.int64]
    """Month in which the last part goes live."""
    pilot: Floats | None
    """Month in which the pilot has proved itself."""


def likeliest(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit | None, cases: int = 1) -> Cases:
    """Every value at its likeliest, in so many equal cases."""
    effect, run = _spans(tasks, benefit)
    return Cases(
        days=np.tile(np.array([task.estimate.likely for task in tasks], dtype=np.float64), (cases, 1)),
        rates=np.tile(np.array([role.day_rate.likely for role in inputs.roles], dtype=np.float64), (cases, 1)),
        effect=np.full(cases, effect.likely, dtype=np.float64),
        run=np.full(cases, run.likely, dtype=np.float64),
    )


def drawn(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit | None) -> Cases:
    """A case for each run, by chance."""
    chance = Chance(inputs.seed, inputs.runs, inputs.correlation)
    effect, run = _spans(tasks, benefit)
    days = [draw_estimate(task.estimate, chance.of_task(task.id)) for task in tasks]
    return Cases(
        days=np.stack(days, axis=1) if days else np.zeros((inputs.runs, 0)),
        rates=np.stack([draw_span(role.day_rate, chance.of(f"rate {role.id}")) for role in inputs.roles], axis=1),
        effect=draw_span(effect, chance.of("effect")),
        run=draw_span(run, chance.of("running cost")),
    )


def _spans(tasks: Sequence[Task], benefit: Benefit | None) -> tuple[Span, Span]:
    """Effect and running cost a month. No work brings nothing and runs nothing."""
    if benefit is None or not tasks:
        return NOTHING, NOTHING
    return benefit.effect_per_month or NOTHING, benefit.run_cost_per_month


def work_out(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit | None, cases: Cases) -> Outcomes:
    """Schedule, budget and cash flow of each case."""
    schedules = schedule(tasks, {role.id: role.people for role in inputs.roles}, cases.days)
    column = {role.id: index for index, role in enumerate(inputs.roles)}
    cost = cases.days * cases.rates[:, [column[task.role] for task in tasks]]
    streams = _streams(tasks, inputs, benefit, cases, schedules)
    cash = cash_flow(schedules.start, schedules.end, cost, streams, inputs.days_a_month, inputs.horizon_months)
    go_live = month_of(_last_end(tasks, schedules, Stage.ROLL_OUT), inputs.days_a_month)
    piloted = any(task.stage is Stage.PILOT for task in tasks)
    pilot = month_of(_last_end(tasks, schedules, Stage.PILOT), inputs.days_a_month).astype(np.float64) if piloted else None
    return Outcomes(schedules, cost.sum(axis=1), cash, go_live, pilot)


def _streams(tasks: Sequence[Task], inputs: PlanInputs, benefit: Benefit | None, cases: Cases, schedules: Schedules) -> list[Stream]:
    """Effect and running cost from the end of each epic's roll-out, in proportion to its part; of the whole from the last one's."""
    whole = month_of(_last_end(tasks, schedules, Stage.ROLL_OUT), inputs.days_a_month)
    if benefit is None or not benefit.parts:
        return [Stream(whole, cases.run, cases.effect, benefit.ramp_months if benefit else 0)]
    effect, run = sum(one.effect for one in benefit.parts), sum(one.run_cost for one in benefit.parts)
    even = 1 / len(benefit.parts)
    found: list[Stream] = []
    for part in benefit.parts:
        of_epic = [task for task in tasks if task.epic_id == part.epic_id]
        live = month_of(_last_end(tasks, schedules, Stage.ROLL_OUT, part.epic_id), inputs.days_a_month) if of_epic else whole
        shares = part.effect / effect if effect else even, part.run_cost / run if run else even
        found.append(Stream(live, cases.run * shares[1], cases.effect * shares[0], part.ramp_months))
    return found


def _last_end(tasks: Sequence[Task], schedules: Schedules, stage: Stage, epic: str | None = None) -> Floats:
    """When the last task of a stage ends, of one epic or of all; the last of any stage if there is none of it.

    A pilot is that of the first version, if it has one.
    """
    among = [index for index, task in enumerate(tasks) if epic in (None, task.epic_id)]
    places = [index for index in among if tasks[index].stage is stage]
    if stage is Stage.PILOT:
        places = [index for index in places if tasks[index].mvp] or places
    return schedules.end[:, places or among].max(axis=1, initial=0.0)
