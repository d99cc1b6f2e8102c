"""Blueprints as a use case: drafted in the background, read in versions, changed by people one version at a time."""

from __future__ import annotations

from discovery_agent.discovery.drafting.editing import PlanChanges, idle_estimates, plan_settings, save_assumption, save_plan, save_section
from discovery_agent.discovery.drafting.from_files import blueprint_of_files
from discovery_agent.discovery.drafting.reading import (
    BlueprintHead,
    blueprint_version,
    blueprint_versions,
    differences,
    latest_blueprint,
    task_trace,
    with_current_defects,
)
from discovery_agent.discovery.drafting.requests import draft_blueprint

__all__ = [
    "BlueprintHead",
    "PlanChanges",
    "blueprint_of_files",
    "blueprint_version",
    "blueprint_versions",
    "differences",
    "draft_blueprint",
    "idle_estimates",
    "latest_blueprint",
    "plan_settings",
    "save_assumption",
    "save_plan",
    "save_section",
    "task_trace",
    "with_current_defects",
]
