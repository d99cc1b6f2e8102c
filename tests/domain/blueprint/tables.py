"""The tables of knowledge that drafts are decided and planned by, as they are delivered."""

from __future__ import annotations

from functools import cache

from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.knowledge.tables import load_planning, load_tables
from discovery_agent.settings import data_folder


@cache
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@cache
def planning() -> PlanningTable:
    return load_planning(data_folder("knowledge"))
