"""What a plan's reader has to be warned of, in words."""

from __future__ import annotations

from discovery_agent.domain.planning.forecast import Forecast
from discovery_agent.domain.planning.work import Benefit

PAYS_BACK_BY = 12


def warnings_of(found: Forecast, benefit: Benefit | None, work_ends: int, horizon: int, pilot_by: int) -> tuple[str, ...]:
    """The warnings of a forecast: what comes too late, what never pays, what cannot be told.

    `work_ends` is the month in which the last task ends, `pilot_by` the month by whose end the pilot should be proved.
    """
    return (*_of_time(found, work_ends, horizon, pilot_by), *_of_money(found, benefit, horizon))


def _of_time(found: Forecast, work_ends: int, horizon: int, pilot_by: int) -> list[str]:
    warnings: list[str] = []
    pilot = found.pilot_month
    if pilot is not None and pilot.likely > pilot_by:
        warnings.append(f"The pilot is proved in month {pilot.likely:.0f}, after month {pilot_by}.")
    elif pilot is not None and pilot.p80 > pilot_by:
        warnings.append(f"The pilot may be proved only after month {pilot_by}: four of five runs need until month {pilot.p80:.0f}.")
    if work_ends > horizon:
        warnings.append(
            f"The work ends in month {work_ends}, after the {horizon} months that the cash flow shows; what it costs after them is left out."
        )
    return warnings


def _of_money(found: Forecast, benefit: Benefit | None, horizon: int) -> list[str]:
    if found.missing or benefit is None or benefit.effect_per_month is None:
        return [f"The effect in money cannot be told. Missing: {'; '.join(found.missing)}."]
    net = benefit.effect_per_month.likely - benefit.run_cost_per_month.likely
    warnings = _of_payback(found, net, horizon)
    if benefit.missing:
        warnings.append(f"The effect counts only what can be told in money. Left out, for want of: {'; '.join(benefit.missing)}.")
    return warnings


def _of_payback(found: Forecast, net: float, horizon: int) -> list[str]:
    """`net` is what a month brings once the effect is whole, less what it costs to run."""
    if found.payback_month is None:
        if net <= 0:
            return ["It never pays back: running it costs as much as it brings, or more."]
        return [f"It does not pay back within {horizon} months."]
    if found.payback_month > PAYS_BACK_BY:
        return [f"It pays back in month {found.payback_month}, after month {PAYS_BACK_BY}."]
    if found.payback_p80 is None:
        return [f"More than one run in five has not paid back within {horizon} months."]
    if found.payback_p80 > PAYS_BACK_BY:
        return [f"It may pay back only after month {PAYS_BACK_BY}: four of five runs need until month {found.payback_p80}."]
    return []
