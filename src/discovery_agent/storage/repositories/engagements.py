"""Engagements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update

from discovery_agent.domain.engagement import Engagement
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import AnyRow, Link, missing, stale
from discovery_agent.storage.tables import engagements

_WHAT = "engagement"


class Engagements:
    """All engagements, newest first."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, engagement: Engagement) -> None:
        """Store a new one.

        Raises:
            InvalidRequest: one of that id is there already.
        """
        await self._link.add(engagements, [_row(engagement)], what=_WHAT)

    async def get(self, engagement_id: str) -> Engagement:
        """The engagement of an id.

        Raises:
            NotFound: there is none.
        """
        row = await self._link.row(select(engagements).where(engagements.c.id == engagement_id))
        if row is None:
            raise missing(_WHAT)
        return _value(row)

    async def hold(self, engagement_id: str) -> Engagement:
        """The engagement, which nobody else who asks to hold it gets before this transaction ends.

        For what is decided by counting: of two who sign or object at once, the second sees what the first did.

        Raises:
            NotFound: there is none.
        """
        await self._link.lock(select(engagements).where(engagements.c.id == engagement_id))
        return await self.get(engagement_id)

    async def list(self, offset: int = 0, limit: int | None = 50) -> tuple[list[Engagement], int]:
        """Some of them, and how many there are in all."""
        newest = select(engagements).order_by(engagements.c.created_at.desc(), engagements.c.id.desc())
        rows = await self._link.slice(newest, offset, limit)
        return [_value(row) for row in rows], await self._link.number(select(func.count()).select_from(engagements))

    async def update(self, engagement: Engagement) -> Engagement:
        """Store a changed one; what comes back has the next version.

        Raises:
            NotFound: it is not there.
            StaleVersion: somebody changed it since that version.
        """
        changed = engagement.model_copy(update={"version": engagement.version + 1})
        found = engagements.c.id == engagement.id
        if not await self._link.change(update(engagements).where(found, engagements.c.version == engagement.version).values(_row(changed))):
            await self.get(engagement.id)
            raise stale(_WHAT)
        return changed

    async def delete(self, engagement_id: str) -> None:
        """Remove it with everything that belongs to it.

        Raises:
            NotFound: it is not there.
        """
        if not await self._link.change(delete(engagements).where(engagements.c.id == engagement_id)):
            raise missing(_WHAT)


def _row(engagement: Engagement) -> dict[str, Any]:
    return {
        "id": engagement.id,
        "created_at": engagement.created_at,
        "version": engagement.version,
        "body": body_of(engagement),
    }


def _value(row: AnyRow) -> Engagement:
    return Engagement.model_validate_json(row.body)
