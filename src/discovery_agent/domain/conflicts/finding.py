"""Every conflict of an engagement, in the order in which they matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from discovery_agent.domain.conflicts.figures import told_differently
from discovery_agent.domain.conflicts.kpis import about_kpi, definitions
from discovery_agent.domain.conflicts.model import Conflict, ConflictKind, ConflictSide, differ
from discovery_agent.domain.conflicts.stances import positions, priorities
from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Finding, FindingStatus
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.necessity import Contradiction


def find_conflicts(
    tree: GoalTree, findings: Sequence[Finding], similarity: Similarity, contradictions: Iterable[Contradiction] = ()
) -> tuple[Conflict, ...]:
    """Every conflict between speakers, real ones first and those that decide a verdict before all others."""
    live = [finding for finding in findings if finding.status is not FindingStatus.REJECTED]
    by_id = {finding.id: finding for finding in live}
    found: list[Conflict] = []
    for node in tree.kpis:
        found.extend(about_kpi(node, by_id))
    found.extend(definitions(tree.kpis, by_id, similarity))
    found.extend(positions(live, similarity))
    found.extend(priorities(live, similarity))
    found.extend(told_differently(live, found))
    found.extend(conflict for one in contradictions if (conflict := _about_criterion(one)))
    unique = {conflict.id: conflict for conflict in found}
    return tuple(sorted(unique.values(), key=lambda one: (not one.decides, not one.real)))


def _about_criterion(one: Contradiction) -> Conflict | None:
    speakers = [tuple(dict.fromkeys(name for rating in side.ratings for name in rating.speakers)) for side in one.sides]
    if not differ(speakers):
        return None
    return Conflict(
        id=content_id("x", "criterion", one.criterion, *(side.value for side in one.sides)),
        kind=ConflictKind.FACT,
        about=one.name,
        real=True,
        crux="Which is it: " + " - or: ".join(side.means for side in one.sides) + "?",
        sides=tuple(
            ConflictSide(speakers=names, holds=side.means, quotes=tuple(quote for rating in side.ratings for quote in rating.quotes))
            for side, names in zip(one.sides, speakers, strict=True)
        ),
        criterion=one.criterion,
        decides=one.decides,
    )
