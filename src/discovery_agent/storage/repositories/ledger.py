"""What is only ever added to: the audit trail, and what model calls cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from discovery_agent.domain.engagement import AuditEntry
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import Link
from discovery_agent.storage.records import Spent, SpentUsage
from discovery_agent.storage.tables import audit, spending


class Audit:
    """Who did what, by engagement, the latest first. What concerns no engagement, or one that is gone, is under None."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, engagement_id: str | None, entry: AuditEntry) -> None:
        """Note what somebody did.

        Raises:
            NotFound: the engagement is not there.
        """
        await self._link.put(self._link.insert(audit), [{"engagement_id": engagement_id, "body": body_of(entry)}])

    async def list(self, engagement_id: str | None, offset: int = 0, limit: int | None = 50) -> tuple[list[AuditEntry], int]:
        """Some entries, and how many there are in all."""
        mine = audit.c.engagement_id.is_(None) if engagement_id is None else audit.c.engagement_id == engagement_id
        rows = await self._link.slice(select(audit.c.body).where(mine).order_by(audit.c.id.desc()), offset, limit)
        total = await self._link.number(select(func.count()).select_from(audit).where(mine))
        return [AuditEntry.model_validate_json(row.body) for row in rows], total


class Spending:
    """What model calls cost, by engagement. It stays when a conversation goes: the money is spent."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, engagement_id: str, conversation_id: str | None, purpose: str, usage: SpentUsage, at: datetime | None = None
    ) -> None:
        """Book what calls cost, and what they were for.

        Raises:
            NotFound: the engagement is not there.
        """
        row = {
            "engagement_id": engagement_id,
            "conversation_id": conversation_id,
            "purpose": purpose,
            "at": at or datetime.now(UTC),
            **Spent.of(usage).model_dump(),
        }
        await self._link.put(self._link.insert(spending), [row])

    async def total(self, engagement_id: str) -> Spent:
        """The sum of an engagement; its cost is None if the price of any call is unknown."""
        totals = await self._sums(engagement_id)
        return next(iter(totals.values()), Spent())

    async def by_purpose(self, engagement_id: str) -> dict[str, Spent]:
        """The sum for each purpose."""
        return await self._sums(engagement_id, spending.c.purpose)

    async def _sums(self, engagement_id: str, *by: Any) -> dict[str, Spent]:
        mine = spending.c
        sums = select(
            *(by or (mine.engagement_id,)),
            func.sum(mine.calls),
            func.sum(mine.cached_calls),
            func.sum(mine.input_tokens),
            func.sum(mine.output_tokens),
            func.coalesce(func.sum(mine.cost_usd), 0.0),
            func.count() - func.count(mine.cost_usd),
        )
        rows = await self._link.rows(sums.where(mine.engagement_id == engagement_id).group_by(*(by or (mine.engagement_id,))))
        return {
            key: Spent(
                calls=int(calls),
                cached_calls=int(cached),
                input_tokens=int(sent),
                output_tokens=int(received),
                cost_usd=None if unknown else float(cost),
            )
            for key, calls, cached, sent, received, cost, unknown in rows
        }
