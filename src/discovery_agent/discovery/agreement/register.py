"""The register of conflicts as the lead reads and keeps it."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.assessments import note_change
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import InvalidRequest

_ENDED = (ConflictState.SETTLED, ConflictState.ACCEPTED)
_BY_PERSONS = (ConflictState.OPEN, ConflictState.IN_TALKS, *_ENDED)


class ConflictChange(Value):
    """What the lead changes of a conflict; what is not named stays."""

    state: ConflictState | None = None
    owner_id: str | None = None
    apparent: bool | None = None
    resolution: str | None = Field(default=None, max_length=2000)
    chosen: str | None = Field(default=None, description="What the side holds that was agreed on, word for word.")


async def conflict_register(
    ws: Workspace, engagement_id: str, offset: int = 0, limit: int = 50, *, state: ConflictState | None = None
) -> tuple[list[RegisteredConflict], int]:
    """Some of the register, of one state if one is named, in the order of first finding; and how many there are.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.conflicts.list(engagement_id, group=None if state is None else state.value, offset=offset, limit=limit)


async def register_states(ws: Workspace, engagement_id: str) -> dict[ConflictState, int]:
    """How many conflicts there are in each state.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return {state: (await unit.conflicts.list(engagement_id, group=state.value, limit=1))[1] for state in ConflictState}


async def change_conflict(
    ws: Workspace, engagement_id: str, conflict_id: str, change: ConflictChange, version: int, principal: Principal
) -> RegisteredConflict:
    """Set what a lead decides on a conflict. Only what `change` names is touched: a field that is set to None is emptied.

    Raises:
        NotFound: there is no such conflict, or no such owner.
        AccessDenied: they may not change this engagement.
        StaleVersion: somebody changed it since that version.
        InvalidRequest: it is gone, or it is ended without a resolution, or no side holds what was chosen.
    """
    may(principal, engagement_id, write=True)
    named = {name: getattr(change, name) for name in change.model_fields_set}
    if "resolution" in named:
        named["resolution"] = printable(named["resolution"] or "").strip()
    async with ws.database.unit() as unit:
        before = await unit.conflicts.get(engagement_id, conflict_id)
        if named.get("owner_id"):
            await unit.stakeholders.get(engagement_id, named["owner_id"])
        if named.get("state") is None:
            named.pop("state", None)
        after = before.model_copy(update={**named, "version": version, "changed_by": name_of(principal), "changed_at": ws.now()})
        _require_sound(before, after)
        if after.state is not ConflictState.SETTLED:
            after = after.model_copy(update={"chosen": None})
        stored = await unit.conflicts.update(after)
        await note(ws, unit, engagement_id, name_of(principal), "conflict.changed", conflict_id, _told(before, stored))
    if stored.settlement != before.settlement:  # the verdict hangs on it
        await note_change(ws, engagement_id)
    return stored


def _require_sound(before: RegisteredConflict, after: RegisteredConflict) -> None:
    if before.state is ConflictState.GONE or after.state not in _BY_PERSONS:
        raise InvalidRequest(
            "Whether a conflict is gone is decided by what is said.", where="state", remedy="Open conflicts can be settled or accepted."
        )
    if after.state in _ENDED and not any(sign.isalnum() for sign in after.resolution):
        raise InvalidRequest(
            "A conflict ends with a resolution.", where="resolution", remedy="Write what was agreed, or why you go on without agreement."
        )
    if after.chosen is not None and after.chosen not in {side.holds for side in after.conflict.sides}:
        raise InvalidRequest("No side holds this.", where="chosen", remedy="Name what one of the sides holds, word for word.")
    if after.chosen is not None and after.chosen != before.chosen and after.state is not ConflictState.SETTLED:
        raise InvalidRequest("A side holds once the conflict is settled.", where="chosen", remedy="Set the state to settled, too.")


def _told(before: RegisteredConflict, after: RegisteredConflict) -> str:
    """What changed, for the audit trail."""
    parts = [after.conflict.about]
    if after.state is not before.state:
        parts.append(f"{before.state.value} -> {after.state.value}")
    for name in ("owner_id", "apparent", "chosen", "resolution"):
        if getattr(after, name) != getattr(before, name):
            parts.append(f"{name}: {getattr(after, name)}")
    return "; ".join(parts)[:2000]
