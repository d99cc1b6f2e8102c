"""The five phases and the gates between them: what is missing for the next one, and who can supply it."""

from discovery_agent.domain.gates.delivery import CHECKED_WITHIN_DAYS, blueprinting_gate, execution_gate, planning_gate
from discovery_agent.domain.gates.discovery import discovery_gate, feasibility_gate, findings_of_goals, readiness_gaps
from discovery_agent.domain.gates.facts import GateFacts, Objective
from discovery_agent.domain.gates.values import GapOwner, Gate, Gates, Missing, Phase, gap_id
from discovery_agent.domain.review import Concern

__all__ = [
    "BEFORE_SIGNING",
    "CHECKED_WITHIN_DAYS",
    "GapOwner",
    "Gate",
    "GateFacts",
    "Gates",
    "Missing",
    "Objective",
    "Phase",
    "concerns_of_gates",
    "findings_of_goals",
    "gap_id",
    "gates_of_facts",
    "readiness_gaps",
]


BEFORE_SIGNING = (Phase.DISCOVERY, Phase.FEASIBILITY)
"""Gates that somebody may sign despite, with a reason. That of Blueprinting is none of them: what reviewers have not approved is not
signed, whatever the reason."""
_MOST_LACKING = 20


def concerns_of_gates(facts: GateFacts) -> tuple[Concern, ...]:
    """The gates before a signature that are shut, each with what it lacks; of very much the beginning."""
    found: list[Concern] = []
    for gate in (discovery_gate(facts), feasibility_gate(facts)):
        assert gate.phase in BEFORE_SIGNING
        if gate.open:
            continue
        lacks = [one.text for one in gate.missing[:_MOST_LACKING]]
        if (more := len(gate.missing) - len(lacks)) > 0:
            lacks.append(f"And {more} more.")
        found.append(Concern(id=gate.phase.value, what=f"The phase {gate.phase.value.capitalize()} is not complete", lacks=tuple(lacks)))
    return tuple(found)


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
