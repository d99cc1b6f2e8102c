"""Which windows of a conversation an analyst has read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, select

from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import Link, missing
from discovery_agent.storage.records import ExtractionRecord, ExtractionState
from discovery_agent.storage.tables import extractions


class Extractions:
    """Windows by conversation, in the order of what was said."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def put(self, record: ExtractionRecord) -> None:
        """Store how the reading of a window ended; it takes the place of an earlier attempt.

        Raises:
            NotFound: the engagement has no such conversation.
        """
        insert = self._link.insert(extractions)
        row = _row(record)
        replace = insert.on_conflict_do_update(
            index_elements=list(extractions.primary_key),
            set_={name: insert.excluded[name] for name in ("state", "first", "body")},
        )
        await self._link.put(replace, [row], owner="conversation")

    async def get(self, engagement_id: str, conversation_id: str, window_key: str) -> ExtractionRecord:
        """One window.

        Raises:
            NotFound: nobody has read it yet.
        """
        mine = and_(_of(engagement_id, conversation_id), extractions.c.window_key == window_key)
        row = await self._link.row(select(extractions.c.body).where(mine))
        if row is None:
            raise missing("window")
        return ExtractionRecord.model_validate_json(row.body)

    async def list(self, engagement_id: str, conversation_id: str) -> list[ExtractionRecord]:
        """All windows of a conversation that were read or failed."""
        mine = select(extractions.c.body).where(_of(engagement_id, conversation_id))
        rows = await self._link.rows(mine.order_by(extractions.c.first, extractions.c.window_key))
        return [ExtractionRecord.model_validate_json(row.body) for row in rows]

    async def failed(self, engagement_id: str) -> list[ExtractionRecord]:
        """All windows of an engagement that failed and can be tried again."""
        mine = select(extractions.c.body).where(extractions.c.engagement_id == engagement_id, extractions.c.state == ExtractionState.FAILED)
        rows = await self._link.rows(mine.order_by(extractions.c.conversation_id, extractions.c.first, extractions.c.window_key))
        return [ExtractionRecord.model_validate_json(row.body) for row in rows]

    async def delete_of(self, engagement_id: str, conversation_id: str) -> int:
        """Forget what was read of a conversation; how many windows those were."""
        return await self._link.change(delete(extractions).where(_of(engagement_id, conversation_id)))


def _of(engagement_id: str, conversation_id: str) -> Any:
    return and_(extractions.c.engagement_id == engagement_id, extractions.c.conversation_id == conversation_id)


def _row(record: ExtractionRecord) -> dict[str, Any]:
    return {
        "engagement_id": record.engagement_id,
        "conversation_id": record.conversation_id,
        "window_key": record.window_key,
        "state": record.state,
        "first": record.first,
        "body": body_of(record),
    }
