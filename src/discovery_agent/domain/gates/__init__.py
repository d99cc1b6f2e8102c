"""The five phases and the gates between them: what is missing for the next one, and who can supply it."""

from discovery_agent.domain.gates.delivery import CHECKED_WITHIN_DAYS, blueprinting_gate, execution_gate, planning_gate
from discovery_agent.domain.gates.discovery import discovery_gate, feasibility_gate, findings_of_goals, readiness_gaps
from discovery_agent.domain.gates.facts import GateFacts, Objective
from discovery_agent.domain.gates.values import GapOwner, Gate, Gates, Missing, Phase, gap_id

__all__ = [
    "CHECKED_WITHIN_DAYS",
    "GapOwner",
    "Gate",
    "GateFacts",
    "Gates",
    "Missing",
    "Objective",
    "Phase",
    "findings_of_goals",
    "gap_id",
    "gates_of_facts",
    "readiness_gaps",
]


def gates_of_facts(facts: GateFacts) -> Gates:
    """All five gates; each is computed by itself, so a later one may be open while an earlier one is shut."""
    gates = (
        discovery_gate(facts),
        feasibility_gate(facts),
        blueprinting_gate(facts),
        planning_gate(facts),
        execution_gate(facts),
    )
    return Gates(current=next((one.phase for one in gates if not one.open), Phase.EXECUTION), gates=gates)
