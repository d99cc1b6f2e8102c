"""How the page of gates puts things: phases, who can supply something, and the ways to where something is done."""

from __future__ import annotations

from collections.abc import Iterable

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.gates import Missing, Phase
from discovery_agent.domain.readiness import GateState

PHASES = {
    Phase.DISCOVERY: "Discovery",
    Phase.FEASIBILITY: "Feasibility",
    Phase.BLUEPRINTING: "Blueprinting",
    Phase.PLANNING: "Planning",
    Phase.EXECUTION: "Execution",
}
GAPS = {GateState.CLOSED: ("too low", "clash"), GateState.UNKNOWN: ("not known", "warn"), GateState.OPEN: ("good enough", "good")}
"""What keeps the data from being ready, in words and tone."""
_SIDES = {Role.BUSINESS: "business", Role.TECHNICAL: "technical"}
_SOMEBODY = {Role.SPONSOR: "a sponsor", Role.END_USER: "an end user", Role.COMPLIANCE: "somebody from compliance"}
_WAYS = {
    "/agenda": "Ask next",
    "/agreement": "To the shared objective",
    "/conflicts": "To the conflicts",
    "/blueprint": "To the blueprint",
    "/conversations": "To the conversations",
    "/execution": "To the check-ins",
    "/gates": "Name who sees to it",
    "/people": "To the people",
    "/plan": "To the plan",
    "/review": "To the review",
    "/verdicts": "To the verdicts",
}


def somebody_of(roles: Iterable[Role]) -> str:
    """Somebody of one of these roles, where nobody is known by name; empty if no role is known."""
    asked = tuple(roles)
    sides = [_SIDES[role] for role in asked if role in _SIDES]
    found = [_SOMEBODY[role] for role in asked if role in _SOMEBODY]
    if sides:
        found.append(f"somebody on the {' or '.join(sides)} side")
    return " or ".join(found)


def way_to(missing: Missing) -> tuple[str, str]:
    """The path below the engagement's where it is done, down to its place on that page, and the words of the link."""
    path, words = missing.path, _WAYS.get(missing.path, "Where it is done")
    if path == "/gates":
        return "/gates#gaps", words
    if path == "/review":
        if missing.rule == "choice_not_approved":
            return f"/review?section={SectionId.CHOICES.value}", words
        if missing.rule == "not_signed":
            return "/review#sign", words
        if missing.rule == "no_reviewer":
            return "/review#reviewers", words
        if missing.subject in set(SectionId):
            return f"/review?section={missing.subject}", words
    return path, words
