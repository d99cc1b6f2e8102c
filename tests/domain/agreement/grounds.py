"""What objectives of tests are composed from: findings of a few people, and the conflicts between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.domain.said import amount, finding

from discovery_agent.domain.agreement.compose import Composition, compose_objective
from discovery_agent.domain.agreement.ground import Ground
from discovery_agent.domain.agreement.names import Names
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.conflicts import find_conflicts
from discovery_agent.domain.findings import Finding, FindingKind, Kpi, Stance
from discovery_agent.domain.merging import build_goal_tree, telling_words

LABELS = {"Ingrid Halden": "Management", "Marek Dvorak": "Service", "Sofia Lind": "IT"}
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def alike(left: str, right: str) -> float:
    one, other = telling_words(left), telling_words(right)
    return len(one & other) / len(one | other) if one | other else 0.0


def goal(text: str, speaker: str = "Ingrid Halden", turn: int = 1) -> Finding:
    return finding(FindingKind.BUSINESS_GOAL, text, speaker, turn)


def means(text: str, speaker: str = "Marek Dvorak", turn: int = 2) -> Finding:
    return finding(FindingKind.OPERATIONAL_GOAL, text, speaker, turn)


def limit(text: str, speaker: str = "Sofia Lind", turn: int = 3) -> Finding:
    return finding(FindingKind.CONSTRAINT, text, speaker, turn)


def position(text: str, stance: Stance, speaker: str, turn: int) -> Finding:
    return finding(FindingKind.POSITION, text, speaker, turn, stance=stance)


def kpi(metric: str, speaker: str = "Ingrid Halden", turn: int = 4, **fields: object) -> Finding:
    return finding(FindingKind.KPI, f"{metric} {turn}", speaker, turn, kpi=Kpi.model_validate({"metric": metric, **fields}))


def ground_of(*findings: Finding, **decided: Mapping[str, object]) -> Ground:
    """The ground of these findings. `decided` says what people set on conflicts, by their kind."""
    tree = build_goal_tree(findings, alike)
    register = [
        RegisteredConflict.model_validate(
            {"engagement_id": "e", "id": one.id, "at": AT, "conflict": one} | dict(decided.get(one.kind.value, {}))
        )
        for one in find_conflicts(tree, findings, alike)
    ]
    return Ground(
        tree=tree,
        register=tuple(register),
        findings={one.id: one for one in findings},
        constraints=tuple(one for one in findings if one.kind is FindingKind.CONSTRAINT),
        labels=LABELS,
        names=Names([*LABELS, "Lena Fox"], "Halden AG"),
    )


def composed(*findings: Finding, **decided: Mapping[str, object]) -> Composition:
    found = compose_objective(ground_of(*findings, **decided))
    assert found is not None
    return found


def two_targets() -> Sequence[Finding]:
    """Management wants four hours, Service can do one working day."""
    waits = {"unit": "hours", "baseline": amount(60, "hours", "sixty hours")}
    return (
        kpi("email waits", "Ingrid Halden", 10, target=amount(4, "hours", "four hours"), **waits),
        kpi("email waits", "Marek Dvorak", 11, target=amount(1, "days", "one working day"), **waits),
    )
