"""Entering the conflicts of an assessment into the register: new ones are added, known ones keep what people decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.conflicts import Conflict


def entries(
    engagement_id: str,
    found: Iterable[Conflict],
    known: Mapping[str, RegisteredConflict],
    owners: Mapping[str, str | None],
    at: datetime,
) -> list[RegisteredConflict]:
    """What has to be written: conflicts that are new, found again, told in other words, or no longer found.

    `known` is the register by id, `owners` whom the rule proposes for each conflict. A known conflict keeps state, owner and
    resolution. One that is no longer found is `gone`; found again it is `open`, and whoever looked after it still does.
    """
    by_id = {conflict.id: conflict for conflict in found}
    written: list[RegisteredConflict] = []
    for conflict in by_id.values():
        before = known.get(conflict.id)
        proposed = owners.get(conflict.id)
        if before is None:
            written.append(
                RegisteredConflict(engagement_id=engagement_id, id=conflict.id, at=at, conflict=conflict, proposed_owner_id=proposed)
            )
            continue
        back = {"state": ConflictState.OPEN, "chosen": None} if before.state is ConflictState.GONE else {}
        after = before.model_copy(update={"conflict": conflict, "proposed_owner_id": proposed, **back})
        if after != before:
            written.append(after)
    for before in known.values():
        if before.id not in by_id and before.state is not ConflictState.GONE:
            written.append(before.model_copy(update={"state": ConflictState.GONE}))
    return written
