"""Minutes of work that were said beside days of waiting give the effect in money; else the missing figure is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domain.blueprint.drafts import AT, material_of
from tests.domain.blueprint.tables import tables
from tests.domain.blueprint.test_agreed import decided, quick
from tests.domain.said import amount, finding

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.economics import compare
from discovery_agent.domain.findings import FindingKind, Kpi
from discovery_agent.domain.goals import KpiNode
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.settings import PlanSettings

METRIC = "Handling time per invoice"


def settling(*, cases: bool = True) -> Material:
    """The case `automate`, whose KPI is told in days of waiting first, and in minutes of work by one of its findings."""
    base = quick(material_of("automate"))
    kept = [one for one in base.findings if cases or "3,000 invoices" not in one.quotes[0].text]
    made = decided(base, kept)
    days = Kpi(metric=METRIC, unit="days", baseline=amount(14, "days"), target=amount(3, "days"))
    waiting = finding(FindingKind.KPI, f"{METRIC}: 14 days until it is settled, 3 would do", "Ingrid Dahl", 60, kpi=days)

    def told(node: KpiNode) -> KpiNode:
        return node.model_copy(update={"kpi": days, "finding_ids": (*node.finding_ids, waiting.id)})

    tree = made.tree.model_copy(
        update={
            "business_goals": tuple(
                above.model_copy(
                    update={
                        "kpis": tuple(map(told, above.kpis)),
                        "operational_goals": tuple(
                            goal.model_copy(update={"kpis": tuple(map(told, goal.kpis))}) for goal in above.operational_goals
                        ),
                    }
                )
                for above in made.tree.business_goals
            )
        }
    )
    (goal,) = made.decisions.goals
    economics = compare(tables().economics, [one.solution for one in goal.economics.options], days, waiting.quotes)
    goals = (goal.model_copy(update={"economics": economics}),)
    return replace(made, findings=[*kept, waiting], tree=tree, decisions=made.decisions.model_copy(update={"goals": goals}))


def effect(material: Material) -> float:
    version = compose(material)
    assert version.plan
    assert not [one for one in version.defects if one.severity.value == "blocks"]
    return max(month.effect for month in version.plan.forecast.months)


def test_minutes_and_cases_that_were_said_give_an_effect_that_is_cited_and_can_be_changed() -> None:
    given = settling()
    hour = tables().economics.hourly_cost.likely
    share = tables().economics.gap_closed[SolutionClass.RULES_AUTOMATION].likely
    assert effect(given) == pytest.approx(3000 * 10 / 60 * hour * share, rel=0.01)
    (listed,) = [one for one in compose(given).assumptions if one.id == "hourly_cost"]
    less = listed.model_copy(update={"value": 24, "low": 24, "high": 24, "changed_by": "Lea Brandt"})
    settings = PlanSettings(engagement_id="e-halden", id="settings", at=AT, assumptions=(less,))
    assert effect(replace(given, settings=settings)) == pytest.approx(3000 * 10 / 60 * 24 * share, rel=0.01)


def test_without_the_number_of_cases_that_is_the_figure_which_is_named_as_missing() -> None:
    version = compose(settling(cases=False))
    assert version.plan and version.plan.forecast.missing == ("how many cases there are a month",)


def test_an_hour_that_was_told_in_another_currency_is_exchanged_by_an_assumption_that_is_listed() -> None:
    base = settling()
    talk = base.findings[0].quotes[0].conversation_id
    hour = finding(FindingKind.PROCESS_STEP, "Finance says GBP 24 an hour, all in.", "Sofia Reyes", 4, conversation=talk)
    given = replace(base, findings=[*base.findings, hour])
    (rate,) = [one for one in compose(given).assumptions if one.id == "exchange.GBP.EUR"]
    share = tables().economics.gap_closed[SolutionClass.RULES_AUTOMATION].likely
    assert rate.value and effect(given) == pytest.approx(3000 * 10 / 60 * 24 * rate.value * share, rel=0.01)
