"""What a new assessment is compared with.

The report is about the conversations that came last. So an assessment is compared with the last one before those came, and not with
the one before it, which may differ by a single confirmed line. Each assessment carries along what it needs for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from discovery_agent.domain.changes import ChangeReport, NewConversation, Standing, change_report, standing_of
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.ladder import Ladder
from discovery_agent.storage import AssessmentRecord, Unit

STANDING = "standing"
BASELINE = "baseline"
"""Sections of one item: how this assessment stands, and what it was compared with."""


class Baseline(Value):
    """An earlier assessment, as far as later ones are compared with it."""

    assessment: str
    made_at: datetime
    standing: Standing


class Compared(Value):
    """A change report, and the sections that the next one needs."""

    report: ChangeReport
    sections: dict[str, list[dict[str, Any]]]


async def load_baselines(unit: Unit, latest: AssessmentRecord | None) -> tuple[Baseline | None, Baseline | None]:
    """The latest assessment as a baseline, and the baseline that it had itself."""
    if latest is None:
        return None, None
    own, _ = await unit.assessments.section(latest.engagement_id, latest.id, STANDING, 0, 1)
    before, _ = await unit.assessments.section(latest.engagement_id, latest.id, BASELINE, 0, 1)
    return (
        Baseline(assessment=latest.id, made_at=latest.created_at, standing=Standing.model_validate(own[0])) if own else None,
        Baseline.model_validate(before[0]) if before else None,
    )


def compare(
    latest: Baseline | None,
    before: Baseline | None,
    tree: GoalTree,
    decisions: Decisions,
    findings: Sequence[Finding],
    conversations: Sequence[NewConversation],
    ladder: Ladder,
    corrected_from: Mapping[str, str],
) -> Compared:
    """The change report against the right baseline: `latest` if conversations came since, else what that was compared with."""
    standing = standing_of(tree, decisions, findings, [one.id for one in conversations])
    baseline = latest if latest is not None and _came_since(latest.standing, conversations) else before or latest
    sections: dict[str, list[dict[str, Any]]] = {STANDING: [standing.model_dump(mode="json")]}
    if baseline is None:
        return Compared(report=ChangeReport(), sections=sections)
    sections[BASELINE] = [baseline.model_dump(mode="json")]
    report = change_report(baseline.standing, tree, decisions, findings, conversations, ladder, corrected_from)
    return Compared(report=report.model_copy(update={"before": baseline.assessment, "since": baseline.made_at}), sections=sections)


def _came_since(standing: Standing, conversations: Iterable[NewConversation]) -> bool:
    return not {one.id for one in conversations} <= set(standing.conversations)
