"""What calls of a model may cost and did cost, counted at once for all processes; the ledger (`spending`) is written with what they gave."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from discovery_agent.storage.ids import new_id
from discovery_agent.storage.link import Link
from discovery_agent.storage.tables import charges

_ENDED = "ended"
"""The row that adds up what calls cost that have ended."""


class Charged(NamedTuple):
    """What counts against the cap of an engagement, in USD."""

    spent: float
    """By calls that have ended, or should have: what ran when its process died counts with the most that it can have cost."""
    held: float
    """For calls under way."""


class Charges:
    """Money of engagements that is spent, or put aside for a call under way."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def of(self, engagement_id: str, now: datetime) -> Charged:
        """The sums of an engagement."""
        rows = await self._link.rows(select(charges.c.usd, charges.c.until).where(charges.c.engagement_id == engagement_id))
        held = [row.usd for row in rows if row.until is not None and row.until > now]
        return Charged(sum(row.usd for row in rows) - sum(held), sum(held))

    async def hold(self, engagement_id: str, usd: float, until: datetime) -> str:
        """Put money aside for a call that ends by then, and the id to settle it by.

        Raises:
            NotFound: the engagement is not there.
        """
        row = {"engagement_id": engagement_id, "id": new_id("h"), "usd": usd, "until": until}
        await self._link.put(self._link.insert(charges), [row])
        return row["id"]

    async def settle(self, engagement_id: str, hold_id: str | None, usd: float) -> None:
        """A call has cost so much; what was put aside for it is free again.

        Raises:
            NotFound: the engagement is not there.
        """
        if hold_id is not None:
            await self._link.change(delete(charges).where(charges.c.engagement_id == engagement_id, charges.c.id == hold_id))
        if not usd:
            return
        insert = self._link.insert(charges)
        added = insert.on_conflict_do_update(index_elements=list(charges.primary_key), set_={"usd": charges.c.usd + insert.excluded.usd})
        await self._link.put(added, [{"engagement_id": engagement_id, "id": _ENDED, "usd": usd, "until": None}])
