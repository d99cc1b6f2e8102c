"""Builders of plans for the tests, and a strategy for plans of any shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from discovery_agent.domain.economics import Span
from discovery_agent.domain.planning.work import Benefit, Estimate, PlanInputs, RoleRate, Stage, Task


def span(likely: float, low: float | None = None, high: float | None = None) -> Span:
    return Span(low=likely if low is None else low, likely=likely, high=likely if high is None else high)


def days(likely: float, optimistic: float | None = None, pessimistic: float | None = None) -> Estimate:
    """Exactly `likely` days unless the other two are given."""
    return Estimate(
        optimistic=likely if optimistic is None else optimistic, likely=likely, pessimistic=likely if pessimistic is None else pessimistic
    )


def task(
    name: str,
    estimate: float | Estimate,
    *after: str,
    role: str = "developer",
    stage: Stage = Stage.BUILD,
    lasts: float = 0.0,
    mvp: bool = True,
) -> Task:
    estimate = days(estimate) if isinstance(estimate, (int, float)) else estimate
    return Task(id=name, title=name, stage=stage, role=role, estimate=estimate, after=after, lasts_at_least=lasts, mvp=mvp)


def role(name: str = "developer", people: float = 1, rate: float | Span = 1000) -> RoleRate:
    return RoleRate(id=name, name=name.title(), day_rate=rate if isinstance(rate, Span) else span(rate), people=people)


def inputs(*roles: RoleRate, runs: int = 200, seed: int = 1, horizon: int = 36, correlation: float = 0.0) -> PlanInputs:
    return PlanInputs(
        starts_on=date(2026, 9, 1),
        currency="EUR",
        roles=roles or (role(),),
        runs=runs,
        seed=seed,
        horizon_months=horizon,
        correlation=correlation,
    )


def benefit(effect: float | Span | None, run: float | Span = 0, ramp: int = 0, missing: Sequence[str] = ()) -> Benefit:
    return Benefit(
        effect_per_month=effect if isinstance(effect, Span) or effect is None else span(effect),
        run_cost_per_month=run if isinstance(run, Span) else span(run),
        ramp_months=ramp,
        missing=tuple(missing),
    )


ROLES = ("analyst", "developer", "trainer")
_amount = st.floats(min_value=0, max_value=20, allow_nan=False).map(lambda value: round(value, 2))


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, likely, high = sorted(draw(st.tuples(_amount, _amount, _amount)))
    return Estimate(optimistic=low, likely=likely, pessimistic=high)


@st.composite
def networks(draw: st.DrawFn, most: int = 12) -> tuple[Task, ...]:
    """Tasks without a circle, in an order that need not fit their dependencies."""
    count = draw(st.integers(min_value=0, max_value=most))
    found = [
        task(
            f"t{at}",
            draw(estimates()),
            *sorted(draw(st.sets(st.integers(0, at - 1).map(lambda one: f"t{one}"), max_size=3)) if at else ()),
            role=draw(st.sampled_from(ROLES)),
            stage=draw(st.sampled_from(list(Stage))),
            lasts=draw(st.sampled_from([0.0, 0.0, 5.0])),
        )
        for at in range(count)
    ]
    return tuple(draw(st.permutations(found)))


@st.composite
def teams(draw: st.DrawFn) -> dict[str, float]:
    return {name: draw(st.sampled_from([0.2, 0.5, 1.0, 1.2, 1.5, 2.0, 2.75, 3.0])) for name in ROLES}
