"""What a case is made of, and the people who speak in all of them."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder
from discovery_agent.domain.findings import CriterionReading, DataReading, Finding, Proof


@dataclass(frozen=True)
class Case:
    """What was said, and the findings that were taken from it."""

    title: str
    organisation: str
    talk: Conversation
    findings: tuple[Finding, ...]


def rated(one: Finding, criterion: str, value: str) -> Finding:
    return one.model_copy(update={"criterion": CriterionReading(criterion=criterion, value=value)})


def data(one: Finding, dimension: str, level: int, proof: Proof = Proof.HEARSAY) -> Finding:
    return one.model_copy(update={"data": DataReading(dimension=dimension, level=level, proof=proof)})


PEOPLE = (
    Stakeholder(name="Ingrid Dahl", role=Role.SPONSOR, department="Finance"),
    Stakeholder(name="Marek Novak", role=Role.BUSINESS, department="Accounts payable"),
    Stakeholder(name="Sofia Reyes", role=Role.END_USER, department="Accounts payable"),
    Stakeholder(name="Jonas Weber", role=Role.TECHNICAL, department="IT"),
    Stakeholder(name="Leila Haddad", role=Role.COMPLIANCE, department="Legal"),
)
