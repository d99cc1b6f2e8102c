"""What the first version brings, and the economics of a goal with the assumptions that people changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.texts import goal_in_short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.economics import EconomicsComparison, EconomicsTable, Figure, OptionEconomics, Span, paid_back
from discovery_agent.domain.planning.benefits import benefit_assumptions, benefit_from, exchange
from discovery_agent.domain.planning.changes import sound
from discovery_agent.domain.planning.work import Benefit, BenefitPart, Driver
from discovery_agent.domain.said_figures import said_figures

_BRINGS = frozenset({Course.CHANGE_PROCESS, Course.AUTOMATE, Course.BUILD_WITH_AI})


def option_benefit(material: Material, thread: Thread, option: OptionEconomics) -> tuple[Benefit, tuple[Assumption, ...]]:
    """What an option brings and costs to run a month, and every assumption in that."""
    economics = thread.decision.economics
    changed = material.settings.assumptions if material.settings else ()
    assumptions = benefit_assumptions(
        option, economics, material.tables.economics, material.planning, price=material.price, changed=changed
    )
    findings = tuple(dict.fromkeys((*(id_ for kpi in thread.kpis[:1] for id_ in kpi.findings), *_quoted(material, economics))))
    benefit = benefit_from(
        option, economics, assumptions, material.tables.economics.currency, cases=_cases(material, economics), findings=findings[:8]
    )
    return benefit, assumptions


def benefit_of(material: Material, threads: Sequence[Thread]) -> tuple[Benefit, tuple[Assumption, ...]]:
    """What the first version as a whole brings, each epic from the day on which it is live.

    The effect on a KPI that several goals share counts once, with the goal that moves it most; each of them has its running cost.
    """
    missing: list[str] = []
    found: list[tuple[str, str, Benefit]] = []
    assumptions: dict[str, Assumption] = {}
    for thread in threads:
        option = thread.chosen
        if thread.goal.course not in _BRINGS or option is None:
            missing.append(_why_nothing(thread))
            continue
        missing += [one for one in option.benefit.missing if one not in missing]
        assumptions |= {one.id: one for one in option.assumptions if one.id in option.benefit.assumptions}
        found.append((thread.decision.economics.metric or thread.epic.id, thread.epic.id, option.benefit))
    most: dict[str, str] = {}
    for metric, epic, _ in sorted(found, key=lambda one: -_likely(one[2])):
        most.setdefault(metric, epic)
    counted = {epic: benefit if most[metric] == epic else _without_effect(benefit) for metric, epic, benefit in found}
    return _together(counted, missing), tuple(assumptions.values())


def with_changes(decision: GoalDecision, changed: Iterable[Assumption], table: EconomicsTable) -> GoalDecision:
    """The decision with its economics computed anew from assumptions that people changed; the same if none of them is in it."""
    economics = decision.economics
    used = {one.how for one in economics.assumptions}
    own = {one.id: one for one in changed if one.id in used and one.value is not None and one.value >= 0}
    if not own:
        return decision
    before = {one.how: one for one in economics.assumptions}
    after = {key: _changed(figure, own.get(key)) for key, figure in before.items()}
    options = tuple(_option(one, before, after, table.months_to_effect[one.solution]) for one in economics.options)
    anew = economics.model_copy(update={"options": options, "assumptions": tuple(after.values())})
    return decision.model_copy(update={"economics": anew})


def rates_for(material: Material, currencies: Iterable[str]) -> dict[str, Assumption]:
    """Currency -> what one unit of the plan's is worth in it, as a person changed it or by way of the table's dollar rates."""
    changed = {one.id: sound(one) for one in (material.settings.assumptions if material.settings else ()) if one.value is not None}
    own = material.tables.economics.currency
    found = {currency: exchange(own, currency, material.planning.dollar) for currency in dict.fromkeys(currencies)}
    return {currency: changed.get(rate.id, rate) for currency, rates in found.items() for rate in rates}


def _likely(benefit: Benefit) -> float:
    return benefit.effect_per_month.likely if benefit.effect_per_month else -1.0


def _why_nothing(thread: Thread) -> str:
    goal = goal_in_short(thread.goal.statement)
    if thread.goal.course is Course.PREPARE_FIRST:
        return f"what is built after preparing, which is decided then: {goal}"
    if thread.goal.course is Course.UNDECIDED:
        return f"what to build, which is not decided yet: {goal}"
    return f"an option that pays, for: {goal}"


def _without_effect(benefit: Benefit) -> Benefit:
    """What it costs to run alone: its effect is counted elsewhere."""
    if benefit.effect_per_month is None:
        return benefit
    drivers = (one.model_copy(update={"effect_at_low": None, "effect_at_high": None}) for one in benefit.drivers)
    return benefit.model_copy(
        update={
            "effect_per_month": Span(low=0, likely=0, high=0),
            "drivers": tuple(one for one in drivers if one.run_cost_at_low is not None or one.run_cost_at_high is not None),
        }
    )


def _together(benefits: Mapping[str, Benefit], missing: Sequence[str]) -> Benefit:
    """The sum of what several epics bring, with the part of each. An assumption that several rest on moves all of them at once."""
    parts = tuple(
        BenefitPart(epic_id=epic, effect=max(0.0, _likely(one)), run_cost=one.run_cost_per_month.likely, ramp_months=one.ramp_months)
        for epic, one in benefits.items()
    )
    held = list(benefits.values())
    if len(held) == 1:
        return held[0].model_copy(update={"missing": tuple(dict.fromkeys((*held[0].missing, *missing))), "parts": parts})
    effects = [one.effect_per_month for one in held if one.effect_per_month]
    tokens = [one.tokens_per_month for one in held if one.tokens_per_month is not None]
    return Benefit(
        effect_per_month=_sum(effects) if effects else None,
        run_cost_per_month=_sum([one.run_cost_per_month for one in held]),
        ramp_months=max((one.ramp_months for one in held), default=0),
        missing=tuple(missing),
        findings=tuple(dict.fromkeys(id_ for one in held for id_ in one.findings)),
        assumptions=tuple(dict.fromkeys(id_ for one in held for id_ in one.assumptions)),
        how=" ".join(dict.fromkeys(one.how for one in held)),
        parts=parts,
        drivers=tuple(_drivers(held)),
        tokens_per_month=sum(tokens) if tokens else None,
    )


def _sum(spans: Iterable[Span]) -> Span:
    low = likely = high = 0.0
    for one in spans:
        low, likely, high = low + one.low, likely + one.likely, high + one.high
    return Span(low=low, likely=likely, high=high)


def _drivers(benefits: Sequence[Benefit]) -> Iterable[Driver]:
    """Each assumption once, with the sum of all benefits while it alone is at an end."""
    named: dict[str, list[tuple[Benefit, Driver]]] = {}
    for at, benefit in enumerate(benefits):
        for driver in benefit.drivers:
            named.setdefault(driver.assumption or f"{at}. {driver.name}", []).append((benefit, driver))
    effect = sum(_likely(one) for one in benefits if one.effect_per_month)
    run = sum(one.run_cost_per_month.likely for one in benefits)
    for held in named.values():
        first = held[0][1]

        def moved(whole: float, own: Sequence[tuple[float, float | None]]) -> float | None:
            """The sum of all with these at another value; None if none of them depends on it."""
            if all(now is None for _, now in own):
                return None
            return whole + sum(now - was for was, now in own if now is not None)

        of_effect = [
            (_likely(benefit), driver.effect_at_low, driver.effect_at_high) for benefit, driver in held if benefit.effect_per_month
        ]
        of_run = [(benefit.run_cost_per_month.likely, driver.run_cost_at_low, driver.run_cost_at_high) for benefit, driver in held]
        yield first.model_copy(
            update={
                "effect_at_low": moved(effect, [(was, low) for was, low, _ in of_effect]),
                "effect_at_high": moved(effect, [(was, high) for was, _, high in of_effect]),
                "run_cost_at_low": moved(run, [(was, low) for was, low, _ in of_run]),
                "run_cost_at_high": moved(run, [(was, high) for was, _, high in of_run]),
            }
        )


def _quoted(material: Material, economics: EconomicsComparison) -> tuple[str, ...]:
    """Findings behind the figures that somebody said."""
    quotes = [
        quote
        for option in economics.options
        for figure in (option.effect_per_month, option.run_cost_per_month)
        if figure
        for quote in figure.quotes
    ]
    return material.sources.citing(dict.fromkeys(quotes), 8)


def _cases(material: Material, economics: EconomicsComparison) -> Figure | None:
    """How many cases there are a month, as somebody said; None if the economics know of no such figure."""
    findings = material.sources.all(_quoted(material, economics))
    return said_figures(findings, economics.currency).cases_per_month if findings else None


def _changed(figure: Figure, change: Assumption | None) -> Figure:
    if change is None or change.value is None:
        return figure
    low = change.value if change.low is None else min(change.low, change.value)
    high = change.value if change.high is None else max(change.high, change.value)
    return figure.model_copy(update={"low": low, "likely": change.value, "high": high})


def _option(option: OptionEconomics, before: Mapping[str, Figure], after: Mapping[str, Figure], start: int) -> OptionEconomics:
    """An option with its build cost, running cost, effect and payback computed anew."""
    name = option.solution.value
    build = _scaled(option.build_cost, before, after, (f"build_days.{name}", "day_rate"))
    run = _shifted(option.run_cost_per_month, before, after, f"run_per_month.{name}")
    effect = option.effect_per_month
    if effect is not None:
        effect = _scaled(effect, before, after, (f"gap_closed.{name}", "hourly_cost"))
    if effect is None:
        return option.model_copy(update={"build_cost": build, "run_cost_per_month": run})
    payback, result = paid_back(build.likely, run.likely, effect.likely, start)
    return option.model_copy(
        update={
            "build_cost": build,
            "run_cost_per_month": run,
            "effect_per_month": effect,
            "payback_month": payback,
            "twelve_month_result": result,
        }
    )


def _scaled(figure: Figure, before: Mapping[str, Figure], after: Mapping[str, Figure], keys: Sequence[str]) -> Figure:
    """A product with some of its factors changed."""

    def times(value: float, end: str) -> float:
        for key in keys:
            if key in before and (was := getattr(before[key], end)):
                value *= getattr(after[key], end) / was
        return value

    low, likely, high = times(figure.low, "low"), times(figure.likely, "likely"), times(figure.high, "high")
    return figure.model_copy(update={"low": min(low, likely), "likely": likely, "high": max(high, likely)})


def _shifted(figure: Figure, before: Mapping[str, Figure], after: Mapping[str, Figure], key: str) -> Figure:
    """A sum with one of its terms changed."""
    if key not in before:
        return figure
    was, now = before[key], after[key]
    return figure.model_copy(
        update={end: max(0.0, getattr(figure, end) + getattr(now, end) - getattr(was, end)) for end in ("low", "likely", "high")}
    )
