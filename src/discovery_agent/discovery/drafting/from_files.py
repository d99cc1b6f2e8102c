"""A blueprint from analysed files, without any database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from discovery_agent.discovery.drafting.material import SETTINGS, material_of_files
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.models.prices import price_for_plans


def blueprint_of_files(analysis: EngagementAnalysis, bench: Workbench, *, organisation: str = "", start: date | None = None) -> Blueprint:
    """The first draft; `start` is the first day of its plan, otherwise the first of the month after next.

    Raises:
        InvalidRequest: the analysis was made without tables, so nothing was decided.
    """
    price = price_for_plans(bench.settings, bench.planning.reference_model, analysis.created_at.date())
    material = material_of_files(analysis, bench.tables, bench.planning, price=price, organisation=organisation)
    if start is not None:
        planned = PlanSettings(engagement_id=material.engagement_id, id=SETTINGS, at=material.at, starts_on=start)
        material = replace(material, settings=planned)
    return compose(material)
