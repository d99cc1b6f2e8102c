"""The audit trail: who did what to what, in the order in which it was done."""

from __future__ import annotations

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AuditEntry
from discovery_agent.storage.unit import Unit


async def note(ws: Workspace, unit: Unit, engagement_id: str, actor: str, action: str, subject: str, detail: str = "") -> None:
    """Add to the trail of an engagement, in the transaction that does what is noted: there is never one without the other.

    `action` is a word for the kind of thing and one for what was done to it, such as `document.added`; `subject` is its id.
    """
    await unit.audit.add(engagement_id, AuditEntry(at=ws.now(), actor=actor, action=action, subject=subject, detail=detail))
