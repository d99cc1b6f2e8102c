"""What the plan comes to, at a glance: dates, budget, payback, pilot; and what has to be warned of."""

from __future__ import annotations

from collections.abc import Iterator

from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.blueprint.delivery import day_of
from discovery_agent.domain.blueprint.document import Plan
from discovery_agent.domain.planning.alarms import PAYS_BACK_BY
from discovery_agent.web.ui.elements import Piece, div, p, span, words_of
from discovery_agent.web.ui.plan.words import UNKNOWN, money


def show_warnings(plan: Plan) -> None:
    """Warnings, and the facts that are missing, said plainly."""
    forecast = plan.forecast
    told = " ".join(forecast.warnings)
    missing = [one for one in forecast.missing if one not in told]
    if not forecast.warnings and not missing:
        return
    with div("stack", role="region", aria_label="Warnings"):
        for one in forecast.warnings:
            words_of(one, classes="warning")
        if missing:
            with div("warning"):
                p("Not known yet, and needed before money can be computed:", "strong")
                with Piece("ul", "", "plain"):
                    for one in missing:
                        words_of(one, "li")


def show_figures(plan: Plan, pilot_by: int) -> None:
    """The key figures as tiles; `pilot_by` is the month by whose end a pilot should have proved itself."""
    with Piece("ul", "", "figures-row", aria_label="Key figures"):
        for figure, caption, warns in _figures(plan, pilot_by):
            with Piece("li", "", "warn" if warns else ""):
                span(figure, "figure")
                span(caption, "caption")


def at_a_glance(plan: Plan) -> Iterator[tuple[str, str, str, bool]]:
    """What whoever decides asks first: figure, what it is, its place on the plan's page, and whether it is one to look at."""
    figure, caption, warns = _payback(plan)
    yield figure, caption, "cash-flow", warns
    yield money(plan.forecast.budget.p80, plan.inputs.currency), "budget in four of five runs (P80)", "options", False
    yield day(day_of(plan, plan.forecast.duration_days.p80)), "the end in four of five runs (P80)", "roadmap", False


def _payback(plan: Plan) -> tuple[str, str, bool]:
    forecast = plan.forecast
    if forecast.payback_month is not None:
        late = f"; four of five runs by month {forecast.payback_p80}" if forecast.payback_p80 else ""
        return f"month {forecast.payback_month}", f"paid back{late}", forecast.payback_month > PAYS_BACK_BY
    if forecast.missing:
        return UNKNOWN, "payback: facts are missing", True
    return "never", f"paid back within {plan.inputs.horizon_months} months", True


def _figures(plan: Plan, pilot_by: int) -> Iterator[tuple[str, str, bool]]:
    """Figure, what it is, and whether it is one to look at."""
    forecast, currency = plan.forecast, plan.inputs.currency
    days, budget = forecast.duration_days, forecast.budget
    yield day(day_of(plan, days.p50)), f"the end in half of all runs (P50), {days.p50:.0f} working days", False
    yield day(day_of(plan, days.p80)), f"the end in four of five runs (P80), {days.p80:.0f} working days", False
    yield money(budget.p50, currency), "budget in half of all runs (P50)", False
    yield money(budget.p80, currency), "budget in four of five runs (P80)", False
    yield _payback(plan)
    if forecast.pilot_month is None:
        yield "no pilot", "nothing is tried out in this plan", False
    else:
        pilot = forecast.pilot_month
        yield (
            f"month {pilot.likely:.0f}",
            f"the pilot has proved itself; four of five runs by month {pilot.p80:.0f}",
            pilot.likely > pilot_by,
        )
    yield money(forecast.twelve_month_result, currency), "result after 12 months", (forecast.twelve_month_result or 0) < 0
    share = forecast.twelve_month_return
    yield UNKNOWN if share is None else f"{share:.0%}".replace("-", "−"), "return on the costs of these 12 months", False
