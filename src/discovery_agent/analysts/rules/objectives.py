"""The shared objective as the rules word it: its parts, in order."""

from __future__ import annotations

from discovery_agent.analysts.protocol import ObjectiveBrief, ObjectiveStatements
from discovery_agent.domain.agreement.compose import statement_of


def objective_from_parts(brief: ObjectiveBrief, count: int) -> ObjectiveStatements:
    """One statement that is made of the parts and of nothing else; critiques show in it once findings or conflicts have changed."""
    return ObjectiveStatements(texts=(statement_of(brief.parts),)[:count])
